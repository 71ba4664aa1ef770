"""Who is sent a list of ways to be served, when, and when not; once, however often something is told or dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from ninelives.channels.models import ChannelAccount, Delivery
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Message
from ninelives.foundation.clock import now
from ninelives.promises.models import Promise
from ninelives.routing import actions
from ninelives.routing.actions import Described, Wish
from ninelives.routing.actions.menus import MOST_SAID, send_menus
from ninelives.routing.models import Choice, Menu, Placement, Queue
from ninelives.routing.tests.menus import (
    ASKED,
    account_of,
    chosen,
    is_sent,
    lets_choose,
    make_english_cast,
    passes,
    says,
    told,
)
from ninelives.routing.tests.test_offers import available, offer_to, settle
from ninelives.routing.working import follow_facts
from tests.cast import Cast, writes
from tests.dying import killed, steps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_english_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return lets_choose(cast)


@pytest.fixture
def whatsapp(cast: Cast, queue: Queue) -> ChannelAccount:
    return account_of(cast, "whatsapp")


def test_it_is_sent_once_and_only_after_a_while(whatsapp: ChannelAccount) -> None:
    says(whatsapp, "Hello")
    assert send_menus() == 0
    passes(15)
    assert send_menus() == 0
    passes()
    assert send_menus() == 1
    assert send_menus() == 0
    says(whatsapp, "Is anybody there?")
    passes()
    send_menus()
    assert len(told()) == 1


def test_where_the_team_lead_did_not_tick_it_nothing_is_sent(whatsapp: ChannelAccount, queue: Queue) -> None:
    actions.change_queue(queue, Described(fields={"lets_choose": False}), actor=None)
    says(whatsapp, "Hello")
    passes()
    assert send_menus() == 0
    assert not Menu.objects.exists()


def test_a_mail_is_never_answered_so(cast: Cast, queue: Queue) -> None:
    writes(cast.mailbox, "Hello")
    settle()
    passes()
    assert send_menus() == 0


def test_which_channels_have_it() -> None:
    assert {kind for kind, speaks in CHANNELS.items() if speaks.abilities.menus} == {
        "whatsapp", "telegram", "contact_api", "messenger", "instagram", "twilio_sms", "vonage_sms", "x_messages",
    }  # fmt: skip
    for speaks in CHANNELS.values():
        allowed = speaks.abilities
        assert not allowed.menus or (allowed.answers and not allowed.public and not allowed.subject)


def test_where_messages_are_confirmed_too(whatsapp: ChannelAccount) -> None:
    ChannelAccount.objects.update(confirms=True)
    is_sent(whatsapp)
    says(whatsapp, "2")
    confirmation, menu, chosen_ = told()
    assert "has reached us under number" in confirmation
    assert ASKED in menu
    assert chosen_.startswith("We call you at")


def test_nothing_is_said_once_somebody_has_it(cast: Cast, whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    available(cast.alice)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    says(whatsapp, "2")
    assert (len(told()), chosen()) == (1, [])
    # Let go of again, a number still answers what Alice asked.
    conversations.release(conversation, actor=cast.alice)
    settle()
    says(whatsapp, "2")
    passes()
    send_menus()
    assert (len(told()), chosen()) == (1, [])


def test_nothing_is_sent_to_whom_somebody_has_or_who_is_closed(cast: Cast, whatsapp: ChannelAccount) -> None:
    conversation = says(whatsapp, "Hello")
    available(cast.alice)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    passes()
    assert send_menus() == 0, "somebody is being asked"
    actions.accept(offer)
    passes()
    assert send_menus() == 0
    conversations.answer(conversation, actor=cast.alice, text="Hello", key="one")
    conversations.close(conversation, actor=cast.alice)
    passes()
    assert send_menus() == 0


def test_put_back_or_taken_by_hand_and_let_go_there_is_no_second_list(cast: Cast, whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    conversations.claim(conversation, person=cast.alice)
    settle()
    conversations.release(conversation, actor=cast.alice)
    settle()
    assert Placement.objects.open().get().state == "waiting"
    passes()
    send_menus()
    assert len(told()) == 1
    # Answered, and asked anew: they wait anew.
    conversations.answer(conversation, actor=cast.alice, text="Here", key="one")
    settle()
    is_sent(whatsapp, "Another thing")
    assert len(told()) == 2


def test_who_chose_on_another_channel_is_not_asked_again(whatsapp: ChannelAccount) -> None:
    conversation = says(whatsapp, "Hello")
    actions.choose(conversation, Wish("message"))
    passes()
    send_menus()
    assert told() == []


def test_within_the_budget_for_what_is_said_by_itself(cast: Cast, whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    for answer in ("2", "0"):
        says(whatsapp, answer)
    assert len(told()) == 3
    conversations.answer(conversation, actor=cast.alice, text="Here", key="one")
    conversations.close(conversation, actor=cast.alice)
    settle()
    says(whatsapp, "Another thing")
    passes()
    send_menus()
    assert len(told()) == 3, "no more in a day that nobody asked for"
    passes()
    assert send_menus() == 0, "and never later"


def test_a_machine_that_answers_is_not_answered_without_end(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    for _ in range(MOST_SAID):
        says(whatsapp, "1")
        says(whatsapp, "0")
    assert len(told()) == MOST_SAID


def test_a_machine_is_sent_none(whatsapp: ChannelAccount) -> None:
    says(whatsapp, "Hello")
    Message.objects.update(machine="auto-reply")
    passes()
    send_menus()
    assert told() == []


def test_outside_the_reply_window_nothing_is_said(cast: Cast, queue: Queue) -> None:
    # What a person may write later than a machine.
    account = account_of(cast, "messenger", human_agent="yes")
    says(account, "Hello")
    Message.objects.update(occurred_at=now() - timedelta(hours=25))
    passes()
    send_menus()
    assert told() == []


def test_a_message_told_twice_does_nothing_twice(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    for _ in range(3):
        says(whatsapp, "3", number=4711)
    assert (len(told()), Menu.objects.get().step) == (2, "slots")


def test_a_finger_that_slips_chooses_no_slot(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "3", settles=False)
    says(whatsapp, "3", settles=False, ago=0)
    settle()
    assert (len(told()), chosen()) == (2, [])
    says(whatsapp, "3", ago=1)
    assert (len(told()), chosen()) == (2, []), "nobody has read the second list yet"
    says(whatsapp, "3")
    assert chosen() == ["slot"]


def test_what_was_written_before_the_list_answers_nothing(whatsapp: ChannelAccount) -> None:
    says(whatsapp, "Hello")
    passes()
    says(whatsapp, "2", settles=False)
    send_menus()
    settle()
    assert (len(told()), chosen()) == (1, [])


def test_several_workers_send_one_list(whatsapp: ChannelAccount) -> None:
    says(whatsapp, "Hello")
    passes()

    def work(_: int) -> int:
        try:
            return send_menus()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as together:
        list(together.map(work, range(8)))
    assert (len(told()), Menu.objects.count()) == (1, 1)


def test_a_worker_that_is_killed_leaves_the_list_whole(whatsapp: ChannelAccount) -> None:
    says(whatsapp, "Hello")
    passes()
    for step in steps():
        died = killed(send_menus, step)
        there = Menu.objects.count(), len(told()), Delivery.objects.count()
        assert there in ((0, 0, 0), (1, 1, 1))
        if not died:
            break
    assert len(told()) == 1


def test_a_worker_that_is_killed_leaves_the_answer_whole(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "2", settles=False)
    for step in steps():
        died = killed(follow_facts, step)
        there = Choice.objects.count(), Promise.objects.count(), len(told()), Menu.objects.get().step
        assert there in ((0, 0, 1, "ways"), (1, 1, 2, "chosen"))
        if not died:
            break
    settle()
    assert (len(told()), chosen()) == (2, ["call"])
