"""What is known of a customer beside name and addresses: written on the customer's page, never by who only reads."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.customers.actions import merge, tell
from ninelives.customers.models import Customer, CustomerDetail
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

WRITTEN = {
    "birth_date": "1984-03-09",
    "street": "Sesamstraat",
    "house_number": "12a",
    "postcode": "1234 AB",
    "city": "Hilversum",
    "number": "K-100, 77 88,",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def dora(cast: Cast) -> Customer:
    return dora_writes(cast, message_id="1@example.org").customer


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def writes(person: Person, customer: Customer, **told: str) -> int:
    return signed_in(person).post(f"/customers/{customer.pk}/details/", {**WRITTEN, **told}).status_code


def page(person: Person, customer: Customer) -> str:
    return signed_in(person).get(f"/customers/{customer.pk}/").content.decode()


def known(customer: Customer) -> dict[str, set[str]]:
    rows = CustomerDetail.objects.filter(customer=customer)
    return {kind: {one.value for one in rows if one.kind == kind} for kind in {one.kind for one in rows}}


def test_all_of_it_is_kept_and_read_back(cast: Cast, dora: Customer) -> None:
    assert writes(cast.alice, dora) == 302
    assert known(dora) == {
        "birth_date": {"1984-03-09"},
        "street": {"Sesamstraat"},
        "house_number": {"12a"},
        "postcode": {"1234 AB"},
        "city": {"Hilversum"},
        "number": {"K-100", "77 88"},
    }
    assert set(CustomerDetail.objects.values_list("source", flat=True)) == {"agent"}
    shown = page(cast.alice, dora)
    assert "Sesamstraat 12a, 1234 AB Hilversum" in shown
    assert "March 9, 1984" in shown
    # In the form as well, for whoever writes on.
    assert 'value="1984-03-09"' in shown
    assert 'value="77 88, K-100"' in shown or 'value="K-100, 77 88"' in shown


def test_what_is_emptied_is_forgotten_and_the_rest_stays(cast: Cast, dora: Customer) -> None:
    writes(cast.alice, dora)
    writes(cast.alice, dora, birth_date="", number="K-100")
    assert "birth_date" not in known(dora)
    assert (known(dora)["number"], known(dora)["city"]) == ({"K-100"}, {"Hilversum"})


def test_no_date_is_said_keeps_what_was_typed_and_changes_nothing(cast: Cast, dora: Customer) -> None:
    writes(cast.alice, dora)
    told = {**WRITTEN, "birth_date": "31-02-1984", "city": "Bussum"}
    answer = signed_in(cast.alice).post(f"/customers/{dora.pk}/details/", told)
    assert (answer.status_code, b"field__error" in answer.content, b"Bussum" in answer.content) == (422, True, True)
    assert known(dora)["city"] == {"Hilversum"}


def test_of_another_brands_and_by_who_only_reads_nothing_is_written(cast: Cast, dora: Customer) -> None:
    cast.bob.role = "editor"
    cast.bob.save()
    assert (writes(cast.charlie, dora), writes(cast.bob, dora)) == (404, 403)
    assert known(dora) == {}


def test_what_two_who_are_one_told_alike_is_read_once_and_each_keeps_their_own(cast: Cast, dora: Customer) -> None:
    also = dora_writes(cast, sender="D. Vries <vries@example.org>").customer
    for one in (dora, also):
        tell(one, {"street": ["Sesamstraat"], "city": ["Hilversum"]}, source="agent")
    tell(also, {"number": ["K-9"]}, source="agent")
    merge(dora, also, actor=cast.alice)
    shown = page(cast.alice, dora)
    assert shown.count("Sesamstraat, Hilversum") == 1
    assert "K-9" in shown
    writes(cast.alice, dora, number="")
    assert known(also)["number"] == {"K-9"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12345678", "0612345678"),
        ("+31 6 1234-5678", "+31612345678"),
        ("0031 6 12345678", "+31612345678"),
        ("(020) 123 4567", "0201234567"),
    ],
)
def test_a_telephone_number_is_an_address_however_it_is_typed(
    cast: Cast, dora: Customer, typed: str, kept: str
) -> None:
    assert signed_in(cast.alice).post(f"/customers/{dora.pk}/addresses/", {"address": typed}).status_code == 302
    added = dora.addresses.get(kind="phone")
    assert (added.value, added.proof, added.source) == (kept, "usual", "agent")


def test_anothers_telephone_number_is_not_given(cast: Cast, dora: Customer) -> None:
    erik = dora_writes(cast, sender="erik@example.net").customer
    client = signed_in(cast.alice)
    assert client.post(f"/customers/{erik.pk}/addresses/", {"address": "+31612345678"}).status_code == 302
    answer = client.post(f"/customers/{dora.pk}/addresses/", {"address": "0031612345678"})
    assert (answer.status_code, b"field__error" in answer.content) == (422, True)
    assert not dora.addresses.filter(kind="phone").exists()
