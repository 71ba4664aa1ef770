"""Finding and reading customers."""

from collections.abc import Callable

from django.test import Client

from ninelives.accounts.models import Viewing
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import add_address, merge, tell
from ninelives.foundation.address import Address, Proof
from tests.cast import DORA, Cast, writes

CUSTOMERS = "/api/v1/customers"


def test_a_customer_is_told_with_every_address(api: Client, conversation: Conversation) -> None:
    add_address(conversation.customer, Address("phone", "+31612345678"), Proof.CLAIMED, source="visitor")
    told = api.get(f"{CUSTOMERS}/{conversation.customer_id}").json()
    assert (told["name"], told["kind"]) == ("Dora de Vries", "person")
    assert told["addresses"] == [
        {"kind": "mail", "value": DORA, "proof": "usual", "verified": False, "source": "mail"},
        {"kind": "phone", "value": "+31612345678", "proof": "claimed", "verified": False, "source": "visitor"},
    ]
    viewing = Viewing.objects.get()
    assert (viewing.subject, viewing.customer) == ("customer", conversation.customer_id)


def test_customers_are_found_by_letters_and_by_address(api: Client, people: Cast, conversation: Conversation) -> None:
    writes(people.mailbox, "Hello", sender="Erik <erik@example.org>")

    def named(**asked: str) -> list[str]:
        return [item["name"] for item in api.get(CUSTOMERS, asked).json()["items"]]

    assert named() == ["Erik", "Dora de Vries"]
    assert named(q="", address="", cursor="") == named()
    assert named(q="vries") == ["Dora de Vries"]
    assert named(q="rik@example") == ["Erik"]
    assert named(address=DORA.upper()) == ["Dora de Vries"]
    assert named(address="dora") == []
    assert named(q="%") == named(q="_") == named(q="' OR 1=1 --") == named(q="\\") == []
    assert named(q="\0vries") == ["Dora de Vries"]


def test_a_list_costs_the_same_however_long(api: Client, people: Cast, django_assert_max_num_queries) -> None:
    for number in range(20):
        writes(people.mailbox, "Hello", sender=f"Person {number} <p{number}@example.org>")
    with django_assert_max_num_queries(8):
        assert api.get(CUSTOMERS).json()["count"] == 20


def test_details_are_read_with_the_customer_and_only_by_who_may(
    api: Client, people: Cast, conversation: Conversation, client_with: Callable[..., Client]
) -> None:
    dora = conversation.customer
    tell(dora, {"birth_date": ["1984-03-09"], "number": ["K-1"]}, source="agent")
    also = writes(people.mailbox, "Me too", sender="D. Vries <vries@example.org>").customer
    tell(also, {"number": ["K-2"], "city": ["Hilversum"]}, source="visitor")
    merge(dora, also, actor=people.alice)
    expected = [
        {"kind": "birth_date", "value": "1984-03-09", "source": "agent"},
        {"kind": "city", "value": "Hilversum", "source": "visitor"},
        {"kind": "number", "value": "K-1", "source": "agent"},
        {"kind": "number", "value": "K-2", "source": "visitor"},
    ]
    told = api.get(f"{CUSTOMERS}/{dora.pk}").json()["details"]
    assert sorted(told, key=lambda one: (one["kind"], one["value"])) == expected
    # Of the one that is read as the other: what is their own.
    own = api.get(f"{CUSTOMERS}/{also.pk}").json()["details"]
    assert sorted(one["value"] for one in own) == ["Hilversum", "K-2"]
    assert "details" not in api.get(CUSTOMERS).json()["items"][0]
    elsewhere = client_with(Permission.READ_CONVERSATIONS, brand=people.other_brand)
    assert elsewhere.get(f"{CUSTOMERS}/{dora.pk}").status_code == 404
