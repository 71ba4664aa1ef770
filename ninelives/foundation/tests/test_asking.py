"""What is typed to find something is cut into words and numbers, and compared as the database does."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ninelives.foundation import asking, spelling
from ninelives.foundation.text import ACCENTED, PLAIN, folded


@pytest.mark.parametrize(
    ("q", "letters"),
    [
        ("De Factuur", ["de", "factuur"]),
        ("06-12 34 56 78", ["612345678"]),
        ("+31 (0)6 1234 5678", ["612345678"]),
        ("0031612345678", ["612345678"]),
        ("NL91 ABNA 0417 1643 00", ["nl91abna0417164300"]),
        ("meter 12.345-678 stuk", ["meter", "12345678", "stuk"]),
        ("INV-2025-00123", ["inv202500123"]),
        ("3 mei 2025", ["3", "mei", "2025"]),
        ("dora.12345@example.org", ["dora.12345@example.org"]),
        ("% _ ' ~", []),
        ("Één", ["een"]),
    ],
)
def test_words_and_numbers(q: str, letters: list[str]) -> None:
    assert [piece.letters for piece in asking.read(q).pieces] == letters


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_read(q: str) -> None:
    asked = asking.read(q)
    assert len(asked.pieces) <= asking.MOST_WORDS
    assert all(piece.letters for piece in asked.pieces)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("vreis", "vries", 1),
        ("jansen", "janssen", 1),
        ("faktuur", "factuur", 1),
        ("meter", "water", 2),
        ("a", "abcd", 3),
    ],
)
def test_how_far_apart(one: str, other: str, apart: int) -> None:
    assert spelling.distance(one, other, 2) == spelling.distance(other, one, 2) == apart


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_apart_is_the_same_both_ways_and_nothing_only_to_itself(one: str, other: str) -> None:
    assert spelling.distance(one, other, 9) == spelling.distance(other, one, 9)
    assert (spelling.distance(one, other, 9) == 0) == (one == other)


@pytest.mark.django_db
def test_the_database_folds_alike() -> None:
    assert len(ACCENTED) == len(PLAIN)
    said = f"{ACCENTED} Jürgen GROËN Ωmega ß 12 œ"
    with connection.cursor() as cursor:
        cursor.execute("SELECT foundation_folded(%s)", [said])
        assert cursor.fetchone() == (folded(said),)
    assert len(folded(said)) == len(said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [("vreis", "vries"), ("jansen", "Janssen"), ("faktuur", "factuur"), ("Müller", "muler"), ("fries", "vries")],
)
def test_an_outline_outlives_a_slip(one: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT foundation_outline(%s), foundation_outline(%s)", [one, other])
        mine, theirs = cursor.fetchone() or ("", "-")
    assert mine == theirs
