"""The wall tells how it goes, and what a team lead does from it happens."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.routing import actions
from ninelives.routing.models import Placement, Presence, Queue, QueueMember
from ninelives.routing.tests.test_offers import available, offer_to, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service", actions.Described(members=[cast.alice.pk]))


@pytest.fixture
def experts(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Experts", actions.Described(members=[cast.bob.pk]))


def client_of(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def shown(person: Person) -> str:
    return client_of(person).get("/wall/").content.decode()


def hers(cast: Cast) -> Conversation:
    available(cast.alice)
    conversation = writes(cast.mailbox, "Is my meter right?")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    return conversation


def test_it_tells_who_waits_and_who_is_there(cast: Cast, queue: Queue) -> None:
    writes(cast.mailbox, "Hello")
    Placement.objects.update(counts_from=now() - timedelta(minutes=4))
    page = shown(cast.lead)
    assert "<strong>1</strong> wait" in page
    assert "4 minutes" in page
    available(cast.alice)
    assert "Available · 0 seconds" in shown(cast.lead)


def test_it_tells_what_was_answered_in_time_and_how_busy_people_are(cast: Cast, queue: Queue) -> None:
    hers(cast)
    page = shown(cast.lead)
    assert "<dd>100 %</dd>" in page
    assert "1 taken" in page
    assert "Meter reading" in page


def test_a_planner_sees_figures_and_nobodys_letters(cast: Cast, queue: Queue) -> None:
    hers(cast)
    page = shown(cast.planner)
    assert "Alice" in page
    assert "Meter reading" not in page


def test_an_agent_has_no_wall_and_another_brand_sees_nothing(cast: Cast, queue: Queue) -> None:
    assert client_of(cast.alice).get("/wall/").status_code == 403
    hers(cast)
    cast.charlie.role = "team_lead"
    cast.charlie.save()
    page = shown(cast.charlie)
    assert "Service" not in page
    assert "Alice" not in page


def test_a_team_lead_sets_the_state_of_others(cast: Cast, queue: Queue) -> None:
    client_of(cast.lead).post(f"/wall/agents/{cast.alice.pk}/state/", {"state": "break"})
    there = Presence.objects.get(person=cast.alice, ended_at=None)
    assert (there.state, there.by_person) == ("break", cast.lead)
    assert client_of(cast.lead).post(f"/wall/agents/{cast.charlie.pk}/state/", {"state": "away"}).status_code == 404


def test_a_move_is_one_deed_and_can_be_undone(cast: Cast, queue: Queue, experts: Queue) -> None:
    client = client_of(cast.lead)
    moved = client.post(f"/wall/agents/{cast.alice.pk}/queues/", {"from": queue.pk, "to": experts.pk})
    assert working(cast.alice) == {experts.pk}
    assert "Alice was moved." in client.get(moved["Location"]).content.decode()
    back = {name: value[0] for name, value in parse_qs(urlparse(moved["Location"]).query).items()}
    client.post(f"/wall/agents/{cast.alice.pk}/queues/", {"from": back["from"], "to": back["to"]})
    assert working(cast.alice) == {queue.pk}


def working(person: Person) -> set[object]:
    return set(QueueMember.objects.filter(person=person, ended_at=None).values_list("queue", flat=True))


def test_a_team_lead_takes_over(cast: Cast, queue: Queue) -> None:
    conversation = hers(cast)
    client_of(cast.lead).post(f"/conversations/{conversation.pk}/taking-over/")
    settle()
    conversation.refresh_from_db()
    assert conversation.assignee == cast.lead
    assert Placement.objects.open().get().person == cast.lead


def test_the_day_is_drawn_in_every_language(cast: Cast, queue: Queue) -> None:
    writes(cast.mailbox, "Hello")
    cast.lead.language = "nl"
    cast.lead.save()
    bars = re.findall(r'<rect class="wall__bar" x="\d+" y="([^"]*)" width="8" height="([^"]*)"', shown(cast.lead))
    assert len(bars) == 24
    assert ("0.0", "60.0") in bars
