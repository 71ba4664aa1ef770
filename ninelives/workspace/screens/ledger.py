"""What came in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerRow:
    id: str
    url: str
    account: str
    channel: str
    at: datetime
    state: str  # stored, processed, duplicate, quarantined
    state_label: str
    sender: str
    size: int
    reason: str
    is_import: bool


@dataclass(frozen=True, slots=True)
class LedgerTab:
    key: str  # "", stored, processed, duplicate, quarantined
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class LedgerPage:
    tabs: tuple[LedgerTab, ...]
    rows: tuple[LedgerRow, ...]
    url: str
    next_url: str
    state: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    row: LedgerRow
    recipients: tuple[str, ...]
    detail: str
    attempts: int
    processed_at: datetime | None
    duplicate_of_url: str
    message_url: str  # the conversation it became
    raw_head: str  # the first 64 kB, as text
    raw_is_cut: bool
    raw_url: str  # the whole, as a download
    replay_url: str  # POST; "" when the reader may not
