"""What somebody types to find something: words, and numbers in whatever groups they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ninelives.foundation.text import folded, storable

MOST_WORDS = 12
# Of a telephone number these are its own; what stands before them may be written in three ways or left out.
OWN_DIGITS = 9
FEWEST_DIGITS = 5
# Typed before what is asked: also what is written nearly so.
NEARLY = "~"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a number of some length: then also its letters and digits put together."""

    typed: str
    number: str = ""

    @property
    def letters(self) -> str:
        """As it may stand anywhere within what is looked for."""
        if not self.number:
            return folded(self.typed)
        is_telephone = self.number.isdecimal() and _IS_TELEPHONE.match(self.typed)
        return self.number[-OWN_DIGITS:] if is_telephone else self.number

    @property
    def words(self) -> list[str]:
        return self.typed.split()


@dataclass(frozen=True, slots=True)
class Asked:
    q: str
    pieces: tuple[Piece, ...] = ()
    # It is the number of a conversation, and nothing else.
    reference: int | None = None
    # Or that of a case.
    case: int | None = None
    is_nearly: bool = False

    @property
    def is_reference(self) -> bool:
        """Written as one: nothing else is meant, where there is such a conversation or case."""
        return self.case is not None or (self.reference is not None and self.q.startswith("#"))

    @property
    def digits(self) -> str:
        """Where a number was asked for and nothing else."""
        only = self.pieces[0] if len(self.pieces) == 1 else Piece("")
        return only.letters if only.number.isdecimal() else ""


def read(typed: str) -> Asked:
    q = storable(typed).strip()
    is_nearly = q.startswith(NEARLY)
    q = q.removeprefix(NEARLY).strip()
    return Asked(q, tuple(_pieces(q))[:MOST_WORDS], _number_in(q, "#?"), _number_in(q, "#?[cC]-"), is_nearly)


def _number_in(q: str, before: str) -> int | None:
    found = re.fullmatch(rf"{before}(\d{{1,15}})", q, re.ASCII)
    return int(found[1]) if found else None


def _pieces(q: str) -> Iterator[Piece]:
    at = 0
    for found in _NUMBER.finditer(q):
        joined = re.sub(r"[^a-z0-9]", "", found[0].lower())
        if sum(letter.isdecimal() for letter in joined) >= FEWEST_DIGITS:
            yield from _words(q[at : found.start()])
            yield Piece(found[0].strip(), joined)
            at = found.end()
    yield from _words(q[at:])


def _words(q: str) -> Iterator[Piece]:
    return (Piece(word) for word in q.split() if any(letter.isalnum() for letter in word))


# As `foundation_numbers` in the database puts them together, where nothing but spaces stands around.
_NUMBER = re.compile(
    r"(?<!\S)(?:"
    r"[a-z]{2}\d{2}(?:[ \u00a0.-]?[a-z0-9]{4}){2,7}(?:[ \u00a0.-]?[a-z0-9]{1,3})?"
    r"|[+(]?\d(?:[ \u00a0().\-/]{0,3}\d){4,31}"
    r"|[a-z0-9]{1,12}(?:[-./_][a-z0-9]{1,12}){1,6}"
    r")(?=[,;:.?!)]*(?:\s|$))",
    re.IGNORECASE | re.ASCII,
)
_IS_TELEPHONE = re.compile(r"(?=(?:\D*\d){10})(?:\+|\(?0|31)")
