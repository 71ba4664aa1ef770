"""Exactly the address decides who it is, and proof only grows."""

from threading import Thread

import pytest
from django.db import IntegrityError, connection

from ninelives.customers.actions import AddressTakenError, add_address, claim, recognise
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.customers.queries import find
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

DORA = Address("mail", "dora@example.org")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def meet(cast: Cast, address: Address = DORA, proof: Proof = Proof.USUAL, name: str = "") -> Customer:
    return recognise(address, base_id=cast.brand.base_id, proof=proof, at=now(), name=name)


def test_the_same_address_is_the_same_customer(cast: Cast) -> None:
    assert meet(cast) == meet(cast, name="Dora")
    assert Customer.objects.get().name == "Dora"


def test_a_likely_address_is_somebody_else(cast: Cast) -> None:
    assert meet(cast) != meet(cast, Address("mail", "dora+x@example.org"))
    assert meet(cast) != meet(cast, Address("pretend", "dora@example.org"))


def test_other_bases_know_other_customers(cast: Cast) -> None:
    other = recognise(DORA, base_id=cast.other_brand.base_id, proof=Proof.USUAL, at=now())
    assert meet(cast) != other
    assert set(Customer.objects.visible_to(cast.charlie)) == {other}


def test_proof_grows_and_never_shrinks(cast: Cast) -> None:
    for proof, then in ((Proof.USUAL, "usual"), (Proof.PROVEN, "proven"), (Proof.USUAL, "proven")):
        meet(cast, proof=proof)
        assert CustomerAddress.objects.get().proof == then
    assert CustomerAddress.objects.get().proven_at is not None


def test_two_who_meet_at_once_meet_one_customer(cast: Cast) -> None:
    met: list[Customer] = []

    def race() -> None:
        met.append(meet(cast))
        connection.close()

    racers = [Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(set(met)) == 1
    assert Customer.objects.count() == 1


def test_an_address_has_one_owner(cast: Cast) -> None:
    erik = meet(cast, Address("mail", "erik@example.org"))
    meet(cast)
    add_address(erik, Address("mail", "erik@work.example"), Proof.USUAL)
    with pytest.raises(AddressTakenError):
        add_address(erik, DORA, Proof.USUAL)
    with pytest.raises(IntegrityError):
        CustomerAddress.objects.create(customer=erik, base=erik.base, kind=DORA.kind, value=DORA.value, proof="usual")


def test_what_somebody_claims_recognises_nobody(cast: Cast) -> None:
    visitor, another = meet(cast, Address("webchat", "1")), meet(cast, Address("webchat", "2"))
    for one in (visitor, another, visitor):
        claim(one, DORA)
    dora = meet(cast, proof=Proof.PROVEN)
    assert dora not in (visitor, another)
    assert sorted(dora.addresses.values_list("proof", flat=True)) == ["proven"]
    assert [row.proof for row in CustomerAddress.objects.filter(value=DORA.value).order_by("id")] == [
        "claimed", "claimed", "proven",
    ]  # fmt: skip


def test_a_claim_that_is_proven_later_is_the_same_row(cast: Cast) -> None:
    visitor = meet(cast, Address("webchat", "1"))
    claim(visitor, DORA)
    add_address(visitor, DORA, Proof.PROVEN)
    assert visitor.addresses.get(value=DORA.value).proof == "proven"
    assert meet(cast) == visitor


def test_who_proves_two_addresses_is_one_customer(cast: Cast) -> None:
    dora = meet(cast, name="Dora")
    shop = Address("webchat", "shop:dora-17")
    assert recognise(shop, base_id=cast.brand.base_id, proof=Proof.PROVEN, at=now(), also=[DORA]) == dora
    assert dora.addresses.filter(proof="proven").count() == 2
    assert meet(cast, shop, Proof.PROVEN) == dora


def test_what_another_only_used_makes_nobody_one(cast: Cast) -> None:
    dora, shop = meet(cast), Address("webchat", "shop:dora-17")
    visitor = meet(cast, shop, Proof.PROVEN)
    assert recognise(shop, base_id=cast.brand.base_id, proof=Proof.PROVEN, at=now(), also=[DORA]) == visitor
    assert dora.addresses.get().value == DORA.value
    assert visitor.addresses.exclude(proof="claimed").get().value == shop.value
    assert not Fact.objects.filter(name="AddressShared").exists()


def test_found_by_letters_of_a_name_or_address(cast: Cast) -> None:
    dora = meet(cast, name="Dora de Vries")
    for q in ("vries", "DORA", "example.o", "%", "_"):
        assert set(find(cast.alice, q=q)) == (set() if q in "%_" else {dora}), q
    assert set(find(cast.alice, address="Dora@Example.org ")) == {dora}
    assert not find(cast.charlie, q="Dora").exists()
