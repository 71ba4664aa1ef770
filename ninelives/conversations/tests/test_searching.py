"""Search a page at a time finds exactly what was asked for, whichever road it takes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import BoundedSemaphore
from uuid import UUID

import pytest
from django.db import connection

from ninelives.accounts.models import Actor, Person
from ninelives.conversations import roads, searching
from ninelives.conversations.models import Conversation, Message
from ninelives.customers import actions as customers
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation import asking, patience
from ninelives.foundation.text import folded
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

NAMES = ("Jan Vermeulen", "Vermeulen BV", "Els van Dijk", "Piet O'Brien", "Ömer Çelik", "100% Zon", "Dora_de Vries")
WORDS = ("factuur", "verhuizing", "verhuisd", "meter", "storing", "zon", "12345", "dora@example.org", "café")
ASKED = (
    *("factuur", "verhui", "factuur meter", "meter factuur storing", "FACTUUR", "caf", "xyzzy", "zon", "12345"),
    *("vermeulen", "Jan Vermeulen", "Vermeulen Jan", "van", "e", "o'brien", "ömer", "omer celik", "100%", "Dora_"),
    *("dora@example.org", "3.klant@", "", "   ", "%", "' | ! & \\ :*", "#1003", "1005", "999999999999999", "huizing"),
)
# How many are walked through at first, and then; how many customers are few, and how many messages.
ROADS = {
    "as shipped": (100, 2000, 1000, 300),
    "soon walking": (9, 12, 2, 2),
    "walking far": (1, 1, 1, 1),
    "looking up": (0, 0, 99, 999),
}


@pytest.fixture(scope="module")
def seed() -> int:
    return 7


@pytest.fixture
def desk(seed: int) -> Cast:
    """Two brands, sixty conversations, several at one moment, some customers merged."""
    cast, draw = make_cast(), random.Random(seed)
    brands = [(cast.brand, cast.mailbox), (cast.other_brand, cast.other_mailbox)]
    people = {brand.pk: [_customer(draw, brand.base_id, n) for n in range(12)] for brand, _ in brands}
    for brand, _ in brands:
        first, second, third = people[brand.pk][:3]
        customers.merge(first, second, actor=cast.lead)
        customers.merge(first, third, actor=cast.lead)
    for number in range(60):
        brand, account = brands[number % 3 == 0]
        _conversation(draw, number, draw.choice(people[brand.pk]), account)
    return cast


def _customer(draw: random.Random, base_id: UUID, number: int) -> Customer:
    customer = Customer.objects.create(base_id=base_id, name=draw.choice(NAMES))
    value = f"{number}.klant@example.org" if number else "dora@example.org"
    CustomerAddress.objects.create(customer=customer, base_id=base_id, kind="mail", value=value)
    return customer


def _conversation(draw: random.Random, number: int, customer: Customer, account: object) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(40))
    conversation = Conversation.objects.create(
        customer=customer, account=account, brand_id=account.brand_id, last_at=at, number=1000 + number
    )
    for _ in range(draw.randint(1, 3)):
        text = " ".join(draw.choices(WORDS, range(len(WORDS), 0, -1), k=draw.randint(1, 4)))
        Message.objects.create(conversation=conversation, account=account, direction="inbound", text=text)


@dataclass(frozen=True)
class Known:
    """A conversation with all that it can be found by."""

    pk: UUID
    number: int
    addresses: list[str]
    names: list[str]
    texts: list[str]


def all_known_to(actor: Actor) -> list[Known]:
    """The newest first."""
    rows = Conversation.objects.visible_to(actor).order_by("-last_at", "-id").select_related("customer")
    return [_known(one) for one in rows]


def _known(one: Conversation) -> Known:
    people = Customer.objects.one_with(one.customer).prefetch_related("addresses")
    return Known(
        one.pk,
        one.number,
        [address.value for each in people for address in each.addresses.all()],
        [folded(each.name) for each in people],
        [message.text for message in one.messages.all()],
    )


def meant(known: list[Known], q: str) -> list[UUID]:
    """In words: by number, by customer, by what was said; each piece anywhere, a short one at a beginning."""
    asked = asking.read(q)
    return [one.pk for one in known if asked.q and is_meant(one, asked)]


def is_meant(one: Known, asked: asking.Asked) -> bool:
    pieces = [piece.letters for piece in asked.pieces]
    return (
        one.number == asked.reference
        or any(asked.q.lower() in address for address in one.addresses)
        or any(bool(pieces) and all(piece in name for piece in pieces) for name in one.names)
        or any(bool(pieces) and all(is_said(piece, text) for piece in pieces) for text in one.texts)
    )


def is_said(piece: str, text: str) -> bool:
    piece = piece.strip("_%")
    return any(word.startswith(piece) or (len(piece) > 3 and piece in word) for word in folded(text).split())


def pages(actor: Actor, q: str, most: int) -> Iterator[list[UUID]]:
    after: roads.Moment | tuple[None, None] = (None, None)
    while True:
        found = searching.newest(actor, q, most=most, after=after, nearly=False)
        assert found.is_whole
        yield found.ids
        if len(found.ids) < most:
            return
        last = Conversation.objects.get(pk=found.ids[-1])
        after = (last.last_at, last.pk)


@pytest.mark.parametrize("road", ROADS)
def test_pages_of_every_search_are_what_is_meant(desk: Cast, road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    near, further, customers_few, messages_few = ROADS[road]
    monkeypatch.setattr(roads, "NEAR", near)
    monkeypatch.setattr(roads, "FURTHER", further)
    monkeypatch.setattr(roads, "FEW_CUSTOMERS", customers_few)
    monkeypatch.setattr(roads, "FEW_MESSAGES", messages_few)
    monkeypatch.setattr(roads, "FEW_FILES", messages_few)
    monkeypatch.setattr(roads, "SHORT", near)
    something = 0
    for actor in (desk.alice, desk.charlie, desk.admin):
        known = all_known_to(actor)
        for q in ASKED:
            expected = meant(known, q)
            something += bool(expected)
            for most in (4, 1000):
                assert list(chain.from_iterable(pages(actor, q, most))) == expected, (actor.name, q, most)
    assert something > len(ASKED)


def test_who_works_for_no_brand_finds_nothing(desk: Cast) -> None:
    assert searching.newest(Person(role="agent"), "factuur", most=9).ids == []


def test_what_takes_too_long_gives_what_was_found_and_says_so(desk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = Conversation.objects.get(number=1005)
    monkeypatch.setattr(patience, "MOST_MILLISECONDS", 20)
    monkeypatch.setattr(roads, "_CUSTOMERS", "SELECT pg_sleep(5)")
    found = searching.newest(desk.admin, "1005", most=9)
    assert found == searching.Found([numbered.pk], is_whole=False)
    assert Conversation.objects.exists()


def test_many_searches_at_once_do_not_queue(desk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_room", BoundedSemaphore(1))
    monkeypatch.setattr(patience, "MOST_WAITED", 0)
    with patience.impatiently():
        assert searching.newest(desk.admin, "factuur", most=9) == searching.Found([], is_whole=False, is_begun=False)
    assert searching.newest(desk.admin, "factuur", most=9).is_begun


@pytest.mark.django_db(transaction=True)
def test_a_search_leaves_no_limit_behind(desk: Cast) -> None:
    before = _limits()
    searching.newest(desk.admin, "factuur", most=1000)
    assert _limits() == before


def _limits() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('enable_seqscan')")
        return cursor.fetchone()
