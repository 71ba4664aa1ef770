"""Desks say that they are there: heard at once, written down together."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.routing import actions
from ninelives.routing.models import Beat, Listener, Presence
from ninelives.routing.sorting import forget_descriptions
from ninelives.workspace import live_beats
from ninelives.workspace.live_beats import MOST, Beats
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def queue(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    forget_descriptions()


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Beats:
    made = Beats()
    monkeypatch.setattr(live_beats, "beats", made)
    return made


def signed_in(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def ask(session: str, method: str = "POST", *, with_header: bool = True) -> int:
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())]
    if with_header:
        headers.append((b"x-csrftoken", b"x"))
    asyncio.run(live_beats.beat({"method": method, "headers": headers}, None, send))  # type: ignore[arg-type]
    return int(told[0]["status"])


def test_a_desk_at_work_is_heard_and_who_was_lost_is_back(cast: Cast, beats: Beats) -> None:
    actions.set_state(cast.alice, "available", actor=cast.alice)
    actions.set_state(cast.bob, "away", actor=None, why=Presence.Why.LOST)
    assert [ask(signed_in(person)) for person in (cast.alice, cast.bob)] == [204, 204]
    assert not Beat.objects.exists(), "nothing is written for one alone"
    beats.write_down()
    assert set(Beat.objects.values_list("person", flat=True)) == {cast.alice.pk, cast.bob.pk}
    assert Presence.objects.get(person=cast.bob, ended_at=None).state == "available"
    assert now() - Listener.objects.get(pk=beats.listener).at < timedelta(seconds=5)


@pytest.mark.parametrize("state", [None, "away"])
def test_who_takes_no_work_need_not_be_heard(cast: Cast, beats: Beats, state: str | None) -> None:
    if state:
        actions.set_state(cast.alice, state, actor=cast.alice)
    ask(signed_in(cast.alice))
    beats.write_down()
    assert not Beat.objects.exists()


def test_who_is_not_signed_in_or_asks_from_elsewhere_is_not_heard(cast: Cast, beats: Beats) -> None:
    actions.set_state(cast.alice, "available", actor=cast.alice)
    session = signed_in(cast.alice)
    assert ask(session, with_header=False) == ask(session, "GET") == 403
    for nobody in ("", "nobody", "x" * 5000):
        assert ask(nobody) == 204
    beats.write_down()
    assert not Beat.objects.exists()


def test_invented_sessions_fill_no_memory(beats: Beats) -> None:
    for number in range(MOST + 10):
        beats.hear(f"s{number}")
    assert len(beats._heard) == MOST


def test_what_was_heard_while_the_database_was_away_is_written_down_later(
    cast: Cast, beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.set_state(cast.alice, "available", actor=cast.alice)
    beats.hear(signed_in(cast.alice))
    with monkeypatch.context() as away:
        away.setattr(actions, "listen", _away)
        with pytest.raises(OSError, match="away"):
            beats.write_down()
    beats.write_down()
    assert Beat.objects.get().person == cast.alice


def test_a_listener_that_stopped_listening_begins_anew() -> None:
    listener = new_id()
    actions.listen(listener)
    Listener.objects.update(since=now() - timedelta(hours=1), at=now() - timedelta(minutes=1))
    actions.listen(listener)
    assert now() - Listener.objects.get().since < timedelta(seconds=5)


def _away(*_: object) -> None:
    raise OSError("away")
