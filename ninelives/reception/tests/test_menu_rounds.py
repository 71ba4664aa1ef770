"""Whole rounds over HTTP with every provider by which whoever waits can choose: the list reaches them, and what they
answer is done and confirmed there, once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import Said
from ninelives.channels.registry import CHANNELS
from ninelives.conversations.models import Message
from ninelives.foundation.clock import now
from ninelives.reception.tests.test_played_providers import DORA, account_of, deliver, process
from ninelives.routing import actions
from ninelives.routing.actions import Described
from ninelives.routing.actions.menus import send_menus
from ninelives.routing.models import Choice, Placement
from ninelives.routing.tests.test_offers import settle
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind for kind, speaks in CHANNELS.items() if speaks.abilities.menus]


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    type(made.brand).objects.filter(pk=made.brand.pk).update(language="en")
    actions.open_queue(made.brand, "Service", Described(fields={"lets_choose": True}))
    return made


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def played(kind: str, cast: Cast, live_server: Any, settings: Any) -> Iterator[PretendedProvider]:
    settings.BASE_URL = live_server.url
    provider = CHANNELS[kind].provider
    assert provider
    with PretendedProvider(provider, Manners(news=())) as playing:
        playing.account = account_of(kind, cast, playing).view()
        yield playing


def says(played: PretendedProvider, number: int, text: str, *, times: int = 1) -> None:
    played.say([Said(f"m{number}", DORA, text, now(), "Dora")], times=times)
    process()
    settle()
    deliver()


def got(played: PretendedProvider) -> list[str]:
    assert all(one.to.endswith("612345678") for one in played.taken)
    return [one.text.strip() for one in played.taken]


def test_the_list_reaches_them_and_what_they_answer_is_done_and_confirmed(played: PretendedProvider, kind: str) -> None:
    says(played, 1, "Where is my parcel?", times=3)
    assert got(played) == []
    Placement.objects.update(at=now() - timedelta(seconds=25))
    assert send_menus() == 1
    deliver()
    (first,) = got(played)
    assert "\n2. Call me as soon as it is my turn\n" in first
    says(played, 2, "2", times=3)
    if not CHANNELS[kind].abilities.telephone:
        assert got(played)[1].startswith("At which number can we call you?")
        says(played, 3, "+31 6 1234 5678", times=3)
    assert got(played)[-1].startswith("We call you at +31612345678 when it is your turn.")
    assert Choice.objects.get().what == "call"
    says(played, 4, "0")
    says(played, 5, "4")
    assert got(played)[-1].startswith("We answer you here before ")
    assert list(Choice.objects.filter(ended_at=None).values_list("what", flat=True)) == ["message"]
    said = Message.objects.filter(direction="inbound").order_by("received_at").values_list("text", flat=True)
    assert [one for one in said if one.isdecimal()] == ["2", "0", "4"]
