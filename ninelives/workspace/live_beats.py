"""`/live/beat/`: a desk says that it is there.

Beside Django, like the stream: each of hundreds of desks says so every few seconds. What was heard is written down once
a second, for all at once. A request of another site is none: it cannot set the header that ours has.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, close_old_connections

from ninelives.accounts.sessions import people_of
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.streams import Receive, Scope, Send
from ninelives.routing import actions
from ninelives.routing.sorting import descriptions
from ninelives.workspace.live_stream import session_key_of

log = logging.getLogger(__name__)

_EVERY = 1.0
# Whoever invents sessions fills no memory.
MOST = 20_000
_LONGEST_KEY = 40


def is_beat(path: str) -> bool:
    return path == "/live/beat/"


async def beat(scope: Scope, _receive: Receive, send: Send) -> None:
    """The ASGI route."""
    is_ours = scope["method"] == "POST" and any(name == b"x-csrftoken" for name, _ in scope["headers"])
    if is_ours:
        beats.hear(session_key_of(scope))
    await send({"type": "http.response.start", "status": 204 if is_ours else 403, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Beats:
    def __init__(self) -> None:
        self.listener = new_id()
        self._lock = threading.Lock()
        self._heard: dict[str, datetime] = {}

    def begin(self) -> None:
        threading.Thread(target=self._run, name="beats", daemon=True).start()

    def hear(self, session_key: str) -> None:
        with self._lock:
            if 0 < len(session_key) <= _LONGEST_KEY and len(self._heard) < MOST:
                self._heard[session_key] = now()

    def write_down(self) -> None:
        with self._lock:
            heard, self._heard = self._heard, {}
        try:
            write_down(self.listener, heard)
        except BaseException:
            with self._lock:
                self._heard = {**heard, **self._heard}
            raise

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_EVERY):
            try:
                close_old_connections()
                self.write_down()
            except (DatabaseError, InterfaceError, psycopg.Error, OSError) as reason:
                log.warning("beats: database away (%s), trying again", type(reason).__name__)
            except Exception:  # whatever it was, the desks are still there
                log.exception("beats: a fault")


def write_down(listener: UUID, heard: Mapping[str, datetime]) -> None:
    """`heard`: by session. Where nobody is offered anything nobody need be heard."""
    if not descriptions():
        return
    actions.listen(listener)
    if heard:
        actions.hear({person.pk: heard[key] for key, person in people_of(list(heard)).items()})


beats = Beats()
