"""`/live/`: a stream of numbered topics for one signed-in browser. What changed is fetched by the ordinary views.

A small route beside Django: it holds no thread and no database connection of its own; one listener a process feeds
all streams.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.foundation.live import CHANNEL, listener_parameters

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT = 15.0
# A stream asks again after so many seconds whether its person may still be here.
RECHECK_AFTER = 60.0
BACKLOG = 200
RESYNC = "resync"


@dataclass(eq=False)
class Stream:
    audiences: frozenset[str]
    topics: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def offer(self, topic: str) -> None:
        if self.topics.full():
            # A browser that reads too slowly fetches everything once instead.
            while not self.topics.empty():
                self.topics.get_nowait()
            topic = RESYNC
        self.topics.put_nowait(topic)


class Hub:
    """One listener for all streams of this process; it starts with the first."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._listener: asyncio.Task[None] | None = None

    def join(self, stream: Stream) -> None:
        self.streams.add(stream)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                parameters = await sync_to_async(listener_parameters)()
                async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    pause = 0.1
                    # What was said while nobody listened is lost: let every screen look anew.
                    self._tell(RESYNC)
                    async for notice in listener.notifies():
                        audience, _, topic = notice.payload.partition(" ")
                        self._tell(topic, audience)
            except (psycopg.Error, OSError) as reason:
                log.warning("live: database away (%s), trying again", type(reason).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _tell(self, topic: str, audience: str | None = None) -> None:
        for stream in self.streams:
            if audience is None or audience in stream.audiences:
                stream.offer(topic)


hub = Hub()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI route."""
    session_key = _session_key(scope)
    audiences = await _audiences(session_key)
    if audiences is None:
        await _refuse(send)
        return
    mine = Stream(audiences)
    hub.join(mine)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _start(send)
        await _feed(mine, gone, send, session_key)
    finally:
        gone.cancel()
        hub.leave(mine)


async def _feed(mine: Stream, gone: "asyncio.Task[None]", send: Send, session_key: str) -> None:
    numbers = itertools.count(1)
    checked = time.monotonic()
    while not gone.done():
        topic = await _next(mine, gone)
        if topic is None:
            await _write(send, ": still here\n\n")
        else:
            event = RESYNC if topic == RESYNC else "signal"
            await _write(send, f"id: {next(numbers)}\nevent: {event}\ndata: {topic}\n\n")
        if time.monotonic() - checked > RECHECK_AFTER:
            if await _audiences(session_key) != mine.audiences:
                return
            checked = time.monotonic()


async def _next(mine: Stream, gone: "asyncio.Task[None]") -> str | None:
    """The next topic; None when the browser left or nothing came for a while."""
    if not mine.topics.empty():
        return mine.topics.get_nowait()
    waiting = asyncio.create_task(mine.topics.get())
    await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done() and not gone.done():
        return waiting.result()
    waiting.cancel()
    return None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        # Proxies that gather output would hold signals back.
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _write(send, "retry: 1000\n: welcome\n\n")


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"sign in first"})


def _session_key(scope: Scope) -> str:
    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return ""
    return cookies[settings.SESSION_COOKIE_NAME].value if settings.SESSION_COOKIE_NAME in cookies else ""


@sync_to_async
def _audiences(session_key: str) -> frozenset[str] | None:
    close_old_connections()
    person_id = SessionStore(session_key).get(SESSION_KEY) if session_key else None
    person = Person.objects.filter(pk=person_id, is_active=True).first() if person_id else None
    if person is None or not person.may(Permission.READ_CONVERSATIONS):
        return None
    return frozenset(str(one) for one in (person.pk, *person.brand_ids))
