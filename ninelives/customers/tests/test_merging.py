"""A merge is a pointer: two customers read as one, and as two again whenever somebody says so."""

from itertools import permutations
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from ninelives.accounts.actions import open_brand
from ninelives.accounts.models import Brand
from ninelives.customers.actions import (
    AlreadyOneError,
    ItselfError,
    OtherBaseError,
    merge,
    recognise,
    unmerge,
)
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def meet(brand: Brand, name: str) -> Customer:
    address = Address("mail", f"{name}@example.org".lower())
    return recognise(address, base_id=brand.base_id, proof=Proof.USUAL, at=now(), name=name)


@pytest.fixture
def four(cast: Cast) -> tuple[Customer, Customer, Customer, Customer]:
    a, b, c, d = (meet(cast.brand, name) for name in ("Anna", "Bea", "Cas", "Dora"))
    return a, b, c, d


def read_as() -> dict[str, str]:
    return {one.name: one.record.name for one in Customer.objects.select_related("root")}


def together(customer: Customer) -> set[str]:
    customer.refresh_from_db()
    return set(Customer.objects.one_with(customer).values_list("name", flat=True))


def test_a_merged_customer_is_read_as_the_kept_one(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, cas, _ = four
    made = merge(anna, bea, actor=cast.alice)
    assert read_as() == {"Anna": "Anna", "Bea": "Anna", "Cas": "Cas", "Dora": "Dora"}
    assert together(anna) == together(bea) == {"Anna", "Bea"}
    assert together(cas) == {"Cas"}
    assert (made.by_name, made.undone_at) == ("Alice", None)
    fact = Fact.objects.get(name="CustomersMerged")
    assert fact.told == {
        "merge_id": str(made.pk),
        "kept_id": str(anna.pk),
        "merged_id": str(bea.pk),
        "by": str(cast.alice.pk),
    }


def test_an_undone_merge_leaves_two(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, *_ = four
    made = merge(anna, bea, actor=cast.alice)
    assert unmerge(made, actor=cast.bob)
    assert read_as()["Bea"] == "Bea"
    assert together(anna) == {"Anna"}
    made.refresh_from_db()
    assert (made.undone_by_name, made.undone_at is None) == ("Bob", False)
    assert Fact.objects.filter(name="CustomersUnmerged").count() == 1

    assert not unmerge(made, actor=cast.bob)
    assert Fact.objects.filter(name="CustomersUnmerged").count() == 1
    merge(anna, bea, actor=cast.alice)
    assert CustomerMerge.objects.count() == 2


def test_merging_what_was_merged_merges_the_roots(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, cas, dora = four
    merge(anna, bea, actor=cast.alice)
    merge(cas, dora, actor=cast.alice)
    made = merge(bea, dora, actor=cast.alice)
    assert (made.kept, made.merged) == (anna, cas)
    assert set(read_as().values()) == {"Anna"}


def test_a_chain_is_taken_apart_in_any_order(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, cas, _ = four
    for order in permutations(range(2)):
        made = [merge(anna, bea, actor=cast.alice), merge(cas, anna, actor=cast.alice)]
        assert together(bea) == {"Anna", "Bea", "Cas"}
        unmerge(made[order[0]], actor=cast.alice)
        assert together(bea) == ({"Bea"} if order[0] == 0 else {"Anna", "Bea"})
        assert together(cas) == ({"Anna", "Cas"} if order[0] == 0 else {"Cas"})
        unmerge(made[order[1]], actor=cast.alice)
        assert all(name == record for name, record in read_as().items())


def test_whoever_is_cut_off_takes_along_all_that_is_below_them_however_deep(
    cast: Cast, four: tuple[Customer, ...]
) -> None:
    anna, bea, cas, dora = four
    made = [merge(one, other, actor=cast.alice) for one, other in ((cas, dora), (bea, cas), (anna, bea))]
    assert together(dora) == {"Anna", "Bea", "Cas", "Dora"}
    unmerge(made[2], actor=cast.alice)
    assert together(anna) == {"Anna"}
    assert together(bea) == together(cas) == together(dora) == {"Bea", "Cas", "Dora"}
    assert read_as() == {"Anna": "Anna", "Bea": "Bea", "Cas": "Bea", "Dora": "Bea"}


def test_what_cannot_be_merged(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, *_ = four
    with pytest.raises(ItselfError):
        merge(anna, anna, actor=cast.alice)
    with pytest.raises(OtherBaseError):
        merge(anna, meet(cast.other_brand, "Erik"), actor=cast.admin)
    merge(anna, bea, actor=cast.alice)
    for one, other in ((anna, bea), (bea, anna)):
        with pytest.raises(AlreadyOneError):
            merge(one, other, actor=cast.alice)
    assert CustomerMerge.objects.count() == 1


def test_brands_of_one_base_share_their_merges(cast: Cast, four: tuple[Customer, ...]) -> None:
    sister = open_brand("Zonnestroom Belgie", shares_customers_with=cast.brand)
    merge(four[0], meet(sister, "Erik"), actor=cast.alice)
    assert together(four[0]) == {"Anna", "Erik"}


@pytest.mark.parametrize("given", ["twice", "itself", "other base"])
def test_the_database_itself_refuses(cast: Cast, four: tuple[Customer, ...], given: str) -> None:
    anna, bea, cas, _ = four
    erik = meet(cast.other_brand, "Erik")
    merge(anna, bea, actor=cast.alice)
    pair = {"twice": (cas, bea), "itself": (cas, cas), "other base": (cas, erik)}[given]
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerMerge.objects.create(base=cast.brand.base, kept=pair[0], merged=pair[1])


def test_of_several_at_once_one_merges_and_no_circle_is_tied(cast: Cast, four: tuple[Customer, ...]) -> None:
    anna, bea, cas, _ = four
    told: list[str] = []

    def race(one: Customer, other: Customer) -> None:
        try:
            merge(one, other, actor=cast.alice)
            told.append("merged")
        except AlreadyOneError:
            told.append("already")
        connection.close()

    pairs = [(anna, bea), (bea, anna), (bea, cas), (cas, anna), (anna, bea), (cas, bea)]
    racers = [Thread(target=race, args=pair) for pair in pairs]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["already"] * 4 + ["merged"] * 2
    assert together(anna) == together(bea) == together(cas) == {"Anna", "Bea", "Cas"}
    assert len({read_as()[name] for name in ("Anna", "Bea", "Cas")}) == 1
    for made in CustomerMerge.objects.all():
        unmerge(made, actor=cast.alice)
    assert all(name == record for name, record in read_as().items())
