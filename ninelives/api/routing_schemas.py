"""What goes over the line of queues, agents and offers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StrictStr

from ninelives.api.schemas import Named, Page, Referenced, Slice, one_of, unicode_text
from ninelives.routing import models as routing

Words = Annotated[StrictStr, Field(max_length=80), AfterValidator(unicode_text)]


class Wait(Schema):
    """Seconds: the mean, and between which eight in ten wait."""

    mean: float
    low: float
    high: float


class Queue(Schema):
    """`within`: the target, in seconds. `longest_wait` and `expected_wait` in seconds, null where nobody waits or
    nothing is known."""

    id: UUID
    name: str
    brand: Named
    is_active: bool
    is_open: bool
    opens_at: datetime | None
    waiting: int
    offered: int
    held: int
    longest_wait: float | None
    expected_wait: Wait | None
    within: int
    experts: Named | None
    lets_choose: bool


class Queues(Page[Queue]):
    pass


class Agent(Schema):
    """`load`: how much of their 100 is taken. `held`: how many conversations, by kind of channel."""

    id: UUID
    name: str
    state: str = one_of(routing.Presence.State)
    why: str
    reason: str
    since: datetime | None
    without: list[str]
    load: int
    held: dict[str, int]
    offer: UUID | None
    queues: list[UUID]


class Agents(Page[Agent]):
    pass


class NewState(Schema):
    """`without`: kinds of channel that are not wanted."""

    model_config = ConfigDict(extra="forbid")

    state: routing.Presence.State
    reason: Words = ""
    without: list[Words] = []


class Offer(Schema):
    id: UUID
    state: str = one_of(routing.Offer.State)
    agent: Named
    queue: Named
    conversation: Referenced
    customer: Named
    channel: str
    reason: str
    at: datetime
    expires_at: datetime
    ended_at: datetime | None


class Offers(Page[Offer]):
    pass


class OffersAsked(Slice):
    agent: UUID | None = None
    state: routing.Offer.State | None = routing.Offer.State.OPEN


class NewAcceptance(Schema):
    model_config = ConfigDict(extra="forbid")


class NewPass(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: Words = ""


class Decision(Schema):
    """`agent` is null where nobody was given. Scores and prices in value a second; `explanation` is for people."""

    id: UUID
    at: datetime
    agent: Named | None
    waited: float
    guard: str
    explanation: str
    score: float | None
    runner_up: str
    runner_up_score: float | None
    class_price: float
    profile_price: float
    plan: str


class Choice(Schema):
    """`what` is call (when it is their turn), slot, message, known or expert; `experts`: their queue. `ended_at`: they
    chose otherwise, or, as `has_lapsed` says, it was possible no more."""

    what: str = one_of(routing.Choice.What)
    at: datetime
    starts: datetime | None
    ends: datetime | None
    agent: Named | None
    experts: Named | None
    promise: Referenced | None
    ended_at: datetime | None
    has_lapsed: bool


class Placement(Schema):
    id: UUID
    queue: Named
    state: str = one_of(routing.Placement.State)
    purpose: str = one_of(routing.Placement.Purpose)
    agent: Named | None
    since: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    why: str
    ahead: int | None
    expected_wait: Wait | None
    choice: Choice | None
    decisions: list[Decision]


class Story(Schema):
    """Every time that a conversation was to be somebody's work, oldest first."""

    placements: list[Placement]
