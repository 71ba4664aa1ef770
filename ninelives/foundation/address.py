"""An address on any channel, and how sure we are that the sender owns it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody can be reached: `Address("mail", "dora@example.org")`. The value is already normalised."""

    kind: str
    value: str

    def __str__(self) -> str:
        return self.value


class Proof(StrEnum):
    """How an address was shown to be the sender's. Only *proven* ever lets a customer read back what was said."""

    PROVEN = "proven"
    USUAL = "usual"
    CLAIMED = "claimed"

    @property
    def strength(self) -> int:
        return {Proof.CLAIMED: 0, Proof.USUAL: 1, Proof.PROVEN: 2}[self]
