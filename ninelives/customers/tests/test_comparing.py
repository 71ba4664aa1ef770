"""How much says that two are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ninelives.customers.comparing import Known, Reach, Reason, agree, chance, contradict, weigh
from ninelives.customers.comparing.closeness import jaro_winkler, key, sounds_like
from ninelives.customers.comparing.names import compared, taken_apart
from ninelives.foundation.address import Proof

LETTERS = some.text("abcdefgh", max_size=9)


# Winkler, String Comparator Metrics and Enhanced Decision Rules (1990), table 1 and its usual companions.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("martha", "marhta", 0.961),
        ("dwayne", "duane", 0.840),
        ("dixon", "dicksonx", 0.813),
        ("jones", "johnson", 0.832),
        ("abroms", "abrams", 0.922),
        ("itman", "smith", 0.467),
        ("", "a", 0.0),
        ("abc", "xyz", 0.0),
    ],
)
def test_jaro_winkler_as_it_was_published(one: str, other: str, expected: float) -> None:
    assert jaro_winkler(one, other) == pytest.approx(expected, abs=0.001)


@given(LETTERS, LETTERS)
def test_closeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= jaro_winkler(one, other) <= 1
    assert (jaro_winkler(one, other) == 1) == (one == other)


@pytest.mark.parametrize(
    "alike",
    [
        ("meyer", "meijer", "meier"),
        ("dekker", "decker"),
        ("smit", "smith", "smidt"),
        ("visser", "fisser"),
        ("kok", "cock"),
    ],
)
def test_what_sounds_alike(alike: tuple[str, ...]) -> None:
    assert len({sounds_like(word) for word in alike}) == 1


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Dora van den Berg", "D. v.d. Berg", True),
        ("Berg, Dora van den", "Mevr. D. Berg", True),
        ("Jackson Lee", "Lee Jackson", True),
        ("Jackson Lee", "J. Lee", True),
        ("Lee Jackson", "J. Lee", True),
        ("Jan Dekker", "Jannes Decker", True),
        ("Aria Cross", "Aira Cros", True),
        ("Dora Jansen", "Daan Jansen", False),
        ("Dora Jansen", "Dora Smit", False),
        ("Dora", "Dora Jansen", False),
        ("Visitor 7F3A", "Visitor 7F3A", False),
        ("", "", False),
    ],
)
def test_whole_names_that_are_alike(one: str, other: str, is_alike: bool) -> None:
    assert compared(taken_apart(one), taken_apart(other)).is_alike is is_alike
    assert compared(taken_apart(other), taken_apart(one)).is_alike is is_alike


def known(*names: str, phone: str = "", mail: str = "", proof: Proof = Proof.CLAIMED, **details: str) -> Known:
    told = [("phone", phone), ("mail", mail)]
    reaches = tuple(Reach(kind, value, proof, proof is Proof.PROVEN) for kind, value in told if value)
    return Known(frozenset(names), reaches, frozenset((kind, key(value)) for kind, value in details.items()))


HOME = {"street": "Lindelaan", "house_number": "12", "postcode": "3511 AB", "city": "Utrecht"}
DORA = known("Dora Jansen", birth_date="1987-03-04", phone="+31612345678", **HOME)


def likely(one: Known, other: Known) -> bool:
    scores = {chance(weigh(*pair, shared=frozenset({Reason.PHONE}))) for pair in ((one, other), (other, one))}
    assert len({round(score, 6) for score in scores}) == 1, "it is the same whoever asks"
    return scores.pop() >= 0.5


@pytest.mark.parametrize(
    "other",
    [
        known("D. Jansen", birth_date="1987-03-04"),
        known("Dora Jansen", birth_date="1987-04-03"),
        known("Dora Jansen", birth_date="1987-03-05"),
        known("Jansen Dora", **HOME),
        known("Dora Smit", birth_date="1987-03-04", **HOME),
        known("D. Jansen", **{**HOME, "street": "Lindenlaan", "postcode": "3511 BA"}),
        known("", phone="06-12345678"),
        known("Pieter Jansen", phone="06-12345678"),
    ],
)
def test_who_is_likely_the_same(other: Known) -> None:
    assert likely(DORA, other)


@pytest.mark.parametrize(
    "other",
    [
        known("Dora Jansen"),
        known("Dora Jansen", city="Utrecht"),
        known("Pieter Jansen", **HOME),
        known("Pieter Jansen", birth_date="1985-09-21", phone="06-12345678", **HOME),
        known("Anna Smit", birth_date="1987-03-04"),
        known("Dora Jansen", birth_date="1962-11-30", city="Utrecht"),
        known("", city="Utrecht", postcode="3511 AB"),
    ],
)
def test_who_is_likely_somebody_else(other: Known) -> None:
    assert not likely(DORA, other)


def test_a_slip_in_a_mail_address_that_was_typed() -> None:
    dora = known("Dora Jansen", mail="dora.jansen@example.org", proof=Proof.PROVEN)
    assert likely(dora, known("D. Jansen", mail="dora.jansne@example.org"))
    assert not likely(dora, known("D. Jansen", mail="dora.jansne@example.org", proof=Proof.PROVEN))
    first, second = (known("D. Jansen", mail=f"dora.jansen{number}@example.org") for number in (1, 2))
    assert not likely(first, second), "numbered, so two people"


def test_a_household_contradicts_itself_and_a_nickname_does_not_agree() -> None:
    assert contradict(DORA, known("Pieter Jansen"))
    assert contradict(DORA, known("Dora Jansen", birth_date="1962-11-30"))
    assert not contradict(DORA, known("Doortje Jansen", birth_date="1987-03-04"))
    assert not contradict(DORA, known("Jansen"))
    assert not agree(DORA, known("Jansen"))
    assert not agree(DORA, known("", birth_date="1987-03-04"))
    assert agree(DORA, known("Dora"))
    assert agree(DORA, known("Jansen", birth_date="1987-03-04"))


@given(some.lists(some.sampled_from(["Dora Jansen", "D. Jansen", "Pieter", "Jansen, P.", "", "王小明"]), max_size=3))
def test_more_names_never_break_it(names: list[str]) -> None:
    assert 0 <= chance(weigh(known(*names), DORA)) <= 0.99
