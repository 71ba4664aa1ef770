"""Waking workers beside what is stored, in processes that store one thing after another.

A transaction that notifies holds a lock of PostgreSQL until it is on the disk (`PreCommit_Notify` in `async.c`): of
many who store at once each would wait for the disk by itself. Here a thread notifies when they are stored, once for all
that came meanwhile. Should the process die in between, the workers look by themselves every second.
"""

import logging
import threading
from functools import partial
from typing import Any

import psycopg
from django.db import transaction

from ninelives.foundation.live import channel_of, listener_parameters

log = logging.getLogger(__name__)

_PAUSE = 0.2


class Waker:
    def __init__(self) -> None:
        self.is_at_work = False
        self._due: set[str] = set()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """From now on it is this thread that notifies."""
        self.is_at_work = True
        parameters = listener_parameters()
        self._thread = threading.Thread(target=self._run, args=(parameters,), name="waker", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.is_at_work = False
        self._news.set()
        if self._thread:
            self._thread.join()

    def wake(self, queue: str) -> None:
        """Once what is there to do is committed."""
        transaction.on_commit(partial(self._note, queue))

    def _note(self, queue: str) -> None:
        self._due.add(queue)
        self._news.set()

    def _run(self, parameters: dict[str, Any]) -> None:
        while self.is_at_work:
            try:
                with psycopg.connect(**parameters, autocommit=True) as line:
                    while self.is_at_work:
                        self._tell(line)
            except (psycopg.Error, OSError) as reason:
                log.warning("waker: database away (%s), trying again", type(reason).__name__)
                threading.Event().wait(_PAUSE)

    def _tell(self, line: "psycopg.Connection[Any]") -> None:
        self._news.wait()
        self._news.clear()
        while self._due:
            # Whatever is noted from here on is told once more.
            line.execute("SELECT pg_notify(%s, '')", [channel_of(self._due.pop())])


waker = Waker()
