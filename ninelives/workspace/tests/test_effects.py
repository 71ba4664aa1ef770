"""Before a queue is saved a team lead sees what it would have made of a day."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ninelives.routing import actions
from ninelives.routing.models import Placement, Presence, Queue, Skill
from ninelives.workspace.tests.test_setting_up import client_of, rings, typed
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lead(cast: Cast) -> Client:
    return client_of(cast.lead)


def a_day_ago(cast: Cast, queue: Queue) -> None:
    day = timezone.localdate() - timedelta(days=1)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())
    for person in (cast.alice, cast.bob):
        Presence.objects.create(
            person=person, state="available", at=noon - timedelta(hours=3), ended_at=noon + timedelta(hours=3)
        )
    conversation = writes(cast.mailbox, "Hello")
    for number in range(6):
        at = noon + timedelta(minutes=10 * number)
        Placement.objects.create(
            conversation=conversation,
            queue=queue,
            kind="mail",
            state="ended",
            since=at,
            counts_from=at,
            at=at,
            person=cast.alice,
            accepted_at=at + timedelta(seconds=5),
            ended_at=at + timedelta(minutes=5),
            why="answered",
        )


def test_what_it_would_have_made_of_yesterday(cast: Cast, lead: Client) -> None:
    queue = actions.open_queue(cast.brand, "Service")
    a_day_ago(cast, queue)
    page = reverse("workspace:queue", args=[queue.pk])
    same = lead.post(page, typed(name="Service", **{"try": "1"})).content.decode()
    assert "6 contacts came, and 2 people were there" in same
    assert "100% → <strong>100%</strong>" in same
    assert "measured: 100%" in same
    strict = lead.post(page, typed(name="Service", **{"try": "1"}, **rings(("Frisian", "5", "0"))))
    assert "100% → <strong>0%</strong>" in strict.content.decode()
    # What was typed stands there still, and nothing was saved.
    assert 'value="Frisian"' in strict.content.decode()
    queue.refresh_from_db()
    assert queue.within == 20
    assert not Skill.objects.exists()


def test_a_new_queue_can_be_tried_and_a_day_chosen(cast: Cast, lead: Client) -> None:
    queue = actions.open_queue(cast.brand, "Service")
    a_day_ago(cast, queue)
    new = reverse("workspace:new_queue")
    tried = lead.post(new, typed(name="First", **{"try": "1"})).content.decode()
    assert "First" in tried
    assert Queue.objects.count() == 1
    early = lead.post(new, typed(name="First", day="2020-02-03", **{"try": "1"})).content.decode()
    assert "Nothing came into a queue on that day" in early


def test_what_is_wrong_is_told_first(cast: Cast, lead: Client) -> None:
    assert lead.post(reverse("workspace:new_queue"), typed(name="", **{"try": "1"})).status_code == 422
