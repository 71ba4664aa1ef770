"""What goes over the line of merges, splits and links of conversations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictStr

from ninelives.api.schemas import Conversation, Message, one_of, unicode_text
from ninelives.conversations import models as conversations


class Thread(Schema):
    """Another conversation, by its reference."""

    id: UUID
    reference: str
    subject: str
    status: str = one_of(conversations.Conversation.Status)


class ConversationMerge(Schema):
    """`merged`, and whatever was merged into it, is read as `kept`, until `undone_at`."""

    id: UUID
    kept: Thread
    merged: Thread
    by: str
    at: datetime
    undone_at: datetime | None


class ConversationSplit(Schema):
    """The messages with these ids stand in `made` and no longer in `source`, until `undone_at`."""

    id: UUID
    source: Thread
    made: Thread
    messages: list[UUID]
    by: str
    at: datetime
    undone_at: datetime | None


class ConversationLink(Schema):
    """`other` has to do with the conversation that was asked for, until `undone_at`."""

    id: UUID
    other: Thread
    by: str
    at: datetime
    undone_at: datetime | None


class WholeConversation(Conversation):
    """`merges`, `splits` and `links`: those that hold now."""

    messages: list[Message]
    merges: list[ConversationMerge]
    splits: list[ConversationSplit]
    links: list[ConversationLink]


class OtherConversation(Schema):
    model_config = ConfigDict(extra="forbid")

    other: UUID


class NewSplit(Schema):
    """`and_after`: all that was said after the message goes along. Without a subject it is the source's."""

    model_config = ConfigDict(extra="forbid")

    message: UUID
    and_after: StrictBool = False
    subject: Annotated[StrictStr, Field(max_length=500), AfterValidator(unicode_text)] = ""
