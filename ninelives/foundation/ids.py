"""Ids made here rather than in the database: time-ordered, so that indexes stay tight."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A version 7 UUID."""
    return uuid7()


def as_number(one: UUID) -> int:
    """An id of ours for those who can only keep a whole number, in the same order: its time and what follows that, in
    the 53 bits that a JavaScript number holds exactly until 2089."""
    return max(0, (one.int >> 80) - _SINCE) << 12 | (one.int >> 64) & 0xFFF


def with_number(number: int) -> tuple[UUID, UUID]:
    """The first and the last id that have this number."""
    first = ((number >> 12) + _SINCE) << 80 | 0x7 << 76 | (number & 0xFFF) << 64
    return UUID(int=first), UUID(int=first | (1 << 64) - 1)


# Milliseconds of 2020-01-01.
_SINCE = 1_577_836_800_000
