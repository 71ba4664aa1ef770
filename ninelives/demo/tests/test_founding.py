"""The demo's past stands in the rooms as if it had happened here."""

from datetime import UTC, datetime

import pytest

from ninelives.accounts.models import Brand, Organisation, Person
from ninelives.accounts.permissions import Role
from ninelives.accounts.queries import forget_organisation
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.conversations.models import Attachment, Closure, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.demo import founding, history
from ninelives.demo.cast import PEOPLE, WINDKRACHT, ZONNESTROOM
from ninelives.demo.customers import DORA
from ninelives.demo.telling import SEED, tell

END = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_the_demo_is_founded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, as founding takes seconds: people, threads, deeds and what stayed away."""
    forget_organisation()
    monkeypatch.setattr(history, "now", lambda: END)
    founding.found("anker-appel-avond")
    stories = tell(SEED, END)

    assert Organisation.objects.get().is_demo
    assert {person.role for person in Person.objects.all()} == set(Role)
    assert all(person.check_password("anker-appel-avond") for person in Person.objects.all()[:2])
    assert Person.objects.count() == len(PEOPLE)

    arrived = sum(len(story.arrivals) for story in stories)
    assert Receipt.objects.filter(state="processed").count() == Receipt.objects.count() == arrived
    assert Conversation.objects.count() == len(stories)
    assert Conversation.objects.filter(status="open").count() == sum(story.closed is None for story in stories)
    assert Closure.objects.count() == sum(story.closed is not None for story in stories)
    assert Message.objects.filter(direction="note").count() == sum(len(story.notes) for story in stories)
    assert Message.objects.filter(direction="outbound").count() > 100
    assert not Message.objects.exclude(remarks=[]).exists()
    assert Attachment.objects.exclude(content_id="").exists()
    assert not Delivery.objects.exists()

    dora = Customer.objects.get(addresses__value=DORA)
    assert (dora.name, dora.conversations.count()) == ("Dora de Vries", 8)
    assert Conversation.objects.latest("last_at").last_at.date() == END.date()
    replies = Message.objects.filter(direction="inbound", subject__startswith="Re: ", machine="")
    assert not [one.pk for one in replies if ">" in one.shown_text], "quotes are folded"

    bases = {name: Brand.objects.get(name=name).base_id for name in (ZONNESTROOM, WINDKRACHT)}
    assert len(set(bases.values())) == 2
    assert Customer.objects.filter(base=bases[WINDKRACHT]).exists()
    assert ChannelAccount.objects.filter(takes_all=True, confirms=True, address="service@zonnestroom.example").exists()
