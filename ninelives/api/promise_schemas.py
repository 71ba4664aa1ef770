"""What goes over the line of promises."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictBool

from ninelives.api.schemas import Named, Page, Referenced, Slice, Text, one_of
from ninelives.promises import models as promises

Kind = Literal["answer", "callback", "other"]
Moment = Annotated[AwareDatetime, Field(description="A moment, with its offset from UTC")]


class Promise(Schema):
    """`state`: `late` is open and past its due; `is_late` says of any whether a due passed before it was kept.
    `conversation`: as which the one it was made in is read. `told`: the customer knows of it."""

    id: UUID
    reference: str
    kind: str = one_of(promises.Promise.Kind)
    what: str
    state: Annotated[str, Field(json_schema_extra={"enum": list(promises.State.ALL)})]
    is_late: bool
    is_nearly_late: bool
    customer: Named
    conversation: Referenced | None
    brand: Named
    channel: str
    address: str
    owner: Named | None
    source: str = one_of(promises.Promise.Source)
    made_at: datetime
    made_by: str
    due_from: datetime | None
    due_by: datetime
    warn_at: datetime
    settled_at: datetime | None
    attempts: int
    told: bool


class PromiseAttempt(Schema):
    id: UUID
    outcome: str = one_of(promises.Attempt.Outcome)
    note: str
    at: datetime
    by: str


class PromiseKeeping(Schema):
    """`message`: the answer that kept it. `attempt`: the call that reached the customer."""

    at: datetime
    by: str
    message: UUID | None
    attempt: UUID | None
    undone_at: datetime | None


class PromiseWithdrawal(Schema):
    at: datetime
    by: str
    because: str = one_of(promises.Withdrawal.Because)
    reason: str
    undone_at: datetime | None


class PromiseMove(Schema):
    """The customer agreed to another window. `was_late`: the old one had passed."""

    at: datetime
    by: str
    was_from: datetime | None
    was_by: datetime
    due_from: datetime | None
    due_by: datetime
    was_late: bool


class PromiseHandover(Schema):
    at: datetime
    by: str
    person: Named | None


class WholePromise(Promise):
    all_attempts: list[PromiseAttempt]
    keepings: list[PromiseKeeping]
    withdrawals: list[PromiseWithdrawal]
    moves: list[PromiseMove]
    handovers: list[PromiseHandover]


class Promises(Page[Promise]):
    pass


class PromisesAsked(Slice):
    state: Literal["open", "late", "kept", "withdrawn"] | None = None
    customer: UUID | None = None
    conversation: UUID | None = None
    owner: UUID | None = None
    kind: Kind | None = None


class NewPromise(Schema):
    """In a `conversation`, or to a `customer` (with a `brand`, where they have several).

    `will_tell`: the customer does not know yet. The next answer of this token within half an hour tells them, and does
    not count as the one that was promised.
    """

    model_config = ConfigDict(extra="forbid")

    conversation: UUID | None = None
    customer: UUID | None = None
    brand: UUID | None = None
    kind: Kind
    what: Annotated[Text, Field(max_length=500)] = ""
    due_from: Moment | None = None
    due_by: Moment
    channel: Annotated[Text, Field(max_length=20)] = ""
    address: Annotated[Text, Field(max_length=200)] = ""
    owner: UUID | None = None
    source: Literal["agent", "customer", "rule"] = "agent"
    will_tell: StrictBool = False


class NewPromiseAttempt(Schema):
    model_config = ConfigDict(extra="forbid")

    outcome: Literal["reached", "no_answer", "busy", "left_message", "wrong_number"]
    note: Annotated[Text, Field(max_length=2000)] = ""


class NewPromiseKeeping(Schema):
    """`message`: the answer that kept it, of the promise's conversation."""

    model_config = ConfigDict(extra="forbid")

    message: UUID | None = None


class NewPromiseWithdrawal(Schema):
    """`because`: the customer needs it no more, it is ours, or it was entered by `mistake` a moment ago."""

    model_config = ConfigDict(extra="forbid")

    because: Literal["customer", "ours", "mistake"] = "ours"
    reason: Annotated[Text, Field(max_length=2000)]


class NewPromiseWindow(Schema):
    """The customer agreed to it."""

    model_config = ConfigDict(extra="forbid")

    due_from: Moment | None = None
    due_by: Moment


class NewPromiseOwner(Schema):
    """null: the team."""

    model_config = ConfigDict(extra="forbid")

    person: UUID | None
