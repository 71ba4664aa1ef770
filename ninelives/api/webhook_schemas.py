"""What goes over the line about webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictStr

from ninelives.api.schemas import Named, Page, Slice, one_of
from ninelives.webhooks import models as webhooks
from ninelives.webhooks.catalogue import EVENTS, EVERYTHING


class Webhook(Schema):
    """`reason` is a code for why it is not called, `explanation` the same for people. Without a brand: every brand."""

    id: UUID
    url: str
    events: list[str]
    brand: Named | None
    active: bool
    reason: str
    explanation: str
    created_by: str
    created_at: datetime
    failing_since: datetime | None


class WebhookWithSecret(Webhook):
    """Shown this once."""

    secret: str


class Webhooks(Page[Webhook]):
    pass


_EVENTS = Field(json_schema_extra={"items": {"type": "string", "enum": [EVERYTHING, *EVENTS]}})


class NewWebhook(Schema):
    """Without `events`: all that are not internal. Without a brand: every brand that the token has."""

    model_config = ConfigDict(extra="forbid")

    url: StrictStr
    events: Annotated[list[StrictStr], _EVENTS] = [EVERYTHING]
    brand: UUID | None = None


class WebhookChange(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    url: StrictStr | None = None
    events: Annotated[list[StrictStr] | None, _EVENTS] = None
    active: StrictBool | None = None


class Attempt(Schema):
    """One try. `status`: of the answer, null when there was none. `reason` is a code, "" when it succeeded, and
    `explanation` the same for people; `detail` is what the machine said. Without an end: we were interrupted."""

    started_at: datetime
    ended_at: datetime | None
    milliseconds: int | None
    status: int | None
    reason: str
    explanation: str
    detail: str
    answer: str


class Call(Schema):
    """One thing told to a webhook. The id is the `webhook-id`. `attempts`: since somebody asked for it last."""

    id: UUID
    event: str
    state: str = one_of(webhooks.Call.State)
    attempts: int
    occurred_at: datetime
    created_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


class WholeCall(Call):
    payload: dict[str, Any]
    tries: list[Attempt]


class Calls(Page[Call]):
    pass


class CallsAgain(Schema):
    calls: int


class CallsAsked(Slice):
    state: Literal["waiting", "calling", "failed", "succeeded", "gave_up"] | None = None
    event: str = ""
