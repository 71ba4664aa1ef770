"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationPlaced:
    """It waits in a queue."""

    placement_id: UUID
    conversation_id: UUID
    queue_id: UUID


@dataclass(frozen=True, slots=True)
class OfferMade:
    """Somebody is asked to take it."""

    offer_id: UUID
    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """`state` is accepted, passed, expired, lost or withdrawn."""

    offer_id: UUID
    conversation_id: UUID
    person_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """A person is available, in wrap-up, on a break, busy or away; `why` is chosen, unanswered, lost or finished."""

    person_id: UUID
    state: str
    why: str
