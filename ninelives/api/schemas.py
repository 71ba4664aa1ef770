"""What goes over the line."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from django.db.models import TextChoices
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StrictBool, StrictStr
from pydantic_core import PydanticCustomError

from ninelives.channels import models as channels
from ninelives.conversations import models as conversations
from ninelives.customers import models as customers

Item = TypeVar("Item")


def one_of(choices: type[TextChoices]) -> Any:
    """Says which values there are. What comes from the database need not be checked again."""
    return Field(json_schema_extra={"enum": list(choices.values)})


class Page(Schema, Generic[Item]):
    """Part of a list: `next` is the cursor of the part after it, `count` null where there are more than 1,000."""

    items: list[Item]
    next: str | None
    count: int | None


class Named(Schema):
    id: UUID
    name: str


class Referenced(Schema):
    id: UUID
    reference: str


class Conversation(Schema):
    id: UUID
    reference: str
    customer: Named
    status: str = one_of(conversations.Conversation.Status)
    subject: str
    channel: str
    account: Named
    assignee: Named | None
    brand: Named
    created_at: datetime
    last_at: datetime
    snoozed_until: datetime | None
    merged_into: UUID | None
    case: Referenced | None
    tags: list[str]


class Attachment(Schema):
    id: UUID
    name: str
    media_type: str
    size: int
    url: str
    # `waiting`: it is being fetched from the provider. `failed`: that could not be done.
    state: Annotated[str, Field(json_schema_extra={"enum": ["kept", "waiting", "failed"]})]


class Delivery(Schema):
    """What became of something we sent. `reason` is a code or what the provider said, `explanation` the same for
    people, `sent_at` the moment the provider took it."""

    state: Annotated[str, Field(json_schema_extra={"enum": sorted(set(channels.TOLD.values()))})]
    reason: str
    explanation: str
    sent_at: datetime | None


class Reaction(Schema):
    """A sign that a customer put to a message."""

    sign: str
    by: str
    at: datetime


class Message(Schema):
    id: UUID
    direction: str = one_of(conversations.Message.Direction)
    channel: str
    external_id: str
    answers: UUID | None
    author: str
    text: str
    html: str
    attachments: list[Attachment]
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    reactions: list[Reaction]
    delivery: Delivery | None


class Conversations(Page[Conversation]):
    pass


def unicode_text(text: str) -> str:
    # JSON can spell half of a surrogate pair; no database, mail or screen can take it.
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise PydanticCustomError("string_unicode", "half of a surrogate pair")
    return text


Text = Annotated[StrictStr, AfterValidator(unicode_text)]


class TemplateUse(Schema):
    """A message that the provider approved, with what goes in its places, in order."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    language: Text
    values: list[Text] = []


class Via(Schema):
    """One of our accounts, and an address of the customer that it reaches."""

    model_config = ConfigDict(extra="forbid")

    account: UUID
    address: Text


class NewMessage(Schema):
    """`note`: for colleagues only; it never leaves. `template` instead of `text`, where the channel has any.

    `in_parts`: a text that is too long for the channel leaves as several messages. `in_private`: what was said in
    public is answered to the customer alone. `via`: by another of the customer's channels.
    """

    # A misspelt "note" must not become an answer to the customer.
    model_config = ConfigDict(extra="forbid")

    text: Text | None = None
    note: StrictBool = False
    template: TemplateUse | None = None
    in_parts: StrictBool = False
    in_private: StrictBool = False
    via: Via | None = None


class NewSnooze(Schema):
    model_config = ConfigDict(extra="forbid")

    until: Annotated[AwareDatetime, Field(description="A moment still to come, with its offset from UTC")]


class Address(Schema):
    kind: str
    value: str
    proof: str = one_of(customers.CustomerAddress.Proof)
    verified: Annotated[bool, Field(description="Shown to be the customer's: the proof is `proven`")]
    source: Annotated[
        str,
        Field(
            description="How it is known: the kind of a channel, `visitor`, `agent`, `import` or `api`; may be empty"
        ),
    ]


class Detail(Schema):
    kind: str = one_of(customers.CustomerDetail.Kind)
    value: str
    source: Annotated[str, Field(description="How it is known, as with addresses; `name`: somebody wrote under it")]


class Customer(Schema):
    id: UUID
    kind: str = one_of(customers.Customer.Kind)
    name: str
    language: str
    created_at: datetime
    addresses: list[Address]


class Customers(Page[Customer]):
    pass


class Merge(Schema):
    """`merged`, and whatever was merged into it, is read as `kept`, until `undone_at`."""

    id: UUID
    kept: Named
    merged: Named
    by: str
    at: datetime
    undone_at: datetime | None


class WholeCustomer(Customer):
    """`merged_into`: the customer as whom this one is read. Then the addresses are its own alone."""

    merged_into: Named | None
    merges: list[Merge]
    details: list[Detail]


class NewMerge(Schema):
    model_config = ConfigDict(extra="forbid")

    other: UUID


class Receipt(Schema):
    """`reason` is a code, `explanation` the same for people, `detail` what the machine said. `message` is what the
    receipt became."""

    id: UUID
    state: str = one_of(channels.Receipt.State)
    reason: str
    explanation: str
    detail: str
    duplicate_of: UUID | None
    channel: str
    account: Named
    size: int
    received_at: datetime
    processed_at: datetime | None
    message: UUID | None
    conversation: UUID | None


class Receipts(Page[Receipt]):
    pass


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
    status: Literal["open", "closed", "merged"] | None = None
    snoozed: bool | None = None
    tag: Annotated[str, Field(description="The name of a tag that is on it")] = ""
    channel: Annotated[str, Field(description="A kind of channel (mail) or the id of one account")] = ""
    q: str = ""


class CustomersAsked(Slice):
    q: Annotated[str, Field(description="Letters in the name or in an address")] = ""
    address: Annotated[str, Field(description="Exactly this address")] = ""


class ReceiptsAsked(Slice):
    state: Literal["stored", "processed", "duplicate", "quarantined"] | None = None
    channel: Annotated[str, Field(description="A kind of channel (mail) or the id of one account")] = ""
