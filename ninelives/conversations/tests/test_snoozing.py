"""What is snoozed is out of the way, and is never forgotten."""

from datetime import timedelta

import pytest

from ninelives.accounts.models import Person
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery
from ninelives.conversations import actions, queries
from ninelives.conversations.listing import Listed, Order, listed
from ninelives.conversations.models import Conversation, Snooze
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, dora_writes, in_view, mail, make_cast

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, message_id="1@example.org")


@pytest.fixture
def snoozed(cast: Cast, conversation: Conversation) -> Conversation:
    """By Alice, until in an hour."""
    actions.snooze(conversation, actor=cast.alice, until=now() + HOUR)
    return conversation


def rows(view: str, person: Person, order: Order = Order.NEWEST) -> list[Listed]:
    return listed(person, in_view(view, person).values("pk").query.sql_with_params(), order)


def time_passes() -> None:
    """All that is snoozed is due."""
    Conversation.objects.filter(snoozed_until__isnull=False).update(snoozed_until=now())


def why() -> str:
    return Snooze.objects.latest("id").why


def test_it_leaves_every_list_but_its_own(cast: Cast, snoozed: Conversation) -> None:
    assert not in_view("all", cast.alice)
    assert not in_view("unassigned", cast.bob)
    assert list(in_view("snoozed", cast.bob)) == [snoozed]
    assert not in_view("snoozed", cast.charlie)
    assert queries.counts(cast.alice, 9) == {"unread": 0, "mine": 0, "unassigned": 0, "all": 0, "snoozed": 1}


def test_it_comes_back_when_it_is_time_and_not_before(cast: Cast, snoozed: Conversation) -> None:
    assert actions.wake_due() == 0
    assert actions.next_wake() == 60
    time_passes()
    assert actions.next_wake() == 0
    assert actions.wake_due() == 1
    assert list(in_view("all", cast.bob)) == [snoozed]
    assert why() == "time"
    assert actions.wake_due() == 0


def test_it_comes_back_on_top_and_unread_to_whoever_waits_for_it(cast: Cast, snoozed: Conversation) -> None:
    snoozed.refresh_from_db()
    actions.claim(snoozed, person=cast.bob)
    for person in (cast.alice, cast.bob, cast.lead):
        actions.mark_read(snoozed, person=person, up_to=snoozed.heard_at)
    newer = dora_writes(cast, subject="Newer", message_id="2@example.org")
    time_passes()
    actions.wake_due()
    assert [row.id for row in rows("all", cast.bob)] == [snoozed.pk, newer.pk]
    for person, is_unread in ((cast.alice, True), (cast.bob, True), (cast.lead, False)):
        assert rows("all", person)[0].is_unread is is_unread


def test_the_customer_writes_and_it_is_back_at_once(cast: Cast, snoozed: Conversation) -> None:
    dora_writes(cast, text="And?", message_id="2@example.org", In_Reply_To="<1@example.org>")
    assert list(in_view("all", cast.bob)) == [snoozed]
    assert why() == "customer"


def test_a_machine_wakes_nobody(cast: Cast, snoozed: Conversation) -> None:
    absent = {"message_id": "2@example.org", "In_Reply_To": "<1@example.org>", "Auto_Submitted": "auto-replied"}
    arrives(mail(text="I am away.", **absent), cast.mailbox)
    assert snoozed.messages.count() == 2
    assert list(in_view("snoozed", cast.bob)) == [snoozed]


def test_a_message_that_was_under_way_while_it_came_back_is_its_newest(cast: Cast, snoozed: Conversation) -> None:
    time_passes()
    actions.wake_due()
    Conversation.objects.update(last_at=now() + HOUR)  # As if the clocks of two machines differed.
    dora_writes(cast, text="And?", message_id="2@example.org", In_Reply_To="<1@example.org>")
    snoozed.refresh_from_db()
    assert snoozed.preview == "And?"
    assert snoozed.last_at > now()


def test_closing_ends_it(cast: Cast, snoozed: Conversation) -> None:
    assert actions.close(snoozed, actor=cast.bob)
    assert not in_view("snoozed", cast.alice)
    assert why() == "closed"
    assert not actions.snooze(snoozed, actor=cast.alice, until=now() + HOUR)


def test_what_did_not_arrive_ends_it(cast: Cast, conversation: Conversation, settings) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Look", key="")
    actions.snooze(conversation, actor=cast.alice, until=now() + HOUR)
    Delivery.objects.update(due_at=now(), state="failed")
    assert deliver_due() == 0
    actions.tell_of_delivery(message.delivery_id)
    assert list(in_view("all", cast.alice)) == [conversation]
    assert why() == "delivery"


def test_a_second_thought_replaces_the_first(cast: Cast, snoozed: Conversation) -> None:
    actions.snooze(snoozed, actor=cast.bob, until=now() + 2 * HOUR)
    assert [(one.by_name, one.why) for one in Snooze.objects.order_by("id")] == [("Alice", "person"), ("Bob", "")]
    assert actions.wake(snoozed, actor=cast.bob)
    assert not actions.wake(snoozed, actor=cast.alice)
    assert list(in_view("all", cast.alice)) == [snoozed]
    assert Snooze.objects.latest("id").ended_by == cast.bob


@pytest.mark.parametrize("in_", [timedelta(seconds=-1), timedelta(days=4000)])
def test_only_a_moment_that_comes(cast: Cast, conversation: Conversation, in_: timedelta) -> None:
    with pytest.raises(actions.NoSuchMomentError):
        actions.snooze(conversation, actor=cast.alice, until=now() + in_)
    assert list(in_view("all", cast.alice)) == [conversation]


def test_it_is_told(cast: Cast, snoozed: Conversation) -> None:
    time_passes()
    actions.wake_due()
    told = Fact.objects.filter(name__in=["ConversationSnoozed", "ConversationWoken"]).order_by("id")
    first, second = [fact.told for fact in told]
    assert (first["by"], set(first)) == (str(cast.alice.pk), {"conversation_id", "until", "by"})
    assert (second["why"], second["by"]) == ("time", "")


def test_the_next_to_come_back_is_the_first_of_the_list(cast: Cast, conversation: Conversation) -> None:
    soon = dora_writes(cast, subject="Soon", message_id="2@example.org")
    actions.snooze(conversation, actor=cast.alice, until=now() + 2 * HOUR)
    actions.snooze(soon, actor=cast.alice, until=now() + HOUR)
    assert [row.id for row in rows("snoozed", cast.alice, Order.SOONEST)] == [soon.pk, conversation.pk]
