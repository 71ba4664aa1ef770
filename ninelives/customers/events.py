"""Facts this room announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AddressShared:
    """Two customers have shown one address to be theirs: they are one, or share it."""

    customer_id: UUID
    other_id: UUID


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Two customers are read as one, `kept_id`."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class CustomersUnmerged:
    """A merge was undone: `merged_id` is a customer of its own again."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    by: str
