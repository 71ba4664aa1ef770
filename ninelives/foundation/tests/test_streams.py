"""A signal reaches its audience, in order, and nobody else."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from ninelives.foundation import streams
from ninelives.foundation.address import Address
from ninelives.foundation.live import audience_of, signal
from ninelives.foundation.streams import BACKLOG, CROWD, RESYNC, Hub, Stream

HERS, HIS = (audience_of(Address("webchat", name)) for name in ("dora", "erik"))


def told(*signals: tuple[str, str]) -> Callable[[], Any]:
    def tell() -> None:
        for topic, audience in signals:
            signal(topic, audience)
        connection.close()

    return sync_to_async(tell)


async def listening(hub: Hub, *audiences: str) -> Stream:
    stream = Stream(frozenset(audiences))
    hub.join(stream)
    return stream


@pytest.mark.django_db(transaction=True)
def test_a_signal_reaches_its_audience_alone() -> None:
    async def story() -> None:
        hub = Hub()
        hers, his = await listening(hub, HERS), await listening(hub, HIS)
        assert await hers.take() == await his.take() == [RESYNC]
        await told(("message", HERS), ("typing on", HERS), ("state", HIS))()
        # The database keeps the order: whatever was not for him would have come first.
        assert await his.take() == ["state"]
        assert await hers.take() == ["message", "typing on"]
        hub.leave(hers)
        await told(("message", HERS), ("seen", HIS))()
        assert await his.take() == ["seen"]
        assert hers.topics == []
        hub._listener.cancel()

    asyncio.run(story())


def test_a_crowd_hears_together_and_whoever_is_meant_alone_hears_at_once() -> None:
    async def story() -> None:
        hub = Hub()
        crowd = [Stream(frozenset({HERS, str(number)})) for number in range(2 * CROWD)]
        hub._streams[HERS].update(crowd)
        hub._streams["7"].add(crowd[7])
        for topic in ("list", "list", "state"):
            hub._tell(topic, hub._streams[HERS])
        assert not any(one.has_news.is_set() for one in crowd)
        hub._tell("offers", hub._streams["7"])
        assert [number for number, one in enumerate(crowd) if one.has_news.is_set()] == [7]
        assert await crowd[7].take() == ["list", "state", "offers"]
        del crowd[7]
        assert [await one.take() for one in crowd] == [["list", "state"]] * len(crowd)

    asyncio.run(story())


def test_who_is_told_nothing_for_long_is_told_that_we_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_LOOK_EVERY", 0.01)

    async def story() -> None:
        hub = Hub()
        quiet, busy = Stream(frozenset({HERS})), Stream(frozenset({HIS}))
        quiet.told_at -= streams.HEARTBEAT
        hub._streams[HERS].add(quiet)
        hub._streams[HIS].add(busy)
        heart = asyncio.create_task(hub._beat())
        assert await quiet.take() == []
        assert not busy.has_news.is_set()
        hub.leave(quiet)
        hub.leave(busy)
        await heart

    asyncio.run(story())


def test_who_reads_too_slowly_fetches_everything_once() -> None:
    stream = Stream(frozenset({HERS}))
    for number in range(BACKLOG + 1):
        stream.offer(f"conversation:{number}")
    assert stream.topics == [RESYNC]
