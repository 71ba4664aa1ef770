"""What goes over the line."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictStr

Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """Part of a list: `next` is the cursor of the part after it, `count` null where there are more than 1,000."""

    items: list[Item]
    next: str | None
    count: int | None


class Named(Schema):
    id: UUID
    name: str


class Conversation(Schema):
    id: UUID
    reference: str
    customer: Named
    status: Literal["open", "closed"]
    subject: str
    channel: str
    account: Named
    assignee: Named | None
    brand: Named
    created_at: datetime
    last_at: datetime


class Attachment(Schema):
    id: UUID
    name: str
    media_type: str
    size: int
    url: str


class Delivery(Schema):
    """What became of something we sent. `sent_at` is the moment the provider took it."""

    state: Literal["waiting", "sending", "sent", "delivered", "read", "failed", "uncertain", "held", "withdrawn"]
    reason: str
    sent_at: datetime | None


class Message(Schema):
    id: UUID
    direction: Literal["inbound", "outbound", "note"]
    channel: str
    author: str
    text: str
    html: str
    attachments: list[Attachment]
    created_at: datetime
    delivery: Delivery | None


class WholeConversation(Conversation):
    messages: list[Message]


class NewMessage(Schema):
    """`note`: for colleagues only; it never leaves."""

    # A misspelt "note" must not become an answer to the customer.
    model_config = ConfigDict(extra="forbid")

    text: StrictStr
    note: StrictBool = False


class Address(Schema):
    kind: str
    value: str
    proof: Literal["proven", "usual", "claimed"]


class Customer(Schema):
    id: UUID
    kind: Literal["person", "organisation"]
    name: str
    language: str
    created_at: datetime
    addresses: list[Address]


class Receipt(Schema):
    """`reason` is a code, `detail` what the machine said. `message` is what the receipt became."""

    id: UUID
    state: Literal["stored", "processed", "duplicate", "quarantined"]
    reason: str
    detail: str
    duplicate_of: UUID | None
    channel: str
    account: Named
    size: int
    received_at: datetime
    processed_at: datetime | None
    message: UUID | None
    conversation: UUID | None


class FieldError(Schema):
    """One thing wrong with the request: where (`body`, `query`, `path`, `header`), which field, and why."""

    location: str
    field: str
    code: str
    message: str


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class Slice(Schema):
    """Which part of a list is asked for."""

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ConversationsAsked(Slice):
    customer: UUID | None = None
    status: Literal["open", "closed"] | None = None
    channel: Annotated[str, Field(description="A kind of channel (mail) or the id of one account")] = ""
    q: str = ""


class CustomersAsked(Slice):
    q: Annotated[str, Field(description="Letters in the name or in an address")] = ""
    address: Annotated[str, Field(description="Exactly this address")] = ""


class ReceiptsAsked(Slice):
    state: Literal["stored", "processed", "duplicate", "quarantined"] | None = None
    channel: Annotated[str, Field(description="A kind of channel (mail) or the id of one account")] = ""
