"""Who would get a contact that came now, and why."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from ninelives.accounts.models import Viewing
from ninelives.routing import actions
from ninelives.routing.actions import Described, Ring
from ninelives.routing.models import Offer, Placement, Presence
from ninelives.routing.working import route_due
from ninelives.workspace.tests.test_setting_up import client_of
from tests.cast import DORA, Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = reverse("workspace:queue_preview")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def asked(cast: Cast, client: Client | None = None, **more: str) -> str:
    given = {"account": str(cast.mailbox.pk), "language": "nl", **more}
    return (client or client_of(cast.lead)).get(PAGE, given).content.decode()


def routing_rows() -> dict[str, int]:
    models = (one for one in apps.get_models() if one.__module__.startswith("ninelives.routing"))
    return {model.__name__: model._base_manager.count() for model in models}


def test_whoever_is_there_and_can_gets_it_and_why(cast: Cast) -> None:
    queue = actions.open_queue(cast.brand, "Heat pumps", Described(rings=[Ring("Heat", 4), Ring("Heat", 2, 120)]))
    skill = queue.requirements.all()[0].skill
    actions.set_levels(cast.alice, [(skill, 5)])
    actions.set_levels(cast.bob, [(skill, 2)])
    nobody = asked(cast)
    assert "Nobody who can do this is free." in nobody
    assert "Expected wait" in nobody
    for person in (cast.alice, cast.bob):
        actions.set_state(person, Presence.State.AVAILABLE, actor=person)
    before = routing_rows()
    told = asked(cast)
    assert '<h2 id="told-title">Alice</h2>' in told
    assert "after 2 minutes" in told
    assert "Heat pumps" in told
    assert routing_rows() == before
    assert not Offer.objects.exists()


def test_the_queue_that_takes_it_and_those_that_do_not(cast: Cast) -> None:
    actions.open_queue(cast.brand, "English", Described(fields={"languages": ["en"]}))
    assert "No queue takes it" in asked(cast)
    actions.open_queue(cast.brand, "Everything")
    actions.set_state(cast.bob, Presence.State.AVAILABLE, actor=cast.bob)
    told = asked(cast)
    assert "Everything" in told
    assert "Do not take it</dt><dd>English" in told


def test_a_queue_that_is_shut_lets_it_wait(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service", Described(fields={"hours": "mo-fr 09:00-17:00"}))
    actions.set_state(cast.bob, Presence.State.AVAILABLE, actor=cast.bob)
    assert "It waits until the queue opens" in asked(cast, at="2026-11-29T12:00")
    assert '<h2 id="told-title">Bob</h2>' in asked(cast, at="2026-11-30T12:00")


def test_who_knows_the_customer_is_asked_and_looking_is_logged(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    actions.set_state(cast.alice, Presence.State.AVAILABLE, actor=cast.alice)
    writes(cast.mailbox, "Hello")
    while route_due():
        pass
    actions.accept(Offer.objects.get())
    Placement.objects.update(state="ended", ended_at=Offer.objects.get().ended_at, why="answered")
    actions.set_state(cast.bob, Presence.State.AVAILABLE, actor=cast.bob)
    Viewing.objects.all().delete()
    told = asked(cast, customer=DORA)
    assert '<h2 id="told-title">Alice</h2>' in told
    assert "They know each other" in told
    assert Viewing.objects.filter(person=cast.lead).exists()
    unknown = client_of(cast.lead).get(
        PAGE, {"account": str(cast.mailbox.pk), "language": "nl", "customer": "x@example.org"}
    )
    assert unknown.status_code == 422
    # A planner needs nobody's letters.
    assert "customer" not in asked(cast, client_of(cast.planner), customer=DORA).split("<form")[1]


def test_what_another_brand_has_is_no_choice(cast: Cast) -> None:
    answer = client_of(cast.lead).get(PAGE, {"account": str(cast.other_mailbox.pk), "language": "nl"})
    assert answer.status_code == 422
    assert "Windkracht" not in answer.content.decode()


def test_the_page_asks_first(cast: Cast) -> None:
    assert "Comes in at" in client_of(cast.lead).get(PAGE).content.decode()
