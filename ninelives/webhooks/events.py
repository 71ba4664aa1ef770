"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallGaveUp:
    """A call failed as often as it is tried."""

    call_id: UUID
    webhook_id: UUID


@dataclass(frozen=True, slots=True)
class WebhookDisabled:
    """A webhook is not called any more, until a person says so."""

    webhook_id: UUID
    reason: str
