"""What is known of one record, as far as it tells who they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ninelives.customers.alike import TELEPHONE
from ninelives.foundation.address import Proof

# Kinds of accounts of which a telephone number has one at a time. Who has another account on it has the number since.
OF_A_NUMBER = frozenset({"whatsapp"})


@dataclass(frozen=True, slots=True)
class Reach:
    """An address of theirs. `is_shown`: proven, even if it is kept as claimed because it is another customer's."""

    kind: str
    value: str
    proof: Proof
    is_shown: bool

    @property
    def is_telephone(self) -> bool:
        return re.fullmatch(TELEPHONE, self.value) is not None

    @property
    def digits(self) -> str:
        """Without what stands for a country where only one of two has it."""
        return re.sub(r"\D", "", self.value)[-9:]

    @property
    def domain(self) -> str:
        return self.value.rpartition("@")[2] if self.kind == "mail" and "@" in self.value else ""


@dataclass(frozen=True, slots=True)
class Known:
    """All of one record: names as written, keys of the details by their kind."""

    names: frozenset[str] = frozenset()
    reaches: tuple[Reach, ...] = ()
    details: frozenset[tuple[str, str]] = field(default=frozenset())
    is_person: bool = True

    def of(self, kind: str) -> list[str]:
        return [value for what, value in self.details if what == kind]

    def accounts_of_numbers(self) -> frozenset[tuple[str, str]]:
        """Some know an account by the number as well, which tells nothing of whose it is."""
        known = (one for one in self.reaches if one.kind in OF_A_NUMBER and one.is_shown and not one.is_telephone)
        return frozenset((one.kind, one.value) for one in known)

    def telephones(self) -> Iterable[Reach]:
        return (one for one in self.reaches if one.is_telephone)
