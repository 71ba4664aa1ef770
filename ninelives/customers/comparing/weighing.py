"""How much says that two records are one person, in bits.

Fellegi and Sunter, *A Theory for Record Linkage* (JASA 64, 1969): for each field, the binary logarithm of how much more
often two records of one person agree on it (or nearly agree, or differ) than those of two people do. The bits of all
fields add up with the bits of the prior; what is missing adds nothing. Nearly agreeing is Winkler's extension (1990).

The weights are our estimates of those frequencies, not learnt from anybody's customers: one person in some hundreds
has this family name, in some ten thousand this birth date, and so on. Fields that go together are not counted as if
they did not: what is said of one postal address counts up to a limit, as a household shares all of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import exp2

from ninelives.customers.comparing.closeness import (
    is_day_for_month,
    is_one_part_apart,
    is_one_slip_apart,
    jaro_winkler,
)
from ninelives.customers.comparing.known import Known, Reach
from ninelives.customers.comparing.names import NEARLY, Agreement, compared, taken_apart
from ninelives.foundation.address import Proof

# One in a thousand of those who have anything in common that is looked up is the same person.
PRIOR = -10.0


class Reason(StrEnum):
    """What says so, as people are told. The order decides nothing; the weight does."""

    PROVEN = "proven"
    OWN_ID = "own_id"
    CLAIMED = "claimed"
    NEARLY_MAIL = "nearly_mail"
    PHONE = "phone"
    NUMBER = "number"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    POSTCODE = "postcode"
    DOMAIN = "domain"
    SUBJECT = "subject"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`bits` above zero speak for it, below against it. A reason that is None is never shown."""

    reason: Reason | None
    bits: float


@dataclass(frozen=True, slots=True)
class _Weight:
    same: float
    near: float
    differs: float


_GIVEN = _Weight(3.5, 2.5, -6.0)
_FAMILY = _Weight(4.5, 3.5, -4.0)
_BIRTH_DATE = _Weight(10.0, 6.0, -7.0)
# The day, the month or the year is another: misheard as often as another's.
_PART_OF_DATE = 0.0
_NUMBER = _Weight(12.0, 7.0, -2.0)
_POSTAL = {
    "postcode": _Weight(4.5, 2.5, -1.0),
    "house_number": _Weight(2.5, 0.5, -1.0),
    "street": _Weight(3.5, 2.5, -1.0),
    "city": _Weight(1.5, 1.0, -0.5),
}
# A household has all of it in common, and the telephone too; somebody who moved nothing.
MOST_POSTAL, LEAST_POSTAL = 10.0, -1.5
MOST_OF_HOUSEHOLD = 14.0
_TELEPHONE, _NEARLY_TELEPHONE, _NEARLY_MAIL = 12.5, 5.0, 7.0
# Of short ones most are one letter apart.
SHORTEST_LOCAL = 6
_PROVEN, _OWN_ID, _DOMAIN = 14.0, 14.25, 6.0
# The stronger the proof of the known one, the more a claim of the same says.
_CLAIMS = {Proof.PROVEN: 13.2, Proof.USUAL: 12.0, Proof.CLAIMED: 10.6}


def chance(evidence: Iterable[Evidence]) -> float:
    """From 0 to 1: that they are one person, given all this."""
    bits = PRIOR + sum(one.bits for one in evidence)
    return min(0.99, 1 / (1 + exp2(-max(-60.0, min(60.0, bits)))))


def weigh(one: Known, other: Known, *, shared: frozenset[Reason] = frozenset()) -> list[Evidence]:
    """`shared`: what few enough share that it says something: PHONE, OWN_ID, DOMAIN."""
    names, postal, telephone = _names(one, other), _postal(one, other), _telephone(one, other, shared)
    evidence = [
        Evidence(Reason.NAME if names.is_alike else None, _of_name(names)),
        Evidence(Reason.BIRTH_DATE, _of_births(one, other)),
        *_numbers(one, other),
        Evidence(Reason.ADDRESS, postal),
        Evidence(Reason.PHONE, telephone),
        Evidence(None, min(0.0, MOST_OF_HOUSEHOLD - postal - telephone)),
        *_reaches(one, other, shared, names),
    ]
    return [found for found in evidence if found.bits]


def are_named_alike(one: Known, other: Known) -> bool:
    return _names(one, other).is_alike


def contradict(one: Known, other: Known) -> bool:
    """Whether they are likely two people, whatever address they share: other birth dates, or other given names and not
    the same birth date."""
    births = _of_births(one, other)
    return births < 0 or (_names(one, other).is_anothers and births < _BIRTH_DATE.same)


def took_over(one: Known, other: Known) -> bool:
    """Whether each has an account of a kind of which a number has one: then it is no longer who had it."""
    mine, theirs = one.accounts_of_numbers(), other.accounts_of_numbers()
    both = {kind for kind, _ in mine} & {kind for kind, _ in theirs}
    return bool(both) and mine.isdisjoint(theirs)


def agree(one: Known, other: Known) -> bool:
    """Whether it is likely the same person who uses what a household may share: by the given name, or by the birth date
    of somebody with a name. Whoever wrote without one may be several."""
    if contradict(one, other):
        return False
    are_named = all(any(taken_apart(name).words for name in side.names) for side in (one, other))
    return _names(one, other).given > 0 or (are_named and _of_births(one, other) > 0)


def _names(one: Known, other: Known) -> Agreement:
    """Of all their names the two that agree best; of whole names, where both have one."""
    mine, theirs = ([taken_apart(name) for name in side.names] for side in (one, other))
    if any(name.given for name in mine) and any(name.given for name in theirs):
        mine, theirs = ([name for name in names if name.given] for names in (mine, theirs))
    agreements = [compared(name, its) for name in mine for its in theirs]
    known = [agreement for agreement in agreements if agreement != Agreement(0, 0)]
    return max(known, key=_of_name, default=Agreement(0, 0))


def _of_name(names: Agreement) -> float:
    return _part(_GIVEN, names.given) + _part(_FAMILY, names.family)


def _part(weight: _Weight, agrees: float) -> float:
    if agrees < 0:
        return -agrees * weight.differs
    return weight.same if agrees == 1 else weight.near * agrees / 0.8


def _of_births(one: Known, other: Known) -> float:
    mine, theirs = one.of("birth_date"), other.of("birth_date")
    bits = _closest(_BIRTH_DATE, mine, theirs, is_near=_is_near_date)
    if bits < 0 and any(is_one_part_apart(date, its) for date in mine for its in theirs):
        return _PART_OF_DATE
    return bits


def _is_near_date(one: str, other: str) -> bool:
    return is_day_for_month(one, other) or is_one_slip_apart(one, other)


def _numbers(one: Known, other: Known) -> Iterator[Evidence]:
    yield Evidence(Reason.NUMBER, _closest(_NUMBER, one.of("number"), other.of("number"), is_near=_is_near_number))


def _is_near_number(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 5 and is_one_slip_apart(one, other)


def _postal(one: Known, other: Known) -> float:
    bits = sum(
        _closest(weight, one.of(kind), other.of(kind), is_near=_is_near_word if kind in _WORDS else is_one_slip_apart)
        for kind, weight in _POSTAL.items()
    )
    return max(LEAST_POSTAL, min(MOST_POSTAL, bits))


_WORDS = {"street", "city"}


def _is_near_word(one: str, other: str) -> bool:
    return jaro_winkler(one, other) >= NEARLY


def _closest(weight: _Weight, mine: list[str], theirs: list[str], *, is_near: Callable[[str, str], bool]) -> float:
    """Who moved or has several numbers is compared by what agrees best."""
    bits = [
        weight.same if one == other else weight.near if is_near(one, other) else weight.differs
        for one in mine
        for other in theirs
    ]
    return max(bits, default=0.0)


def _reaches(one: Known, other: Known, shared: frozenset[Reason], names: Agreement) -> Iterator[Evidence]:
    mail = _mail(one, other)
    yield mail
    if Reason.OWN_ID in shared:
        yield Evidence(Reason.OWN_ID, _OWN_ID)
    if Reason.DOMAIN in shared and not mail.bits and names.is_alike:
        # A domain is many people's: it only says something of a name.
        yield Evidence(Reason.DOMAIN, _DOMAIN)


def _mail(one: Known, other: Known) -> Evidence:
    """Of addresses that are not telephones: they are equal only where one of both is a claim."""
    theirs = {(reach.kind, reach.value): reach for reach in other.reaches if not reach.is_telephone}
    both = [(mine, theirs[mine.kind, mine.value]) for mine in one.reaches if (mine.kind, mine.value) in theirs]
    if any(mine.is_shown and its.is_shown for mine, its in both):
        return Evidence(Reason.PROVEN, _PROVEN)
    if both:
        return Evidence(Reason.CLAIMED, max(_CLAIMS[_stronger(mine, its)] for mine, its in both))
    near = any(_is_near_mail(mine, its) for mine in one.reaches for its in other.reaches)
    return Evidence(Reason.NEARLY_MAIL, _NEARLY_MAIL if near else 0.0)


def _stronger(one: Reach, other: Reach) -> Proof:
    return max(one.proof, other.proof, key=lambda proof: proof.strength)


def _is_near_mail(one: Reach, other: Reach) -> bool:
    """A slip of the hand: in what was typed, so not between two that are proven. Another digit is another person."""
    if not (one.domain and other.domain) or (one.is_shown and other.is_shown):
        return False
    letters = [re.sub(r"\d", "", reach.value) for reach in (one, other)]
    local = min(reach.value.index("@") for reach in (one, other))
    return local >= SHORTEST_LOCAL and letters[0] != letters[1] and is_one_slip_apart(one.value, other.value)


def _telephone(one: Known, other: Known, shared: frozenset[Reason]) -> float:
    mine = {reach.digits for reach in one.telephones()}
    theirs = {reach.digits for reach in other.telephones()}
    if mine & theirs:
        return _TELEPHONE if Reason.PHONE in shared else 0.0
    near = any(is_one_slip_apart(number, its) for number in mine for its in theirs)
    return _NEARLY_TELEPHONE if near else 0.0
