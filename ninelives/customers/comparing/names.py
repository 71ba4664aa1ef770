"""Two names of people, taken apart and compared."""

import re
import unicodedata
from dataclasses import dataclass

from ninelives.customers.alike import LEFT_OUT
from ninelives.customers.comparing.closeness import is_one_slip_apart, jaro_winkler, sounds_like

NEAR, NEARLY = 0.92, 0.85
CLEARLY_ANOTHER = 0.75
_PARTICLES = frozenset(LEFT_OUT.split("|"))


@dataclass(frozen=True, slots=True)
class Name:
    """`given` may be an initial, or "" where only one word is known; `words` are all of them, without particles."""

    given: str
    family: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """From 1 (the same) over 0 (it says nothing) to -1 (somebody else's)."""

    given: float
    family: float
    # One word against a whole name, and nothing like it: a nickname, or somebody else.
    is_strange: bool = False

    @property
    def is_anothers(self) -> bool:
        """Whether it is clearly not the same given name. An initial counts as one."""
        return self.is_strange or self.given < 0

    @property
    def is_alike(self) -> bool:
        """Whether both parts may be the same person's, and are known."""
        return self.given > 0 and self.family > 0


def taken_apart(text: str) -> Name:
    """Dora van den Berg; Berg, Dora van den; D. v.d. Berg. Forms of address are left out.

    Nothing is made of what stands in for a name that nobody knows: an address, a number, *Visitor 7F3A*.
    """
    if "@" in text or any(letter.isdigit() for letter in text):
        return Name("", "", ())
    last, comma, first = text.partition(",")
    words = tuple(_words(f"{first} {last}" if comma and first.strip() else text))
    if len(words) < 2:
        return Name("", "".join(words), words)
    return Name(words[0], words[-1], words)


def compared(one: Name, other: Name) -> Agreement:
    """Given and family name also the wrong way round, as forms are filled in."""
    if not one.words or not other.words:
        return Agreement(0, 0)
    if sorted(one.words) == sorted(other.words):
        return Agreement(1, 1)
    if not one.given or not other.given:
        return _of_one_word(one, other)
    straight = Agreement(_given(one, other), _family(one.family, other.family))
    return straight if straight.is_alike else _crossed(one, other) or _crossed(other, one) or straight


def _crossed(one: Name, other: Name) -> Agreement | None:
    """Jackson Lee and Lee Jackson, or J. Lee."""
    turned = Name(other.family, other.given, other.words[::-1])
    found = Agreement(_given(one, turned), _family(one.family, turned.family))
    return Agreement(0.9 * found.given, 0.9 * found.family) if found.is_alike else None


def _of_one_word(one: Name, other: Name) -> Agreement:
    """A first name, a nickname, or a form of which one half was left empty: it says less than a whole name."""
    (word, *_), against = (one.words, other) if len(one.words) == 1 else (other.words, one)
    if len(word) > 2 and word in against.words:
        is_family = against.given and word == against.family
        return Agreement(0, 0.6) if is_family else Agreement(0.6, 0)
    if len(word) < 3 or any(word.startswith(its) or its.startswith(word) for its in against.words):
        return Agreement(0, 0)
    alike = max(jaro_winkler(word, its) for its in against.words)
    return Agreement(0.4 if alike >= NEAR else 0, 0, is_strange=alike < CLEARLY_ANOTHER)


def _given(one: Name, other: Name) -> float:
    short, long = sorted((one.given, other.given), key=len)
    if len(short) == 1:
        return 0.6 if long[0] == short else -0.7
    if short in other.words[:-1] and short in one.words[:-1]:
        return 1
    if len(short) > 2 and long.startswith(short):
        return 0.8
    return _level(short, long)


def _family(one: str, other: str) -> float:
    return _level(one, other)


def _level(one: str, other: str) -> float:
    alike = jaro_winkler(one, other)
    if alike >= NEAR:
        return 1 if alike == 1 else 0.8
    if alike >= NEARLY or sounds_like(one) == sounds_like(other) or is_one_slip_apart(one, other):
        return 0.6
    return -1 if alike < CLEARLY_ANOTHER else 0


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if text.isprintable() else ""
    plain = plain if re.search(r"\w", plain) else text
    words = re.sub(r"(?<=\w) v d ", " ", " ".join(re.findall(r"[^\W_]+", plain.lower()))).split()
    return [word for word in words if word not in _PARTICLES]
