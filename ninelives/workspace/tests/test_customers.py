"""A customer's page: who it is can be said, and an address added."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.customers.actions import merge
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.workspace.customers import pane
from ninelives.workspace.finding import groups
from ninelives.workspace.lists import Place
from tests.cast import DORA, Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_an_agent_says_who_it_is(cast: Cast, dora: Customer) -> None:
    told = {"name": "De Vries BV", "kind": "organisation", "language": "nl"}
    assert signed_in(cast.alice).post(f"/customers/{dora.pk}/", told).status_code == 302
    dora.refresh_from_db()
    assert (dora.name, dora.kind, dora.language) == ("De Vries BV", "organisation", "nl")


def test_an_added_address_is_the_customers_though_not_proven(cast: Cast, dora: Customer) -> None:
    signed_in(cast.alice).post(f"/customers/{dora.pk}/addresses/", {"address": "Dora@Work.example"})
    added = dora.addresses.get(value="dora@work.example")
    assert added.proof == "usual"


@pytest.mark.parametrize("address", ["", "no address", "erik@example.org"])
def test_what_cannot_be_an_address_is_said_and_changes_nothing(cast: Cast, dora: Customer, address: str) -> None:
    dora_writes(cast, sender="erik@example.org", message_id="2@example.org")
    answer = signed_in(cast.alice).post(f"/customers/{dora.pk}/addresses/", {"address": address})
    assert answer.status_code == 422
    assert b"field__error" in answer.content
    assert dora.addresses.count() == 1


def test_who_only_reads_changes_nothing(cast: Cast, dora: Customer) -> None:
    told = {"name": "X", "kind": "person", "language": ""}
    assert signed_in(cast.charlie).post(f"/customers/{dora.pk}/", told).status_code == 404
    cast.bob.role = "editor"
    cast.bob.save()
    assert signed_in(cast.bob).post(f"/customers/{dora.pk}/", told).status_code == 403
    dora.refresh_from_db()
    assert dora.name == "Dora de Vries"


def test_one_address_of_two_who_are_one_is_read_once_with_its_best_proof(cast: Cast, dora: Customer) -> None:
    also = dora_writes(cast, sender="D. Vries <vries@example.org>").customer
    CustomerAddress.objects.create(customer=also, base=also.base, kind="mail", value=DORA, proof="claimed")
    merge(dora, also, actor=cast.alice)
    shown = pane(cast.alice, Customer.objects.get(pk=dora.pk), [], Place("all")).addresses
    assert sorted((one.value, one.proof) for one in shown) == [(DORA, "usual"), ("vries@example.org", "usual")]


def test_who_is_found_is_told_apart_by_an_address_a_person_can_read(cast: Cast, dora: Customer) -> None:
    nora = dora_writes(cast, sender="Nora Jones <nora@example.org>").customer
    CustomerAddress.objects.filter(customer=nora).update(value=f"{cast.pretend.pk}:48120377")
    (group,) = [one for one in groups(cast.alice, "nora") if one.label == "Customers"]
    assert [found.about for found in group.found] == ["48120377"]
    page = signed_in(cast.alice).get(f"/customers/{dora.pk}/merges/?q=nora").content.decode()
    assert "48120377" in page
    assert str(cast.pretend.pk) not in page


def test_addresses_to_choose_from_can_be_read(cast: Cast, dora: Customer) -> None:
    CustomerAddress.objects.create(
        customer=dora, base=dora.base, kind="pretend", value=f"{cast.pretend.pk}:48120377", proof="proven"
    )
    page = signed_in(cast.alice).get(f"/customers/{dora.pk}/").content.decode()
    assert ">48120377</option>" in page
    assert f">{cast.pretend.pk}" not in page
