"""Clocks that jump by an hour: the order of arrival stays, nothing is stuck, and nothing goes twice."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps

from ninelives.channels import delivering
from ninelives.channels.delivering import GIVE_UP_AFTER, deliver_due
from ninelives.channels.models import Delivery, DeliveryAttempt
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation
from ninelives.foundation import clock
from tests.cast import Cast, arrives, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
honest = clock.now


@pytest.fixture
def cast() -> Cast:
    return make_cast()


Jump = Callable[[timedelta], None]


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """From now on the clock is so much ahead, for everybody who asks the one place that knows."""
    ahead = timedelta(0)

    def moved() -> datetime:
        return honest() + ahead

    askers = [module for module in list(sys.modules.values()) if getattr(module, "now", None) is honest]
    for module in askers:
        monkeypatch.setattr(module, "now", moved)
    for field in [field for model in apps.get_models() for field in model._meta.concrete_fields]:
        if field.default is honest:
            monkeypatch.setattr(field, "_get_default", moved)

    def to(offset: timedelta) -> None:
        nonlocal ahead
        ahead = offset

    return to


def timeline(conversation: Conversation) -> list[str]:
    return [message.text.strip() for message in conversation.messages.order_by("occurred_at", "pk")]


@pytest.mark.parametrize("way", [HOUR, -HOUR])
def test_what_is_said_after_a_jump_stands_after_what_was_said_before(cast: Cast, jump: Jump, way: timedelta) -> None:
    conversation = dora_writes(cast, text="One", message_id="1@example.org")
    jump(way)
    dora_writes(cast, text="Two", message_id="2@example.org", In_Reply_To="<1@example.org>")
    conversation.refresh_from_db()
    actions.answer(conversation, actor=cast.alice, text="Three", key="")
    conversation.refresh_from_db()
    actions.note(conversation, actor=cast.alice, text="Four", key="")
    dora_writes(cast, text="Five", message_id="5@example.org", In_Reply_To="<2@example.org>")
    assert timeline(conversation) == ["One", "Two", "Three", "Four", "Five"]
    conversation.refresh_from_db()
    assert conversation.preview == "Five"
    jump(timedelta(0))
    dora_writes(cast, text="Six", message_id="6@example.org", In_Reply_To="<2@example.org>")
    assert timeline(conversation)[-1] == "Six"


def answered(cast: Cast, text: str) -> Delivery:
    arrives(b'{"call": "%s", "id": "%s", "from": "dora", "text": "Hello?"}' % ((text.encode(),) * 2), cast.pretend)
    conversation = Conversation.objects.order_by("-pk")[0]
    message = actions.answer(conversation, actor=cast.alice, text=text, key="")
    assert message.delivery
    return message.delivery


def now_is(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_what_was_to_go_in_five_seconds_does_not_wait_for_an_hour(cast: Cast, jump: Jump, settings) -> None:
    conversation = dora_writes(cast, message_id="1@example.org")
    answer = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="")
    jump(-HOUR)
    assert deliver_due() == 0
    jump(-HOUR + timedelta(seconds=6))
    assert deliver_due() == 1
    assert now_is(answer.delivery) == "held"


def test_the_pause_after_a_try_is_no_longer_than_it_was_to_be(cast: Cast, jump: Jump) -> None:
    delivery = answered(cast, "[later]")
    assert deliver_due() == 1
    jump(-HOUR)
    deliver_due()
    jump(-HOUR + timedelta(seconds=16))
    assert deliver_due() == 1
    assert now_is(delivery) == "waiting"
    assert delivery.attempts == 2


def test_a_long_pause_is_left_as_it_is(cast: Cast, jump: Jump) -> None:
    delivery = answered(cast, "[later]")
    Delivery.objects.update(attempts=GIVE_UP_AFTER - 2)
    deliver_due()
    due_at = Delivery.objects.get().due_at
    deliver_due()
    assert now_is(delivery) == "waiting"
    assert delivery.due_at == due_at


@pytest.mark.parametrize("way", [HOUR, -HOUR])
def test_a_lease_ends_whatever_the_clock_does_and_nothing_goes_twice(cast: Cast, jump: Jump, way: timedelta) -> None:
    delivery = answered(cast, "Begun and never ended")
    delivering._begin(delivery)
    jump(way)
    deliver_due()
    jump(way + delivering.LEASE + timedelta(seconds=1))
    deliver_due()
    assert now_is(delivery) == "uncertain"
    assert DeliveryAttempt.objects.count() == 1


def test_a_sender_that_is_overtaken_by_the_clock_changes_nothing_afterwards(cast: Cast, jump: Jump) -> None:
    delivery = answered(cast, "Under way")
    attempt = delivering._begin(delivery)
    jump(HOUR)
    deliver_due()
    assert attempt
    delivering._end(delivery, attempt, "sent", provider_id="late")
    assert now_is(delivery) == "uncertain"
