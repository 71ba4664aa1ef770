"""The part of the worker that tells others: it turns facts into calls and makes the calls that are due.

One thread has the database; each call waits for its answer in a thread of its own that needs none, and puts what it
heard into the letter box. So somebody slow keeps nobody waiting.
"""

import logging
import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction

from ninelives.foundation import live, reading
from ninelives.foundation.announcing import FACTS
from ninelives.foundation.outgoing import Allowed
from ninelives.webhooks import actions
from ninelives.webhooks.actions import READER, Errand, Heard
from ninelives.webhooks.models import Webhook
from ninelives.webhooks.saying import say

log = logging.getLogger(__name__)

# At once, over all webhooks, in this process.
MOST = 64
# What waits for the end of somebody's transaction is asked for again soon.
SOON = 0.02
LATER = 1.0
TIDY_EVERY = 15.0
HEALTHY_AFTER = 30.0
LAST_WORDS = 3.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What a thread has to say; without an errand: there are new facts."""

    errand: Errand | None = None
    heard: Heard | None = None


class Caller:
    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._unwritten: list[Letter] = []
        self._under_way: Counter[UUID] = Counter()
        self._pause = LATER
        self._has_facts = True
        self._tidied = -math.inf

    def run(self) -> None:
        threading.Thread(target=_forever, args=("webhooks: facts", self._listen, self._stop), daemon=True).start()
        _forever("webhooks", self._work, self._stop)
        with suppress(DatabaseError, InterfaceError):
            self._end()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._write_down()
            self._tidy()
            if Webhook.objects.filter(is_active=True).exists():
                if self._has_facts:
                    self._take_facts()
                self._start()
            else:
                self._has_facts, self._pause = False, LATER
            self._read_letters(self._pause)

    def _take_facts(self) -> None:
        taken = actions.take_facts()
        self._has_facts = taken.is_behind
        if taken.is_behind:
            self._pause = 0 if taken.facts else min(max(self._pause, SOON) * 2, LATER)
        else:
            self._pause = LATER

    def _start(self) -> None:
        errands = actions.claim(self._under_way, MOST - self._under_way.total())
        allowed = actions.allowed() if errands else Allowed()
        for errand in errands:
            self._under_way[errand.webhook] += 1
            threading.Thread(target=self._call, args=(errand, allowed), daemon=True).start()

    def _call(self, errand: Errand, allowed: Allowed) -> None:
        self._letters.put(Letter(errand, say(errand, allowed)))

    def _read_letters(self, pause: float) -> None:
        """Wait for one, then take all there are. Without any it is time to look for facts all the same."""
        try:
            letter = self._letters.get(timeout=max(pause, 0.001))
        except queue.Empty:
            self._has_facts = True
            return
        with suppress(queue.Empty):
            while True:
                self._take(letter)
                letter = self._letters.get_nowait()

    def _take(self, letter: Letter) -> None:
        if letter.errand:
            self._under_way[letter.errand.webhook] -= 1
            self._unwritten.append(letter)
        else:
            self._has_facts, self._pause = True, SOON

    def _write_down(self) -> None:
        """At once what ended at once. What cannot be written while the database is away is written when it is back."""
        if not self._unwritten:
            return
        # In one order, so that two workers that lock several webhooks never wait for each other.
        ended = sorted(
            ((one.errand, one.heard) for one in self._unwritten if one.errand and one.heard),
            key=lambda pair: pair[0].webhook,
        )
        with transaction.atomic():
            for errand, heard in ended:
                actions.conclude(errand, heard)
        self._unwritten.clear()

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied < TIDY_EVERY:
            return
        actions.recover()
        if not Webhook.objects.filter(is_active=True).exists():
            reading.skip(READER)
        self._tidied = time.monotonic()

    def _listen(self) -> None:
        with live.listening(FACTS) as alarm:
            self._letters.put(Letter())
            while not self._stop.is_set():
                if alarm.wait(LATER):
                    self._letters.put(Letter())

    def _end(self) -> None:
        """Calls under way have a moment; the others are made again when their lease is over."""
        deadline = time.monotonic() + LAST_WORDS
        while self._under_way.total() and time.monotonic() < deadline:
            self._read_letters(0.1)
            self._write_down()


def run(stop: threading.Event) -> None:
    Caller(stop).run()


def _forever(name: str, work: Callable[[], None], stop: threading.Event) -> None:
    wait = 0.2
    while not stop.is_set():
        began = time.monotonic()
        try:
            work()
        except Exception as reason:
            away = isinstance(reason, DatabaseError | InterfaceError | psycopg.Error | OSError)
            log.warning("%s: %s, trying again", name, "database away" if away else "fault", exc_info=not away)
            close_old_connections()
            wait = 0.2 if time.monotonic() - began > HEALTHY_AFTER else min(wait * 2, 5.0)
            stop.wait(wait)
