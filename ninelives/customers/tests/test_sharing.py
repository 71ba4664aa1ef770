"""One address that two customers have shown to be theirs: they are one, unless something speaks against it."""

import pytest

from ninelives.customers import tasks
from ninelives.customers.actions import add_address, merge, recognise, strengthen, tell, tell_apart, unmerge
from ninelives.customers.models import Customer, CustomerAddress, CustomerDetail, CustomerMerge
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from ninelives.reactions import REACTIONS
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

MAIL, SHOP, LINE = Address("mail", "dora@example.org"), Address("webchat", "shop:17"), Address("phone", "+31612345678")
APP = Address("app", "dora")
# As the provider knows an account: of itself, and by its number.
FIRST, SECOND, BY_NUMBER = (Address("whatsapp", value) for value in ("NL.1", "NL.2", "31612345678"))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def meet(
    cast: Cast, address: Address, name: str = "", *also: Address, proof: Proof = Proof.PROVEN, source: str = "mail"
) -> Customer:
    base = cast.brand.base_id
    return recognise(address, base_id=base, proof=proof, at=now(), name=name, also=also, source=source)


def react() -> None:
    """What the worker does of itself a moment later, and once more, as it may."""
    assert [str(task) for tasks in REACTIONS.values() for task in tasks if task.startswith("customers.")]
    for fact in [*Fact.objects.filter(name="AddressShared").order_by("pk")] * 2:
        tasks.join_if_safe(fact_id=fact.pk, **fact.told)


def are_one(*customers: Customer) -> bool:
    return len({Customer.objects.get(pk=one.pk).record.pk for one in customers}) == 1


def test_two_who_prove_one_mail_address_are_one(cast: Cast) -> None:
    dora, visitor = meet(cast, MAIL, "Dora Jansen"), meet(cast, SHOP, "D. Jansen")
    assert meet(cast, SHOP, "D. Jansen", MAIL) == visitor
    react()
    assert are_one(dora, visitor)
    made = CustomerMerge.objects.get()
    assert (made.kept, made.by_name) == (dora, "")
    assert visitor.addresses.get(value=MAIL.value).proof == "claimed", "it stays Dora's, as a merge moves nothing"


def test_only_when_both_have_proven_it(cast: Cast) -> None:
    dora, visitor = meet(cast, MAIL, proof=Proof.USUAL), meet(cast, SHOP)
    meet(cast, SHOP, "", MAIL)
    react()
    assert not are_one(dora, visitor)
    strengthen(dora.addresses.get(), Proof.PROVEN)
    react()
    assert are_one(dora, visitor)


def test_never_on_a_name_nor_on_what_is_told(cast: Cast) -> None:
    both = [meet(cast, MAIL, "Dora Jansen"), meet(cast, LINE, "Dora Jansen")]
    for one in both:
        tell(one, {"birth_date": ["1987-03-04"], "number": ["4711"], "postcode": ["3511 AB"]}, source="agent")
    add_address(both[1], Address("mail", "d@example.org"), Proof.USUAL)
    react()
    assert not Fact.objects.filter(name="AddressShared").exists()
    assert not are_one(*both)


@pytest.mark.parametrize(
    ("name", "birth_date", "expected"),
    [
        ("Dora Jansen", "1987-03-04", True),
        ("Dora Jansen", "", True),
        ("", "", True),
        ("Jansen, Dora", "1987-04-03", True),
        ("Doortje Smit", "1987-03-04", True),
        ("Pieter Jansen", "", False),
        ("Dora Jansen", "1958-11-30", False),
        ("Pieter Jansen", "1958-11-30", False),
    ],
)
def test_what_speaks_against_it_leaves_it_to_people(cast: Cast, name: str, birth_date: str, expected: bool) -> None:
    dora, other = meet(cast, MAIL, "Dora Jansen"), meet(cast, SHOP, name)
    tell(dora, {"birth_date": ["1987-03-04"]}, source="agent")
    tell(other, {"birth_date": [birth_date]}, source="agent")
    meet(cast, SHOP, name, MAIL)
    react()
    assert are_one(dora, other) is expected


def test_who_was_told_apart_stays_so(cast: Cast) -> None:
    dora, visitor = meet(cast, MAIL), meet(cast, SHOP)
    tell_apart(dora, visitor, actor=cast.alice)
    meet(cast, SHOP, "", MAIL)
    react()
    assert not are_one(dora, visitor)


def test_who_was_taken_apart_stays_so(cast: Cast) -> None:
    dora, visitor = meet(cast, MAIL), meet(cast, SHOP)
    meet(cast, SHOP, "", MAIL)
    react()
    unmerge(CustomerMerge.objects.get(), actor=cast.alice)
    react()
    assert not are_one(dora, visitor)
    merge(dora, visitor, actor=cast.alice)
    assert are_one(dora, visitor)


def test_bases_never_mix(cast: Cast) -> None:
    dora = meet(cast, MAIL)
    base = cast.other_brand.base_id
    other = recognise(SHOP, base_id=base, proof=Proof.PROVEN, at=now(), also=[MAIL])
    react()
    tasks.join_if_safe(customer_id=str(dora.pk), other_id=str(other.pk))
    assert not are_one(dora, other)


class TestATelephoneLine:
    def test_another_given_name_on_it_is_somebody_else(self, cast: Cast) -> None:
        dora, pieter = meet(cast, LINE, "Dora Jansen"), meet(cast, LINE, "Pieter Jansen")
        assert pieter != dora
        assert pieter.addresses.get().proof == "claimed"
        react()
        assert not are_one(dora, pieter)
        assert [meet(cast, LINE, name) for name in ("Dora Jansen", "D. Jansen", "Pieter")] == [dora, dora, pieter]

    def test_half_a_name_or_another_spelling_is_the_same(self, cast: Cast) -> None:
        dora = meet(cast, LINE, "Dora Jansen")
        for name in ("", "Dora", "Jansen", "D. Jansen", "Dora Janssen", "Jansen Dora", "Dora de Vries"):
            assert meet(cast, LINE, name) == dora, name

    def test_nobody_knows_who_writes_without_a_name_where_several_do(self, cast: Cast) -> None:
        dora, pieter = meet(cast, LINE, "Dora Jansen"), meet(cast, LINE, "Pieter Jansen")
        nameless = meet(cast, LINE)
        assert nameless not in (dora, pieter)
        assert meet(cast, LINE) == nameless
        tell(nameless, {"birth_date": ["1987-03-04"]}, source="agent")
        tell(dora, {"birth_date": ["1987-03-04"]}, source="agent")
        react()
        assert not are_one(dora, nameless)

    def test_it_makes_nobody_one_without_a_name(self, cast: Cast) -> None:
        dora, account = meet(cast, LINE, "Dora Jansen"), meet(cast, APP, "", LINE)
        react()
        assert not are_one(dora, account)

    def test_it_does_with_the_same_name(self, cast: Cast) -> None:
        dora = meet(cast, LINE, "Dora Jansen")
        assert meet(cast, APP, "D. Jansen", LINE) == dora
        elsewhere = meet(cast, SHOP, "Dora Jansen")
        meet(cast, SHOP, "Dora Jansen", LINE)
        react()
        assert are_one(dora, elsewhere)

    def test_what_a_colleague_learns_later_settles_it(self, cast: Cast) -> None:
        dora, account = meet(cast, LINE, "Dora Jansen"), meet(cast, APP, "Doortje", LINE)
        react()
        assert not are_one(dora, account)
        for one in (dora, account):
            tell(one, {"birth_date": ["1987-03-04"]}, source="agent")
        react()
        assert are_one(dora, account)

    def test_a_number_on_another_channel_is_the_same_line(self, cast: Cast) -> None:
        dora, elsewhere = meet(cast, LINE, "Dora Jansen"), meet(cast, Address("messenger", "31612345678"), "Dora")
        react()
        assert are_one(dora, elsewhere)
        abroad = meet(cast, Address("messenger", "49612345678"), "Dora")
        react()
        assert not are_one(dora, abroad)


class TestANumberThatHasOneAccount:
    @pytest.mark.parametrize("name", ["", "Dora Jansen", "Pieter Smit"])
    @pytest.mark.parametrize("also", [(LINE,), (BY_NUMBER, LINE)])
    def test_who_has_another_account_on_it_is_somebody_else(
        self, cast: Cast, name: str, also: tuple[Address, ...]
    ) -> None:
        dora, later = meet(cast, FIRST, "Dora Jansen", *also), meet(cast, SECOND, name, *also)
        react()
        assert not are_one(dora, later)
        assert meet(cast, FIRST, "", *also) == dora
        assert meet(cast, SECOND, "", *also) == later
        react()
        assert not are_one(dora, later)

    def test_they_may_be_one_by_something_else(self, cast: Cast) -> None:
        dora, later = meet(cast, FIRST, "Dora Jansen", LINE), meet(cast, SECOND, "Dora Jansen", LINE)
        for one in (FIRST, SECOND):
            meet(cast, one, "Dora Jansen", MAIL)
        react()
        assert are_one(dora, later)

    def test_an_account_known_by_its_number_alone_gets_its_own_id(self, cast: Cast) -> None:
        dora = meet(cast, BY_NUMBER, "Dora Jansen", LINE)
        assert meet(cast, FIRST, "Dora Jansen", BY_NUMBER, LINE) == dora
        assert meet(cast, SECOND, "Dora Jansen", BY_NUMBER, LINE) != dora

    def test_who_wrote_on_it_without_a_name_has_one_then(self, cast: Cast) -> None:
        nameless = meet(cast, LINE)
        assert meet(cast, FIRST, "Dora Jansen", LINE) == nameless
        assert Customer.objects.get().name == "Dora Jansen"
        assert meet(cast, LINE) == nameless

    def test_not_where_several_use_it(self, cast: Cast) -> None:
        meet(cast, LINE, "Dora Jansen"), meet(cast, LINE, "Pieter Smit")
        nameless = meet(cast, LINE)
        assert meet(cast, FIRST, "Bram de Boer", LINE) != nameless


def test_other_names_are_remembered_a_few(cast: Cast) -> None:
    dora = meet(cast, MAIL, "Dora Jansen")
    for number in range(20):
        meet(cast, MAIL, f"Dora {'abcdefghijklmnopqrst'[number]}", proof=Proof.USUAL)
    meet(cast, MAIL, "Dora a", proof=Proof.USUAL)
    kept = CustomerDetail.objects.filter(customer=dora, kind="name")
    assert sorted(kept.values_list("value", flat=True)) == ["Dora a", "Dora b", "Dora c", "Dora d", "Dora e", "Dora f"]


def test_how_an_address_is_known_is_kept(cast: Cast) -> None:
    dora = meet(cast, MAIL, source="mail")
    meet(cast, SHOP, "", MAIL, source="webchat")
    add_address(dora, LINE, Proof.USUAL, source="agent")
    rows = CustomerAddress.objects.order_by("created_at", "pk").values_list("kind", "source")
    assert list(rows) == [("mail", "mail"), ("webchat", "webchat"), ("phone", "agent")]


def test_what_is_told_anew_gives_way(cast: Cast) -> None:
    dora = meet(cast, MAIL)
    tell(dora, {"city": ["Utrecht"], "number": ["1", " 2 ", ""]}, source="agent")
    tell(dora, {"number": ["2", "3"]}, source="api")
    rows = CustomerDetail.objects.order_by("kind", "value").values_list("kind", "value", "source")
    assert list(rows) == [("city", "Utrecht", "agent"), ("number", "2", "agent"), ("number", "3", "api")]
