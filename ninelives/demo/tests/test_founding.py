"""The demo's past stands in the rooms as if it had happened here."""

from datetime import UTC, datetime

import pytest

from ninelives.accounts.models import Brand, Organisation, Person
from ninelives.accounts.permissions import Role
from ninelives.accounts.queries import forget_organisation
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.conversations.doubles import likely_doubles
from ninelives.conversations.models import Attachment, Closure, Conversation, Message
from ninelives.customers.doubles import Reason
from ninelives.customers.models import Customer
from ninelives.demo import founding, history
from ninelives.demo.cast import ALICE, PEOPLE, WARMTEWACHT, WINDKRACHT, ZONNESTROOM
from ninelives.demo.customers import DORA
from ninelives.demo.queues import QUEUES
from ninelives.demo.telling import SEED, tell, tell_chats, tell_elsewhere
from ninelives.foundation.ids import new_id
from ninelives.promises.models import Promise
from ninelives.routing.live.book import read_book
from ninelives.routing.models import Queue

END = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_the_demo_is_founded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, as founding takes seconds: people, threads, deeds and what stayed away."""
    forget_organisation()
    monkeypatch.setattr(history, "now", lambda: END)
    founding.found("anker-appel-avond")
    stories, (talks, _on_paper) = tell(SEED, END), tell_elsewhere(SEED, END)
    chats = [*tell_chats(SEED, END), *talks]

    assert Organisation.objects.get().is_demo
    assert {person.role for person in Person.objects.all()} == set(Role)
    assert all(person.check_password("anker-appel-avond") for person in Person.objects.all()[:2])
    assert Person.objects.count() == len(PEOPLE)

    written = sum(line.by is None for chat in chats for line in chat.lines)
    # And a visit and a letter.
    arrived = sum(len(story.arrivals) for story in stories) + written + 2
    assert Receipt.objects.filter(state="processed").count() == Receipt.objects.count() == arrived
    assert Conversation.objects.count() == len(stories) + len(chats) + 2
    open_ones = sum(one.closed is None for one in (*stories, *chats)) + 1
    assert Conversation.objects.filter(status="open").count() == open_ones
    assert Closure.objects.count() == sum(one.closed is not None for one in (*stories, *chats)) + 1
    assert Message.objects.filter(direction="note").count() == sum(len(story.notes) for story in stories)
    assert Message.objects.filter(direction="outbound").count() > 100
    assert not Message.objects.exclude(remarks=[]).exists()
    assert Attachment.objects.exclude(content_id="").exists()
    answered = ("webchat", "whatsapp", "telegram", "facebook_comments")
    assert set(Delivery.objects.values_list("account__kind", "state")) == {(kind, "read") for kind in answered}
    promises_are_kept_and_late()
    queues_are_there()
    dora_is_there_twice()
    brands_share_customers_or_not()


def promises_are_kept_and_late() -> None:
    assert Promise.objects.filter(outcome="kept").count() == 2
    assert Promise.objects.in_state("late", END).count() == 1
    assert Promise.objects.in_state("open", END).count() == 3
    due = Promise.objects.get(conversation__customer__addresses__value=DORA, outcome="open")
    assert due.owner
    assert due.owner.email == ALICE.email


def queues_are_there() -> None:
    assert Queue.objects.count() == len(QUEUES)
    # Each has somebody who may serve it.
    book = read_book(new_id())
    assert {lane.queue.name for lane in book.lanes} == {one.name for one in QUEUES}
    assert all(any(reach[place] == 0 for reach in book.reaches.values()) for place in range(len(book.lanes)))


def dora_is_there_twice() -> None:
    dora = Customer.objects.get(addresses__value=DORA, addresses__proof="proven")
    assert (dora.name, dora.conversations.count()) == ("Dora de Vries", 12)
    over = {"mail", "webchat", "whatsapp", "visit", "letter"}
    assert set(dora.conversations.values_list("account__kind", flat=True)) == over
    likely = likely_doubles(Person.objects.get(email=ALICE.email), dora)
    assert [(one.customer.name, one.reasons[0]) for one in likely] == [("Dora de Vries", Reason.CLAIMED)]
    # A letter bears no date of its own: it came when it was handed over.
    assert Conversation.objects.exclude(account__kind="letter").latest("last_at").last_at.date() == END.date()
    replies = Message.objects.filter(direction="inbound", subject__startswith="Re: ", machine="")
    assert not [one.pk for one in replies if ">" in one.shown_text], "quotes are folded"


def brands_share_customers_or_not() -> None:
    bases = {name: Brand.objects.get(name=name).base_id for name in (ZONNESTROOM, WINDKRACHT)}
    assert len(set(bases.values())) == 2
    assert Brand.objects.get(name=WARMTEWACHT).base_id == bases[ZONNESTROOM]
    both = Customer.objects.filter(conversations__brand__name=ZONNESTROOM)
    assert both.filter(conversations__brand__name=WARMTEWACHT).exists()
    assert Customer.objects.filter(base=bases[WINDKRACHT]).exists()
    assert ChannelAccount.objects.filter(takes_all=True, confirms=True, address="service@zonnestroom.example").exists()
