"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """By somebody here, or (`by` empty) because the customer chose it."""

    promise_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class PromiseAttempted:
    """Somebody tried to keep it."""

    attempt_id: UUID
    promise_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """It was kept: `late` after its due, or after one that was missed before."""

    promise_id: UUID
    late: bool
    by: str


@dataclass(frozen=True, slots=True)
class PromiseWithdrawn:
    """It was taken back: `because` is customer, ours or mistake."""

    promise_id: UUID
    because: str
    by: str


@dataclass(frozen=True, slots=True)
class PromiseReopened:
    """That it was kept or withdrawn was taken back; `by` empty: a message that kept it was."""

    promise_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class PromiseMoved:
    """The customer agreed to another window."""

    promise_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class PromiseHandedOver:
    """It became somebody's, or (`person_id` empty) the team's."""

    promise_id: UUID
    person_id: UUID | None
    by: str


@dataclass(frozen=True, slots=True)
class PromiseNearlyLate:
    """Little of its window is left. Once for each window."""

    promise_id: UUID


@dataclass(frozen=True, slots=True)
class PromiseLate:
    """It is past its due. Once for each window."""

    promise_id: UUID
