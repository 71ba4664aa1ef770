"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeliverySettled:
    """A delivery came to an end or got news: sent, delivered, failed, held, uncertain."""

    delivery_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class ReceiptQuarantined:
    """Raw input could not be processed and waits for a person in the ledger."""

    receipt_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class MediaFetched:
    """A file that a provider told of was fetched (kept), or cannot be (failed)."""

    fetch_id: UUID
    state: str
