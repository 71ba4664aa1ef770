"""Finding the other customer, seeing both, joining them; telling them apart; saying how they are related."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person, Viewing
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import claim, merge, prefer
from ninelives.customers.models import Customer, CustomerMerge, Distinction, Relation
from ninelives.foundation.address import Address
from tests.cast import DORA, Cast, dora_writes, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)
HX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My bill", message_id="1@example.org")


@pytest.fixture
def dora(conversation: Conversation) -> Customer:
    return conversation.customer


@pytest.fixture
def visitor(cast: Cast) -> Customer:
    found = writes(cast.mailbox, "Hello?", sender="Visitor <v@elsewhere.example>", subject="A question").customer
    claim(found, Address("mail", DORA))
    return found


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_pane_leads_to_the_other_one(alice: Client, conversation: Conversation, visitor: Customer) -> None:
    page = read(alice, f"/desk/all/{conversation.pk}/")
    back = f"?next=%2Fdesk%2Fall%2F{conversation.pk}%2F"
    assert f'href="/customers/{conversation.customer_id}/merges/{back}"' in page
    assert f'hx-get="/customers/{conversation.customer_id}/around/{back}"' in page

    around = read(alice, f"/customers/{conversation.customer_id}/around/")
    assert "same mail address, not proven" in around
    assert "(0.8)" in around
    assert f"with={visitor.pk}" in around


def test_the_page_suggests_and_finds(alice: Client, dora: Customer, visitor: Customer) -> None:
    address = f"/customers/{dora.pk}/merges/"
    assert "Visitor" in read(alice, address)
    for q in ("visi", "elsewhere.exa"):
        found = read(alice, f"{address}?q={q}", **HX)
        assert found.strip().startswith('<div id="choices"')
        assert f"with={visitor.pk}" in found, q
    for q in ("nobody", "de Vries", "%"):
        assert "with=" not in read(alice, f"{address}?q={q}xx" if q == "%" else f"{address}?q={q}", **HX), q


def test_both_are_seen_before_they_are_joined(alice: Client, dora: Customer, visitor: Customer) -> None:
    page = read(alice, f"/customers/{visitor.pk}/merges/?with={dora.pk}")
    for words in ("Dora de Vries", "Visitor", DORA, "v@elsewhere.example", "My bill", "A question"):
        assert words in page, words
    assert set(Viewing.objects.values_list("customer", flat=True)) == {dora.pk, visitor.pk}
    assert not CustomerMerge.objects.exists()


@pytest.mark.parametrize("kept", ["dora", "visitor"])
def test_joined_with_an_undo(
    alice: Client, dora: Customer, visitor: Customer, conversation: Conversation, kept: str
) -> None:
    back = f"/desk/all/{conversation.pk}/"
    chosen = dora if kept == "dora" else visitor
    told = {"other": str(visitor.pk), "kept": str(chosen.pk), "next": back}
    answer = alice.post(f"/customers/{dora.pk}/merges/", told)
    assert answer["Location"] == back
    made = CustomerMerge.objects.get()
    assert made.kept == chosen

    page = read(alice, back)
    undo = f"/customers/{chosen.pk}/merges/{made.pk}/undoing/"
    assert "are one customer now." in page
    assert f'action="{undo}"' in page
    assert f'<span class="thread__customer">{chosen.name}</span>' in page

    assert alice.post(undo, {"next": back})["Location"] == back
    assert "are two customers again" in read(alice, back)
    made.refresh_from_db()
    assert made.undone_at


def test_a_merged_customers_page_is_the_kept_ones(alice: Client, dora: Customer, visitor: Customer, cast: Cast) -> None:
    merge(dora, visitor, actor=cast.alice)
    assert alice.get(f"/customers/{visitor.pk}/")["Location"] == f"/customers/{dora.pk}/"
    alice.post(f"/customers/{visitor.pk}/", {"name": "Somebody", "kind": "person", "language": ""})
    page = read(alice, f"/customers/{dora.pk}/")
    assert "nothing was changed" in page
    assert "Alice joined Dora de Vries and Visitor" in page
    assert "Take apart" in page
    assert set(Customer.objects.values_list("name", flat=True)) == {"Dora de Vries", "Visitor"}


def test_an_address_of_theirs_is_theirs_already(alice: Client, dora: Customer, visitor: Customer, cast: Cast) -> None:
    merge(dora, visitor, actor=cast.alice)
    added = alice.post(f"/customers/{dora.pk}/addresses/", {"address": "v@elsewhere.example"})
    assert added.status_code == 302


def test_asking_for_what_is_so_already_says_so(alice: Client, dora: Customer, visitor: Customer, cast: Cast) -> None:
    merge(dora, visitor, actor=cast.alice)
    answer = alice.post(f"/customers/{dora.pk}/merges/", {"other": str(visitor.pk)}, follow=True)
    assert "one already" in answer.content.decode()
    assert alice.get(f"/customers/{dora.pk}/merges/?with={visitor.pk}").status_code == 302
    assert CustomerMerge.objects.count() == 1


def test_not_the_same_is_asked_once(alice: Client, dora: Customer, visitor: Customer) -> None:
    address = f"/customers/{dora.pk}/distinctions/"
    said = alice.post(address, {"other": str(visitor.pk)}, headers=HX).content.decode()
    assert "May be" not in said
    assert "Not Visitor, says Alice" in said
    assert "May be" not in read(alice, f"/customers/{visitor.pk}/around/")

    made = Distinction.objects.get()
    undone = alice.delete(f"{address}{made.pk}/", headers=HX).content.decode()
    assert "May be" in undone
    assert not Distinction.objects.exists()


def test_a_relation_stands_at_both_ends(alice: Client, dora: Customer, visitor: Customer) -> None:
    told = {"kind": "acts_for", "other": str(dora.pk)}
    assert alice.post(f"/customers/{visitor.pk}/relations/", told).status_code == 302
    assert "Acts for" in read(alice, f"/customers/{visitor.pk}/around/")
    assert "Represented by" in read(alice, f"/customers/{dora.pk}/around/")
    assert "known already" in alice.post(f"/customers/{visitor.pk}/relations/", told, follow=True).content.decode()

    made = Relation.objects.get()
    assert made.by_name == "Alice"
    ended = alice.delete(f"/customers/{dora.pk}/relations/{made.pk}/", headers=HX).content.decode()
    assert "Represented by" not in ended
    made.refresh_from_db()
    assert made.ended_at


def test_only_an_organisation_has_members(alice: Client, dora: Customer, visitor: Customer) -> None:
    told = {"kind": "has_member", "other": str(dora.pk)}
    assert alice.post(f"/customers/{visitor.pk}/relations/", told).status_code == 422
    Customer.objects.filter(pk=visitor.pk).update(kind="organisation", name="Vrienden BV")
    assert alice.post(f"/customers/{visitor.pk}/relations/", told).status_code == 302
    assert "Belongs to" in read(alice, f"/customers/{dora.pk}/around/")
    assert "Has as member" in read(alice, f"/customers/{visitor.pk}/around/")


def test_a_relation_between_two_that_became_one_is_not_told(
    alice: Client, dora: Customer, visitor: Customer, cast: Cast
) -> None:
    alice.post(f"/customers/{visitor.pk}/relations/", {"kind": "acts_for", "other": str(dora.pk)})
    merge(dora, visitor, actor=cast.alice)
    assert "Acts for" not in read(alice, f"/customers/{dora.pk}/around/")


def test_where_a_customer_would_rather_be_reached(alice: Client, dora: Customer, visitor: Customer, cast: Cast) -> None:
    theirs = visitor.addresses.get(value="v@elsewhere.example")
    merge(dora, visitor, actor=cast.alice)
    told = {"name": "Dora", "kind": "person", "language": "nl", "preferred": str(theirs.pk)}
    assert alice.post(f"/customers/{dora.pk}/", told).status_code == 302
    assert read(alice, f"/customers/{dora.pk}/pane/").count("preferred") == 1
    prefer(dora, dora.addresses.get())
    prefer(dora, None)
    assert "preferred" not in read(alice, f"/customers/{dora.pk}/pane/")


def test_bases_never_meet(cast: Cast, dora: Customer) -> None:
    erik = writes(cast.other_mailbox, "Hello", sender="Erik <erik@example.org>").customer
    alice, iris = signed_in(cast.alice), signed_in(cast.admin)
    address = f"/customers/{dora.pk}/merges/"
    assert alice.post(address, {"other": str(erik.pk)}).status_code == 404
    assert alice.get(f"{address}?with={erik.pk}").status_code == 404
    assert "with=" not in read(iris, f"{address}?q=erik", **HX)
    for noun, more in (("merges", {}), ("distinctions", {}), ("relations", {"kind": "acts_for"})):
        refused = iris.post(f"/customers/{dora.pk}/{noun}/", {"other": str(erik.pk), **more})
        assert refused.status_code == 422, noun
    assert not CustomerMerge.objects.exists()


def test_who_only_reads_sees_and_changes_nothing(cast: Cast, dora: Customer, visitor: Customer) -> None:
    cast.bob.role = "editor"
    cast.bob.save()
    bob = signed_in(cast.bob)
    around = read(bob, f"/customers/{dora.pk}/around/")
    assert "May be" in around
    assert "Not the same" not in around
    assert "Join with" not in read(bob, f"/customers/{dora.pk}/")
    for noun in ("merges", "distinctions", "relations"):
        assert bob.post(f"/customers/{dora.pk}/{noun}/", {"other": str(visitor.pk)}).status_code == 403


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_one_comes_back_to_a_page_of_ours(alice: Client, dora: Customer, visitor: Customer, next_: str) -> None:
    told = {"other": str(visitor.pk), "next": next_}
    assert alice.post(f"/customers/{dora.pk}/merges/", told)["Location"] == f"/customers/{dora.pk}/"
