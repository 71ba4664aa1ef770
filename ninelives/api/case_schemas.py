"""What goes over the line of cases."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictStr

from ninelives.api.schemas import Named, Page, Slice, one_of, unicode_text
from ninelives.api.tie_schemas import Thread
from ninelives.conversations import models as conversations

Title = Annotated[StrictStr, Field(max_length=200), AfterValidator(unicode_text)]


class Case(Schema):
    """A customer's question. `contacts`: how often the customer came to us about it."""

    id: UUID
    reference: str
    title: str
    status: str = one_of(conversations.Case.Status)
    customer: Named
    brand: Named
    contacts: int
    created_at: datetime


class Contact(Schema):
    """The message by which the customer came, the conversation it is read in, and who answered it first."""

    message: UUID
    conversation: Thread
    channel: str
    at: datetime
    handled_by: str
    answered_at: datetime | None


class WholeCase(Case):
    conversations: list[Thread]
    contacts_in_order: list[Contact]


class Cases(Page[Case]):
    pass


class CasesAsked(Slice):
    customer: UUID | None = None
    status: Literal["open", "closed"] | None = None


class NewCase(Schema):
    """Without a title it is the conversation's subject."""

    model_config = ConfigDict(extra="forbid")

    conversation: UUID
    title: Title = ""


class CaseChange(Schema):
    model_config = ConfigDict(extra="forbid")

    title: Annotated[Title, Field(min_length=1, pattern=r"\S")]


class CaseConversation(Schema):
    model_config = ConfigDict(extra="forbid")

    conversation: UUID


class NewCaseClosure(Schema):
    """`conversations`: close those that are in it, too."""

    model_config = ConfigDict(extra="forbid")

    conversations: StrictBool = False
