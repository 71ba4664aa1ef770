"""One deed with many conversations: each that allows it, and exactly those back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from ninelives.accounts.models import Person
from ninelives.conversations import actions
from ninelives.conversations.actions import Outcome, do_with_many, undo
from ninelives.conversations.models import BulkAction, BulkItem, Conversation, ReadMark
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def some(cast: Cast) -> list[Conversation]:
    return conversations(cast, 4)


def conversations(cast: Cast, count: int) -> list[Conversation]:
    customer = Customer.objects.create(base=cast.brand.base, name="Dora")
    return [
        Conversation.objects.create(customer=customer, account=cast.mailbox, brand=cast.brand, heard_at=now())
        for _ in range(count)
    ]


def do(some: list[Conversation], what: str, person: Person, **more: object) -> Outcome:
    return do_with_many([one.pk for one in some], what, person=person, **more)  # type: ignore[arg-type]


def taken_back(outcome: Outcome) -> Outcome:
    assert outcome.action
    back = undo(BulkAction.objects.get(pk=outcome.action.pk))
    assert back
    return back


def state(some: list[Conversation], person: Person) -> list[object]:
    rows = Conversation.objects.filter(pk__in=[one.pk for one in some]).order_by("pk").read_by(person.pk)
    return [
        (one.status, one.assignee_id, one.snoozed_until, one.is_unread, one.tags, getattr(one, "read_up_to", None))
        for one in rows
    ]


@pytest.mark.parametrize("what", BulkAction.What.values)
def test_undo_leaves_all_as_it_was(cast: Cast, some: list[Conversation], what: str) -> None:
    later = now() + timedelta(days=1)
    if what == "release":
        do(some, "claim", cast.alice)
    if what == "reopen":
        do(some, "close", cast.alice)
    if what == "unread":
        do(some, "read", cast.alice)
    if what in ("close", "snooze"):
        actions.snooze(some[0], actor=cast.bob, until=later)
    before = state(some, cast.alice)
    more = {"until": later + timedelta(days=1)} if what == "snooze" else {}
    more |= {"tag": actions.tag_named("Refund", actor=cast.lead)} if what == "tag" else {}  # type: ignore[dict-item]
    outcome = do(some, what, cast.alice, **more)
    assert (len(outcome.done), outcome.refused, outcome.unknown) == (4, [], 0)
    after = state(some, cast.alice)
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert do(some, what, cast.alice, **more).done == []
    assert len(taken_back(outcome).done) == 4
    assert state(some, cast.alice) == before


def test_what_does_not_allow_it_is_told_and_left(cast: Cast, some: list[Conversation]) -> None:
    actions.claim(some[0], person=cast.bob)
    actions.claim(some[1], person=cast.alice)
    actions.close(some[2], actor=cast.bob)
    outcome = do(some, "claim", cast.alice)
    assert outcome.done == [some[3].number]
    assert dict(outcome.refused) == {some[0].number: "taken", some[1].number: "already", some[2].number: "closed"}
    taken_back(outcome)
    holders = Conversation.objects.order_by("pk").values_list("assignee__name", flat=True)
    assert list(holders) == ["Bob", "Alice", None, None]


def test_what_somebody_changed_since_is_left_as_they_left_it(cast: Cast, some: list[Conversation]) -> None:
    outcome = do(some, "close", cast.alice)
    actions.reopen(some[0], actor=cast.bob)
    actions.reopen(some[1], actor=None)
    actions.close(some[1], actor=cast.bob)
    back = taken_back(outcome)
    assert sorted(back.done) == [some[2].number, some[3].number]
    assert dict(back.refused) == {some[0].number: "changed", some[1].number: "changed"}
    assert list(Conversation.objects.order_by("pk").values_list("status", flat=True)) == [
        "open",
        "closed",
        "open",
        "open",
    ]


def test_a_mark_that_moved_on_is_not_put_back(cast: Cast, some: list[Conversation]) -> None:
    outcome = do(some, "read", cast.alice)
    actions.mark_unread(some[0], person=cast.alice)
    assert taken_back(outcome).refused == [(some[0].number, "changed")]
    assert list(ReadMark.objects.values_list("conversation", "up_to")) == [(some[0].pk, None)]


def test_undo_is_done_once(cast: Cast, some: list[Conversation]) -> None:
    outcome = do(some, "close", cast.alice)
    taken_back(outcome)
    do(some, "close", cast.bob)
    assert outcome.action
    assert undo(outcome.action) is None
    assert set(Conversation.objects.values_list("status", flat=True)) == {"closed"}


def test_those_of_another_brand_do_not_exist(cast: Cast, some: list[Conversation]) -> None:
    outcome = do_with_many([some[0].pk, new_id()], "close", person=cast.charlie)
    assert (outcome.action, outcome.done, outcome.refused, outcome.unknown) == (None, [], [], 2)
    assert not BulkAction.objects.exists()
    some[0].refresh_from_db()
    assert some[0].is_open


def test_too_many_and_rubbish_do_nothing(cast: Cast, some: list[Conversation]) -> None:
    with pytest.raises(actions.TooManyError):
        do_with_many([one.pk for one in some] + [new_id() for _ in range(200)], "close", person=cast.alice)
    for until in (None, now() - timedelta(seconds=1), now() + timedelta(days=40_000)):
        with pytest.raises(actions.NoSuchMomentError):
            do(some, "snooze", cast.alice, until=until)
    assert not BulkItem.objects.exists()
    assert set(Conversation.objects.values_list("status", "snoozed_until")) == {("open", None)}


def test_they_are_kept_for_a_week(cast: Cast, some: list[Conversation]) -> None:
    do(some[:2], "close", cast.alice)
    BulkAction.objects.update(at=now() - timedelta(days=8))
    do(some[2:], "close", cast.alice)
    assert actions.prune_bulk_actions() == 1
    assert BulkAction.objects.count() == 1
    assert BulkItem.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_each_conversation_is_one_persons(cast: Cast) -> None:
    ids = [one.pk for one in conversations(cast, 12)]

    def claims(person: Person, chosen: list[UUID]) -> Outcome:
        try:
            return do_with_many(chosen, "claim", person=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        people = [cast.alice, cast.bob, cast.lead, cast.alice]
        outcomes = list(pool.map(claims, people, [ids, ids[::-1], ids, ids]))
    assert sorted(number for one in outcomes for number in one.done) == sorted(
        Conversation.objects.values_list("number", flat=True)
    )
    assert BulkItem.objects.count() == 12

    def undoes(action: BulkAction) -> Outcome | None:
        try:
            return undo(action)
        finally:
            connection.close()

    made = list(BulkAction.objects.all()) * 2
    with ThreadPoolExecutor(4) as pool:
        back = [one for one in pool.map(undoes, made) if one]
    assert sum(len(one.done) for one in back) == 12
    assert not Conversation.objects.exclude(assignee=None).exists()
