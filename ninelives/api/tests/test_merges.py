"""Two customers become one, and two again, by machines."""

import json
from uuid import UUID

import pytest
from django.test import Client

from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer, CustomerMerge
from tests.cast import DORA, Cast, writes

CUSTOMERS = "/api/v1/customers"


@pytest.fixture
def dora(conversation: Conversation) -> Customer:
    return conversation.customer


@pytest.fixture
def other(people: Cast, dora: Customer) -> Customer:
    return writes(people.mailbox, "Me again", sender="D. Vries <d@example.net>", subject="Again").customer


def ask(api: Client, kept: Customer, other: object, **headers: str):
    address = f"{CUSTOMERS}/{kept.pk}/merges"
    return api.post(address, json.dumps(other), content_type="application/json", headers=headers)


def merged(api: Client, kept: Customer, other: Customer) -> str:
    return str(ask(api, kept, {"other": str(other.pk)}).json()["id"])


def read(api: Client, customer: Customer) -> dict:
    return api.get(f"{CUSTOMERS}/{customer.pk}").json()


def conversations(api: Client, customer: Customer) -> list[str]:
    found = api.get("/api/v1/conversations", {"customer": customer.pk}).json()["items"]
    assert len({one["customer"]["name"] for one in found}) == 1
    return [one["subject"] for one in found]


def test_merged_customers_are_read_as_one(api: Client, dora: Customer, other: Customer) -> None:
    answer = ask(api, dora, {"other": str(other.pk)})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["kept"]["name"], made["merged"]["name"]) == ("Dora de Vries", "D. Vries")
    assert (made["by"], made["undone_at"]) == ("A machine", None)

    told = read(api, dora)
    assert [address["value"] for address in told["addresses"]] == [DORA, "d@example.net"]
    assert told["merges"] == [made]
    assert told["merged_into"] is None

    away = read(api, other)
    assert (away["name"], away["merged_into"]) == ("D. Vries", {"id": str(dora.pk), "name": "Dora de Vries"})
    assert [address["value"] for address in away["addresses"]] == ["d@example.net"]
    assert away["merges"] == [made]


def test_what_either_wrote_is_found_at_both(api: Client, dora: Customer, other: Customer) -> None:
    assert conversations(api, dora) == ["Meter reading"]
    merged(api, dora, other)
    assert conversations(api, dora) == conversations(api, other) == ["Again", "Meter reading"]
    for asked in ({"q": "d@example.net"}, {"q": "de Vries"}, {"address": "D@example.net"}, {}):
        assert [one["name"] for one in api.get(CUSTOMERS, asked).json()["items"]] == ["Dora de Vries"], asked
    for q in ("d@example.net", DORA):
        assert api.get("/api/v1/conversations", {"q": q}).json()["count"] == 2, q


def test_an_undone_merge_leaves_two(api: Client, dora: Customer, other: Customer) -> None:
    made = merged(api, dora, other)
    answer = api.delete(f"{CUSTOMERS}/{other.pk}/merges/{made}")
    assert answer.status_code == 200
    assert answer.json()["undone_at"]
    again = api.delete(f"{CUSTOMERS}/{dora.pk}/merges/{made}")
    assert again.json() == answer.json()
    assert conversations(api, dora) == ["Meter reading"]
    assert conversations(api, other) == ["Again"]
    assert (read(api, dora)["merges"], read(api, other)["merged_into"]) == ([], None)


def test_asked_twice_it_is_merged_once(api: Client, dora: Customer, other: Customer) -> None:
    asked = {"other": str(other.pk)}
    first = ask(api, dora, asked)
    second = ask(api, dora, asked)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert CustomerMerge.objects.count() == 1

    keyed = [ask(api, dora, asked, Idempotency_Key="k").status_code for _ in range(2)]
    assert keyed == [200, 200]


def test_a_merge_of_others_is_not_undone_here(api: Client, people: Cast, dora: Customer, other: Customer) -> None:
    made = merged(api, dora, other)
    erik = writes(people.mailbox, "Hello", sender="Erik <erik@example.org>").customer
    assert api.delete(f"{CUSTOMERS}/{erik.pk}/merges/{made}").status_code == 404
    assert CustomerMerge.objects.get().undone_at is None


def test_what_cannot_be_merged_is_told(api: Client, client_with, people: Cast, dora: Customer, other: Customer) -> None:
    erik = writes(people.other_mailbox, "Hello", sender="Erik <erik@example.org>").customer
    ours = client_with(brand=people.brand)
    merged(api, dora, other)

    def refused(client: Client, given: object) -> tuple[str, str, str]:
        answer = ask(client, dora, given)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        (error,) = answer.json()["errors"]
        assert error["message"]
        return answer.json()["type"].rpartition(":")[2], error["field"], error["code"]

    assert refused(api, {"other": str(dora.pk)}) == ("not-mergeable", "other", "itself")
    assert refused(api, {"other": str(erik.pk)}) == ("not-mergeable", "other", "other_base")
    assert refused(ours, {"other": str(erik.pk)}) == ("not-mergeable", "other", "not_found")
    assert refused(api, {"other": str(UUID(int=0))}) == ("not-mergeable", "other", "not_found")
    assert ask(api, other, {"other": str(dora.pk)}).json()["errors"][0]["code"] == "already_one"
    assert refused(api, {}) == ("invalid", "other", "missing")
    assert refused(api, {"other": "nobody"}) == ("invalid", "other", "uuid_parsing")
    assert refused(api, {"other": str(erik.pk), "kept": True}) == ("invalid", "kept", "extra_forbidden")
    assert CustomerMerge.objects.count() == 1
