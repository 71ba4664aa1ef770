"""Whoever waits on a channel of messages is sent a list of ways to be served, and answers with a number."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ninelives.accounts.queries import organisation
from ninelives.channels.models import ChannelAccount
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Message
from ninelives.customers import actions as customers
from ninelives.customers.models import Customer
from ninelives.foundation.address import Address
from ninelives.promises.models import Promise
from ninelives.routing import actions
from ninelives.routing.actions import Described, Wish
from ninelives.routing.actions.menus import send_menus
from ninelives.routing.choices import ways_of
from ninelives.routing.models import Choice, Menu, Queue, Routing
from ninelives.routing.tests.menus import (
    ASKED,
    DORA,
    NUMBER,
    account_of,
    chosen,
    is_sent,
    last,
    lets_choose,
    make_english_cast,
    passes,
    says,
    the_number_of,
    told,
)
from ninelives.routing.tests.test_offers import available, offer_to, placement_of, settle
from tests.cast import Cast, writes

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


@pytest.fixture
def telegram(cast: Cast, queue: Queue) -> ChannelAccount:
    return account_of(cast, "telegram")


def test_who_waits_is_told_how_long_and_what_they_can_choose(whatsapp: ChannelAccount, queue: Queue) -> None:
    Routing.objects.update_or_create(pk=1, defaults={"paces": {}})
    conversation = says(whatsapp, "Hello")
    Routing.objects.update(paces={f"{queue.pk}:whatsapp": [120.0, 1.0, 0.5, 2.0]})
    passes()
    send_menus()
    lines = last().splitlines()
    assert lines[:4] == [
        "Thank you for your message.",
        "You are in line. Wait: about 1 to 4 minutes.",
        ASKED,
        "1. I stay and wait",
    ]
    assert lines[4:6] == ["2. Call me as soon as it is my turn", "3. Call me at a time that I choose"]
    assert lines[6].startswith("4. Answer me here before ")
    assert len(lines) == 7
    message = Message.objects.get(is_automatic=True)
    assert message.delivery
    assert (message.conversation, message.recipient) == (conversation, DORA)
    conversation.refresh_from_db()
    assert conversation.waiting_since, "who was told waits on"


def test_in_dutch_to_who_speaks_dutch_and_with_the_page_of_the_account(cast: Cast, queue: Queue) -> None:
    account = account_of(cast, "whatsapp", help="https://example.org/en", help_nl="https://example.org/nl")
    says(account, "Hallo")
    Customer.objects.update(language="nl")
    passes()
    send_menus()
    lines = last().splitlines()
    assert lines[1].startswith("Je staat in de rij.")
    assert [lines[0], *lines[2:4]] == [
        "Bedankt voor je bericht.",
        "Hoe zullen we je helpen? Antwoord met een cijfer:",
        "1. Ik blijf en wacht",
    ]
    assert lines[-1] == "Of vind zelf het antwoord: https://example.org/nl"
    says(account, "bel me")
    assert last().splitlines() == [
        f"We bellen je op {NUMBER} zodra je aan de beurt bent. Je houdt je plaats.",
        "Antwoord 0 om iets anders te kiezen.",
    ]


def test_a_page_that_is_too_long_for_the_channel_is_left_out(cast: Cast, queue: Queue) -> None:
    account = account_of(cast, "instagram", help=f"https://example.org/{'a' * 900}")
    is_sent(account)
    assert "example.org" not in last()
    assert ASKED in last()


def test_while_it_is_closed_they_hear_when_it_opens(whatsapp: ChannelAccount, queue: Queue) -> None:
    days = ("mo", "tu", "we", "th", "fr", "sa", "su")
    tomorrow = days[(datetime.now(ZoneInfo(organisation().time_zone)).weekday() + 1) % 7]
    actions.change_queue(queue, Described(fields={"hours": f"{tomorrow} 09:00-10:00"}), actor=None)
    is_sent(whatsapp)
    assert "We open tomorrow at 09:00." in last()


def test_called_when_it_is_their_turn_at_the_number_they_write_from(whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    before = placement_of(conversation)
    says(whatsapp, "2")
    promise = Promise.objects.get()
    assert (promise.kind, promise.address, promise.source) == ("callback", NUMBER, "customer")
    assert last() == (
        f"We call you at {NUMBER} when it is your turn. You keep your place.\nAnswer 0 to choose otherwise."
    )
    after = placement_of(conversation)
    assert (after.pk, after.since, after.counts_from) == (before.pk, before.since, before.counts_from)
    assert list(Message.objects.filter(direction="inbound").values_list("text", flat=True)) == ["Hello", "2"]


@pytest.mark.parametrize("answer", ["2", " 2. ", "2)", "nr 2", "2\ufe0f\u20e3", "Call me", "bel me", "CALL ME!"])
def test_a_number_or_the_words_in_any_writing(whatsapp: ChannelAccount, answer: str) -> None:
    is_sent(whatsapp)
    says(whatsapp, answer)
    assert chosen() == ["call"]


@pytest.mark.parametrize(
    "words",
    [
        "9",
        "0",
        "22222",
        "2 panels",
        "I have 2",
        "2?? no",
        "-2",
        "2024",
        "Can you call me please, it is urgent",
        "?",
        "€2",
    ],
)
def test_whatever_else_they_say_is_a_message_and_changes_nothing(whatsapp: ChannelAccount, words: str) -> None:
    conversation = is_sent(whatsapp)
    says(whatsapp, words)
    assert (len(told()), chosen()) == (1, [])
    assert Menu.objects.get().step == "ways"
    assert Message.objects.of(conversation).filter(text=words).exists()


def test_in_a_slot_from_a_second_list(whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    says(whatsapp, "3")
    slots = ways_of(placement_of(conversation)).slots
    lines = last().splitlines()
    assert lines[0] == "When shall we call you? Answer with a number:"
    assert [line.partition(".")[0] for line in lines[1:-1]] == [str(place) for place in range(1, len(slots) + 1)]
    assert lines[-1] == "Answer 0 to choose otherwise."
    says(whatsapp, "5")
    choice = Choice.objects.get()
    assert (choice.what, choice.starts, placement_of(conversation).not_before) == ("slot", slots[4], slots[4])
    assert choice.promise
    assert choice.promise.address == NUMBER
    words = lines[5].partition(". ")[2]
    assert words[0].isupper()
    told = last().splitlines()[0]
    assert told.casefold() == f"We call you at {NUMBER}: {words}.".casefold()
    assert "Today" not in told
    assert "Tomorrow" not in told


def test_a_slot_by_its_clock(whatsapp: ChannelAccount) -> None:
    conversation = is_sent(whatsapp)
    says(whatsapp, "3")
    slot = ways_of(placement_of(conversation)).slots[2]
    says(whatsapp, f"{slot.astimezone(ZoneInfo(organisation().time_zone)):%H:%M}")
    assert Choice.objects.get().starts == slot


def test_answered_by_message_before_a_time(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "4")
    promise = Promise.objects.get()
    assert (promise.kind, promise.channel) == ("answer", "whatsapp")
    assert last().startswith("We answer you here before ")


def test_who_stays_and_waits_is_told_so(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "1")
    assert last() == "You keep your place, and we answer you here.\nAnswer 0 to choose otherwise."
    assert (chosen(), Menu.objects.get().step) == ([], "chosen")


def test_whom_they_know_by_name(cast: Cast, whatsapp: ChannelAccount) -> None:
    conversation = says(whatsapp, "Hello")
    available(cast.bob)
    settle()
    offer = offer_to(cast.bob)
    assert offer
    actions.accept(offer)
    conversations.answer(conversation, actor=cast.bob, text="Hello", key="one")
    conversations.release(conversation, actor=cast.bob)
    settle()
    actions.set_state(cast.bob, "break", actor=cast.bob)
    is_sent(whatsapp, "Something else")
    assert the_number_of("Bob, whom I know") == "5"
    says(whatsapp, "bob")
    assert last().startswith("Your question is kept for Bob.")
    assert Choice.objects.get().person == cast.bob


def test_an_expert(cast: Cast, whatsapp: ChannelAccount, queue: Queue) -> None:
    experts = actions.open_queue(cast.brand, "Experts", Described(members=[cast.bob.pk]))
    actions.change_queue(queue, Described(fields={"experts": experts}, members=[cast.alice.pk]), actor=None)
    available(cast.bob)
    actions.set_state(cast.bob, "busy", actor=cast.bob)
    conversation = is_sent(whatsapp)
    says(whatsapp, the_number_of("An expert"))
    assert placement_of(conversation).queue == experts
    assert last().startswith("You wait for an expert. You keep your place.")
    # It is told when that is possible no more, with what still is.
    actions.switch_off(experts)
    assert placement_of(conversation).queue == queue
    assert last().startswith("That is not possible any more.\n")
    assert ASKED in last()
    says(whatsapp, "2")
    assert chosen() == ["call"]


def test_without_a_telephone_they_are_asked_for_a_number(telegram: ChannelAccount) -> None:
    is_sent(telegram, sender="4711")
    says(telegram, "2", sender="4711")
    assert last().startswith("At which number can we call you?")
    assert not Choice.objects.exists()
    # Said in between, it is a message; a date is no number.
    says(telegram, "It is about my meter", sender="4711")
    says(telegram, "20-12-2026", sender="4711")
    assert len(told()) == 2
    says(telegram, "+31 (6) 1234-5678", sender="4711")
    assert Promise.objects.get().address == NUMBER
    assert last().startswith(f"We call you at {NUMBER} when")


def test_without_a_telephone_a_slot_is_kept_while_they_are_asked(telegram: ChannelAccount) -> None:
    conversation = is_sent(telegram, sender="4711")
    says(telegram, "3", sender="4711")
    says(telegram, "2", sender="4711")
    assert last().startswith("At which number")
    says(telegram, "0612345678", sender="4711")
    choice = Choice.objects.get()
    assert choice.promise
    assert (choice.what, choice.promise.address) == ("slot", "0612345678")
    assert placement_of(conversation).not_before == choice.starts


def test_a_number_that_we_know_is_used_and_told_in_part(telegram: ChannelAccount) -> None:
    conversation = is_sent(telegram, sender="4711")
    customers.claim(conversation.customer, Address("phone", NUMBER))
    says(telegram, "2", sender="4711")
    assert Promise.objects.get().address == NUMBER
    assert "the number that ends in 78" in last()
    assert NUMBER not in last()


def test_who_hides_their_number_is_asked_for_one(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp, sender="US.13491208655302741918")
    says(whatsapp, "2", sender="US.13491208655302741918")
    assert last().startswith("At which number can we call you?")


def test_nought_lets_them_choose_otherwise(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "2")
    says(whatsapp, "0")
    assert ASKED in last()
    assert chosen() == ["call"], "until they chose otherwise"
    says(whatsapp, "4")
    assert chosen() == ["message"]
    assert sorted(Promise.objects.values_list("outcome", flat=True)) == ["open", "withdrawn"]
    says(whatsapp, "0")
    says(whatsapp, "1")
    assert chosen() == []


def test_after_a_choice_a_number_is_a_message(whatsapp: ChannelAccount) -> None:
    is_sent(whatsapp)
    says(whatsapp, "2")
    says(whatsapp, "4")
    assert (chosen(), len(told())) == (["call"], 2)


def test_what_is_possible_no_more_is_told_with_the_list_anew(whatsapp: ChannelAccount, queue: Queue) -> None:
    is_sent(whatsapp)
    actions.change_queue(queue, Described(fields={"hours": "mo 00:00-00:30"}), actor=None)
    says(whatsapp, "4")
    assert last().startswith("That is not possible any more.\n")
    assert ASKED in last()
    assert "Answer me here" not in last()
    assert chosen() == []


def test_a_slot_that_somebody_else_has_is_told_with_the_others(
    cast: Cast, whatsapp: ChannelAccount, queue: Queue
) -> None:
    Queue.objects.update(handling=7200)
    is_sent(whatsapp)
    says(whatsapp, "3")
    other = writes(cast.mailbox, "Hello", sender="frits@example.org")
    settle()
    slot = ways_of(placement_of(other)).slots[0]
    actions.choose(other, Wish("slot", phone="+31612345679", slot=slot))
    says(whatsapp, "1")
    assert last().startswith("That time has gone.\nWhen shall we call you?")
    assert chosen() == ["slot"]
    says(whatsapp, "1")
    assert sorted(chosen()) == ["slot", "slot"]
