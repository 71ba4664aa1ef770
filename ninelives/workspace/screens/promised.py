"""Promises, and when one can be due."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise, in short. The addresses of its deeds are "" for who may not, and where there is nothing to do."""

    id: str
    reference: str
    icon: str
    what: str
    about: str
    due_from: datetime | None
    due_by: datetime
    settled_at: datetime | None
    state: str  # open, late, kept or withdrawn
    state_label: str
    is_open: bool
    is_late: bool  # of any: a due passed before it was kept
    is_nearly_late: bool
    is_callback: bool
    number: str  # to dial; "" where it is kept otherwise
    attempts: int
    owner: str  # "" = the team
    is_mine: bool
    customer: str
    customer_url: str
    url: str  # its conversation; "" where it has none
    conversation: str  # its reference
    attempts_url: str = ""  # POST outcome
    keeping_url: str = ""  # POST
    withdrawal_url: str = ""  # POST because, reason
    owner_url: str = ""  # POST makes it the reader's, DELETE the team's
    window_url: str = ""  # POST at: another window, to which the customer agreed
    reopening_url: str = ""  # DELETE: neither kept nor withdrawn after all


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A window that can be chosen."""

    value: str
    label: str
    clock: str


@dataclass(frozen=True, slots=True)
class PromiseMenu:
    """What can be promised in a conversation."""

    url: str  # POST kind, until, what, number, owner, told
    answers: tuple[SlotShown, ...]
    calls: tuple[SlotShown, ...]
    number: str  # the customer's, where one is known
