"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A customer's message was taken in, for the first time. Nobody is told anything because of an import."""

    message_id: UUID
    conversation_id: UUID
    opened: bool
    is_import: bool


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """Somebody here answered, or wrote a note."""

    message_id: UUID
    conversation_id: UUID
    direction: str


@dataclass(frozen=True, slots=True)
class MessageUnsent:
    """Somebody undid a send before it began; the message is gone."""

    message_id: UUID
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """The customer edited a message, took it back, or put a sign to one: `change` is edited, deleted or reacted."""

    change_id: UUID
    message_id: UUID
    conversation_id: UUID
    change: str


@dataclass(frozen=True, slots=True)
class ConversationClosed:
    """By a person, or (`by` empty) by the customer."""

    conversation_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationReopened:
    """By a person, or (`by` empty) by the customer's own message."""

    conversation_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationAssigned:
    """It became somebody's, or (`person_id` empty) nobody's."""

    conversation_id: UUID
    person_id: UUID | None
    by: str


@dataclass(frozen=True, slots=True)
class ConversationSnoozed:
    """It is out of everybody's way until a moment, in ISO 8601."""

    conversation_id: UUID
    until: str
    by: str


@dataclass(frozen=True, slots=True)
class ConversationWoken:
    """It came back: `why` is time, customer, person, closed, delivery or merged; `by` empty unless a person did it."""

    conversation_id: UUID
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ConversationTagged:
    """A tag was put on it: `tag` is the word."""

    conversation_id: UUID
    tag: str
    by: str


@dataclass(frozen=True, slots=True)
class ConversationUntagged:
    """A tag was taken off it."""

    conversation_id: UUID
    tag: str
    by: str


@dataclass(frozen=True, slots=True)
class ConversationsMerged:
    """`merged_id` is read as `kept_id` from now on, and with it what was merged into it before."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationsUnmerged:
    """`merged_id`, with what was merged into it, is a conversation of its own again."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationSplitOff:
    """Messages of `conversation_id` stand in a conversation of their own, `made_id`."""

    split_id: UUID
    conversation_id: UUID
    made_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationSplitUndone:
    """They are back where they were."""

    split_id: UUID
    conversation_id: UUID
    made_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationsLinked:
    link_id: UUID
    one_id: UUID
    other_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationsUnlinked:
    link_id: UUID
    one_id: UUID
    other_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A case began, with a conversation that a `ConversationJoinedCase` names."""

    case_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CaseClosed:
    case_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """By a person, or (`by` empty) because the customer came back about it."""

    case_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CaseContacted:
    """It took another contact: `contacts` so far."""

    case_id: UUID
    contacts: int


@dataclass(frozen=True, slots=True)
class ConversationJoinedCase:
    membership_id: UUID
    case_id: UUID
    conversation_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ConversationLeftCase:
    membership_id: UUID
    case_id: UUID
    conversation_id: UUID
    by: str
