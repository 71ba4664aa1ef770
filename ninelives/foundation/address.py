"""An address on any channel, and how sure we are that the sender owns it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_ID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_AT_AN_ACCOUNT = re.compile(rf"{_ID}(?::(?P<theirs>.*)|/(?P<ours>{_ID}))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody can be reached: `Address("mail", "dora@example.org")`. The value is already normalised."""

    kind: str
    value: str

    def __str__(self) -> str:
        return self.value


def shown(value: str) -> str:
    """What a person reads of an address: without the account of ours that stands before an id known only there. Of an
    id that we made up, its end."""
    found = _AT_AN_ACCOUNT.fullmatch(value)
    if found is None:
        return value
    return found["theirs"] if found["theirs"] is not None else f"…{found['ours'][-4:].upper()}"


def at_account(value: str) -> UUID | None:
    """The account of ours at which alone this id means somebody; None for an address of all the world."""
    return UUID(value[:36]) if _AT_AN_ACCOUNT.fullmatch(value) else None


class Proof(StrEnum):
    """How an address was shown to be the sender's. Only *proven* ever lets a customer read back what was said."""

    PROVEN = "proven"
    USUAL = "usual"
    CLAIMED = "claimed"

    @property
    def strength(self) -> int:
        return {Proof.CLAIMED: 0, Proof.USUAL: 1, Proof.PROVEN: 2}[self]
