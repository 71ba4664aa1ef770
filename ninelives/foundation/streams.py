"""Streams of signals to browsers: one listener a process feeds them all, and none holds a thread or a connection.

What a stream is for, and who may have it, is its route's: the desk's in `workspace`, the visitors' in `reception`.
"""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from asgiref.sync import sync_to_async

from ninelives.foundation.live import CHANNEL, listener_parameters

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

HEARTBEAT = 15.0
# A stream asks again after so many seconds whether its reader may still read; each after its own share of them, as all
# those that opened together would else ask together.
RECHECK_AFTER = 60.0
_SOONEST = 0.5
# That its reader is there is noted so often at most: with every heartbeat, and not with every signal.
NOTED_AFTER = 12.0
BACKLOG = 200
# Milliseconds that a screen leaves between two questions: as many as it takes to answer all who hear the same signal,
# within reason.
PACE_OF_ONE, LEAST_PACE, MOST_PACE = 1, 20, 300
RESYNC = "resync"
# Where so many hear the same they hear it together with what comes in this time, longer the more they are: each alone
# would cost as much again.
CROWD, GATHERED_LEAST, GATHERED_OF_ONE, GATHERED_MOST = 40, 0.1, 0.001, 0.3
_BETWEEN = 0.01
# How often those that were told nothing for long are looked for.
_LOOK_EVERY = 1.0
# A screen's pace follows how many there are with so many seconds' delay.
_PACED_EVERY = 5.0


@dataclass(eq=False, slots=True)
class Stream:
    audiences: frozenset[str]
    is_paced: bool = False
    topics: list[str] = field(default_factory=list)
    has_news: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = field(default_factory=time.monotonic)

    def offer(self, topic: str) -> None:
        if len(self.topics) >= BACKLOG:
            # A browser that reads too slowly fetches everything once instead.
            self.topics.clear()
            topic = RESYNC
        self.topics.append(topic)

    async def take(self) -> list[str]:
        """What there is, as soon as there is some; nothing after a while without, when its hub wakes it."""
        # A time-out of each would cost as much as all the rest.
        await self.has_news.wait()
        self.has_news.clear()
        self.told_at = time.monotonic()
        topics, self.topics = dict.fromkeys(self.topics), []
        return list(topics)


class Hub:
    """One listener for all streams of this process; it starts with the first."""

    def __init__(self) -> None:
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._gathered: set[Stream] = set()
        self._gathering: asyncio.TimerHandle | None = None

    def join(self, stream: Stream) -> None:
        for audience in stream.audiences:
            self._streams[audience].add(stream)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        if self._heart is None or self._heart.done():
            self._heart = asyncio.create_task(self._beat())

    def leave(self, stream: Stream) -> None:
        for audience in stream.audiences:
            self._streams[audience].discard(stream)
            if not self._streams[audience]:
                del self._streams[audience]

    def open_for(self, audiences: frozenset[str]) -> int:
        return max((len(self._streams[audience]) for audience in audiences if audience in self._streams), default=0)

    def pace_of(self, stream: Stream) -> int:
        together = max((len(self._streams[audience]) for audience in stream.audiences), default=0)
        return min(max(PACE_OF_ONE * together, LEAST_PACE), MOST_PACE)

    async def _beat(self) -> None:
        """Wake those that were told nothing for long; it ends with the last."""
        while self._streams:
            await asyncio.sleep(_LOOK_EVERY)
            long_ago = time.monotonic() - HEARTBEAT
            _wake({one for streams in self._streams.values() for one in streams if one.told_at < long_ago})

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                parameters = await sync_to_async(listener_parameters)()
                async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    pause = 0.1
                    # What was said while nobody listened is lost: let every screen look anew.
                    self._tell(RESYNC, {stream for streams in self._streams.values() for stream in streams})
                    async for notice in listener.notifies():
                        audience, _, topic = notice.payload.partition(" ")
                        self._tell(topic, self._streams.get(audience, ()))
            except (psycopg.Error, OSError) as reason:
                log.warning("live: database away (%s), trying again", type(reason).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _tell(self, topic: str, streams: Collection[Stream]) -> None:
        for stream in streams:
            stream.offer(topic)
        if len(streams) < CROWD:
            _wake(streams)
            return
        self._gathered.update(streams)
        if self._gathering is None:
            together = min(max(GATHERED_OF_ONE * len(streams), GATHERED_LEAST), GATHERED_MOST)
            self._gathering = asyncio.get_running_loop().call_later(together, self._wake_gathered)

    def _wake_gathered(self) -> None:
        """Some at a time: whoever hears something alone meanwhile need not wait for all of them."""
        some = [self._gathered.pop() for _ in range(min(CROWD, len(self._gathered)))]
        _wake(some)
        wake = self._wake_gathered
        self._gathering = asyncio.get_running_loop().call_later(_BETWEEN, wake) if self._gathered else None


def _wake(streams: Iterable[Stream]) -> None:
    for stream in streams:
        stream.has_news.set()


hub = Hub()


async def serve(
    receive: Receive,
    send: Send,
    audiences: frozenset[str],
    still: Callable[[], Awaitable[frozenset[str] | None]],
    headers: Headers = (),
    *,
    is_paced: bool = False,
    noted: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Until the browser leaves, or `still` names other audiences than these. `is_paced`: it is told how much time to
    leave between two questions. `noted` is called about once a heartbeat, while its browser is there."""
    mine = Stream(audiences, is_paced)
    hub.join(mine)
    gone = asyncio.create_task(_until_gone(receive))
    gone.add_done_callback(lambda _: mine.has_news.set())
    try:
        await _start(send, headers)
        await _feed(mine, gone, send, still, noted)
    finally:
        gone.cancel()
        hub.leave(mine)


async def refuse(send: Send, status: int, body: bytes, headers: Headers = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


async def _feed(
    mine: Stream,
    gone: "asyncio.Task[None]",
    send: Send,
    still: Callable[[], Awaitable[frozenset[str] | None]],
    noted: Callable[[], Awaitable[None]] | None,
) -> None:
    checked = told = time.monotonic()
    recheck_after = RECHECK_AFTER * random.uniform(_SOONEST, 1.0)  # noqa: S311 - nothing is guarded by it
    pace, paced = 0, -_PACED_EVERY
    while not gone.done():
        topics = tuple(await mine.take())
        if mine.is_paced and topics and mine.told_at - paced > _PACED_EVERY:
            paced = mine.told_at
            if pace != (pace := hub.pace_of(mine)):
                await _write(send, f"event: pace\ndata: {pace}\n\n".encode())
        await _write(send, _events(topics) if topics else b": still here\n\n")
        if noted and not gone.done() and mine.told_at - told > NOTED_AFTER:
            await noted()
            told = mine.told_at
        if mine.told_at - checked > recheck_after:
            if await still() != mine.audiences:
                await send({"type": "http.response.body", "body": b""})
                return
            checked = mine.told_at


# Of a crowd all are told the same.
@lru_cache(maxsize=64)
def _events(topics: tuple[str, ...]) -> bytes:
    return "".join(f"event: {_event(topic)}\ndata: {topic}\n\n" for topic in topics).encode()


def _event(topic: str) -> str:
    return RESYNC if topic == RESYNC else "signal"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, headers: Headers) -> None:
    usual = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        # Proxies that gather output would hold signals back.
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": [*usual, *headers]})
    await _write(send, b"retry: 1000\n: welcome\n\n")


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
