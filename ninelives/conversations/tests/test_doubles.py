"""Who may be the same, why, and how likely."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ninelives.conversations.doubles import likely_doubles
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import add_address, claim, forget_distinction, merge, recognise, tell_apart
from ninelives.customers.doubles import MOST
from ninelives.customers.models import Customer
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def meet(cast: Cast, name: str, value: str, *, kind: str = "mail", proof: Proof = Proof.USUAL) -> Customer:
    base = cast.brand.base_id
    return recognise(Address(kind, value), base_id=base, proof=proof, at=now(), name=name)


def claims(customer: Customer, value: str) -> None:
    claim(customer, Address("mail", value))


def suggested(cast: Cast, customer: Customer) -> list[tuple[str, tuple[str, ...], float]]:
    customer.refresh_from_db()
    found = likely_doubles(cast.alice, customer)
    return [(one.customer.name, tuple(map(str, one.reasons)), round(one.score, 2)) for one in found]


@pytest.mark.parametrize(("proof", "score"), [(Proof.PROVEN, 0.9), (Proof.USUAL, 0.8)])
def test_who_claims_a_known_address_may_be_that_customer(cast: Cast, proof: Proof, score: float) -> None:
    dora = meet(cast, "Dora Janssen", "dora@example.org", proof=proof)
    visitor = meet(cast, "Visitor 7", "session-7", kind="pretend")
    claims(visitor, "dora@example.org")
    assert suggested(cast, visitor) == [("Dora Janssen", ("claimed",), score)]
    assert suggested(cast, dora) == [("Visitor 7", ("claimed",), score)]


@pytest.mark.parametrize("written", ["0612345678", "06 - 1234 5678", "+31 6 12345678", "0031612345678", "31612345678"])
def test_the_same_telephone_number_in_any_writing(cast: Cast, written: str) -> None:
    dora = meet(cast, "Dora", "+31612345678", kind="phone")
    meet(cast, "Somebody", written, kind="pretend")
    meet(cast, "Nobody", "+31612345679", kind="pretend")
    assert suggested(cast, dora) == [("Somebody", ("phone",), 0.85)]


def test_the_same_proven_id_on_two_widgets(cast: Cast) -> None:
    dora = meet(cast, "Dora", "first:4711", kind="webchat", proof=Proof.PROVEN)
    meet(cast, "D.", "second:4711", kind="webchat", proof=Proof.PROVEN)
    meet(cast, "Guest", "third:4711", kind="webchat", proof=Proof.CLAIMED)
    assert [name for name, _, _ in suggested(cast, dora)] == ["D."]
    assert suggested(cast, dora)[0][1] == ("own_id",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dora Janssen", "Dora Janssen"),
        ("Dora Janssen", "D. Jansen"),
        ("Dora Janssen", "Janssen, Dora"),
        ("Dora van der Berg", "D. v.d. Berg"),
        ("Mevr. A. de Vries", "Anna Vries"),
        ("Zoë Meijer", "Zoe Meyer"),
        ("Özdemir Ali", "Ozdemir Ali"),
        ("Jan Dekker", "Jannes Decker"),
        ("王小明", "王小明"),
    ],
)
def test_nearly_the_same_name_and_the_same_domain(cast: Cast, one: str, other: str) -> None:
    dora = meet(cast, one, "d1@firma.example")
    meet(cast, other, "d2@firma.example")
    ((name, reasons, score),) = suggested(cast, dora)
    assert (name, set(reasons), score >= 0.6) == (other, {"name", "domain"}, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dora Janssen", "Daan Janssen"),
        ("Dora Janssen", "Dora de Vries"),
        ("Willem van der Berg", "Willem van der Meer"),
        ("d1@firma.example", "d2@firma.example"),
    ],
)
def test_another_name_is_somebody_else(cast: Cast, one: str, other: str) -> None:
    dora = meet(cast, one, "d1@firma.example")
    meet(cast, other, "d2@firma.example")
    assert suggested(cast, dora) == []


def test_a_name_alone_says_nothing(cast: Cast) -> None:
    dora = meet(cast, "Dora Janssen", "dora@example.org")
    meet(cast, "Dora Janssen", "dora@example.net")
    assert suggested(cast, dora) == []


def test_the_same_name_and_postcode_or_subject(cast: Cast) -> None:
    here, there = "I live at 3511 AB Utrecht.", "Send it to 3511AB, please."
    dora = wrote(cast, "Dora Janssen <dora@example.org>", "Moving house", here)
    wrote(cast, "D. Janssen <dj@example.net>", "A meter", there)
    wrote(cast, "D. Janssen <dd@example.com>", "Re: moving house", "Nothing.")
    wrote(cast, "D. Janssen <no@other.example>", "Something else", "I live at 3511 AC Utrecht.")
    found = {reasons: score for _, reasons, score in suggested(cast, dora)}
    assert found == {("name", "postcode"): 0.79, ("name", "subject"): 0.56}


def wrote(cast: Cast, sender: str, subject: str, text: str) -> Customer:
    return writes(cast.mailbox, text, sender=sender, subject=subject).customer


def test_what_one_may_not_read_counts_for_nothing(cast: Cast) -> None:
    dora = wrote(cast, "Dora Janssen <dora@example.org>", "Moving house", "3511 AB")
    wrote(cast, "Dora Janssen <dj@example.net>", "Moving house", "3511 AB")
    Conversation.objects.filter(customer=dora).update(brand=cast.other_brand)
    assert suggested(cast, dora) == []


def test_several_reasons_say_more_than_one(cast: Cast) -> None:
    dora = meet(cast, "Dora Janssen", "dora@firma.example", proof=Proof.PROVEN)
    add_address(dora, Address("phone", "+31612345678"), Proof.USUAL)
    other = meet(cast, "D. Janssen", "06-12345678", kind="pretend")
    claims(other, "dora@firma.example")
    ((_, reasons, score),) = suggested(cast, dora)
    assert reasons[:2] == ("claimed", "phone")
    assert score > 0.98


def test_bases_never_mix(cast: Cast) -> None:
    erik = recognise(
        Address("mail", "dora@example.org"), base_id=cast.other_brand.base_id, proof=Proof.PROVEN, at=now(), name="Erik"
    )
    visitor = meet(cast, "Erik", "+31612345678", kind="phone")
    claims(visitor, "dora@example.org")
    claims(erik, "x@example.org")
    claims(visitor, "x@example.org")
    assert suggested(cast, visitor) == []


def test_who_was_told_apart_is_never_asked_about_again(cast: Cast) -> None:
    dora = meet(cast, "Dora", "dora@example.org")
    visitor = meet(cast, "Visitor", "session-7", kind="pretend")
    claims(visitor, "dora@example.org")
    said = tell_apart(dora, visitor, actor=cast.alice)
    assert tell_apart(visitor, dora, actor=cast.bob) == said
    assert suggested(cast, dora) == suggested(cast, visitor) == []

    # Nor of whoever either of them turns out to be.
    anna = meet(cast, "Anna", "anna@example.org")
    merge(anna, dora, actor=cast.alice)
    assert suggested(cast, visitor) == []
    anna.refresh_from_db()
    assert suggested(cast, anna) == []

    forget_distinction(said)
    assert [name for name, _, _ in suggested(cast, visitor)] == ["Anna"]


def test_who_was_merged_is_no_double(cast: Cast) -> None:
    dora = meet(cast, "Dora", "dora@example.org")
    visitor = meet(cast, "Visitor", "session-7", kind="pretend")
    claims(visitor, "dora@example.org")
    merge(dora, visitor, actor=cast.alice)
    assert suggested(cast, dora) == []


def test_what_everybody_shares_says_nothing(cast: Cast) -> None:
    dora = meet(cast, "Dora Janssen", "dora@gmail.example")
    for number in range(MOST + 1):
        meet(cast, "Dora Janssen", f"dora{number}@gmail.example")
    assert suggested(cast, dora) == []


def test_it_asks_little(cast: Cast) -> None:
    dora = wrote(cast, "Dora Janssen <dora@example.org>", "Moving house", "3511 AB")
    for number in range(10):
        wrote(cast, f"Dora Janssen <d{number}@example.net>", "Moving house", "3511 AB")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(likely_doubles(cast.alice, dora)) == 3
    assert len([one for one in asked if one["sql"].startswith("SELECT") or "WITH" in one["sql"]]) <= 7
