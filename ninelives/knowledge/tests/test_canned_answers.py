"""Canned answers: found by what is typed, filled in for the conversation, and only of one's own brands."""

import pytest

from ninelives.knowledge import actions, queries
from ninelives.knowledge.filling import filled, first_name, unknown_fields
from ninelives.knowledge.models import CannedAnswer
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def write(cast: Cast, shortcut: str, title: str = "A title", text: str = "A text", **more: object) -> CannedAnswer:
    return actions.write_answer(None, actor=cast.alice, shortcut=shortcut, title=title, text=text, **more)  # type: ignore[arg-type]


def suggested(cast: Cast, q: str, language: str = "") -> list[str]:
    found = queries.suggest(cast.alice, brand_id=cast.mailbox.brand_id, language=language, q=q, most=8)
    return [one.shortcut for one in found]


def test_fields_are_filled_and_what_is_unknown_is_seen() -> None:
    text = "Dear {customer.first_name|customer}, {agent.name} {reference} {nothing} {a b} {customer.name}"
    assert filled(text, {"agent.name": "Alice", "reference": "#7"}) == (
        "Dear customer, Alice #7 {nothing} {a b} {customer.name}"
    )
    assert filled(text, {"customer.first_name": "Dora"}).startswith("Dear Dora, ")
    assert unknown_fields(text) == ["nothing"]


@pytest.mark.parametrize(("name", "first"), [("Dora de Vries", "Dora"), ("dora@example.org", ""), ("", "")])
def test_first_names(name: str, first: str) -> None:
    assert first_name(name) == first


def test_every_word_counts_wherever_it_stands(cast: Cast) -> None:
    write(cast, "meter", "Reading the meter", "Twice a year")
    write(cast, "move", "Moving house", "Tell us the new address and the meter reading")
    assert suggested(cast, "meter") == ["meter", "move"]
    assert suggested(cast, "address meter") == ["move"]
    assert suggested(cast, "METER") == ["meter", "move"]
    assert suggested(cast, "nowhere") == []


def test_the_customers_language_comes_first(cast: Cast) -> None:
    write(cast, "hello", "A", language="en")
    write(cast, "hallo", "B", language="nl")
    write(cast, "hoi", "C")
    assert suggested(cast, "", "nl") == ["hallo", "hoi", "hello"]


def test_only_for_ones_own_brands(cast: Cast) -> None:
    other = cast.charlie.brands.get()
    theirs = write(cast, "theirs", brand=other)
    assert "theirs" not in suggested(cast, "")
    assert theirs not in CannedAnswer.objects.visible_to(cast.alice)
    assert theirs in CannedAnswer.objects.visible_to(cast.charlie)


def test_a_shortcut_is_somebodys_alone_until_retired(cast: Cast) -> None:
    first = write(cast, "Hello")
    with pytest.raises(actions.ShortcutTakenError):
        write(cast, "hello")
    write(cast, "hello", language="nl")
    actions.retire(first, actor=cast.alice)
    write(cast, "hello")
    assert suggested(cast, "hello") == ["hello", "hello"]


def test_an_unknown_field_is_refused_and_nothing_is_written(cast: Cast) -> None:
    with pytest.raises(actions.UnknownFieldError) as refused:
        write(cast, "x", text="{customer.surname}")
    assert refused.value.names == ["customer.surname"]
    assert not CannedAnswer.objects.exists()
