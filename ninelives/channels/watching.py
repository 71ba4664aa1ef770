"""Somebody looks at every mailbox: one thread each, that fetches what waits and then listens for more.

Which process watches which mailbox is decided by a lock that the database drops when we die. Two who fetch the same one
for a moment do no harm (`fetching.py`); the lock saves connections.
"""

import logging
import random
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, connections

from ninelives.channels.fetching import Fetching, OvertakenError, note_failing
from ninelives.channels.mailboxes import accounts_asked_again, polled_accounts
from ninelives.channels.models import ChannelAccount
from ninelives.channels.polling import FetchProblem, NotLetIn, OpenFolder
from ninelives.channels.registry import POLLED
from ninelives.foundation.secrets import SecretLostError

log = logging.getLogger(__name__)

_LOCKS = 29_902
# So many mailboxes are watched by one process; another takes the rest.
MOST = 200
# So many fetch and keep at the same time; a mailbox of fifty thousand mails lets others through after each chunk.
_AT_WORK = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds."""

    # How often accounts are looked up: a new one starts, a changed one starts anew.
    tick: float = 2.0
    # A push can be lost, and a folder be numbered anew without a word: so often we look, pushed or not.
    look: float = 60.0
    # While old mail is fetched, so often for new.
    look_for_new: float = 3.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    # Where somebody must mend something first. Providers lock out those who knock too often.
    first_wait: float = 30.0
    longest_wait: float = 900.0
    # Longer than any one call with its own time-out: then the line is cut.
    patience: float = 300.0
    # How often it is written down that all is well.
    word: float = 240.0


class Watch(threading.Thread):
    """One mailbox, until told to end."""

    def __init__(self, account_id: UUID, told: str, pace: Pace) -> None:
        super().__init__(name=f"mailbox {account_id}", daemon=True)
        self.account_id, self.told, self.pace = account_id, told, pace
        self.ends_since: float | None = None
        self._ends = threading.Event()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._folder: OpenFolder | None = None
        self._busy_since: float | None = None
        self._failures = 0

    def run(self) -> None:
        try:
            while not self._ends.is_set():
                self._try()
        finally:
            connections.close_all()
            self._bell.close()
            self._rope.close()

    def ring(self) -> None:
        """There is something to do, or to end."""
        with suppress(OSError):
            self._rope.send(b"!")

    def end(self) -> None:
        self.ends_since = self.ends_since or time.monotonic()
        self._ends.set()
        self.ring()

    def cut(self) -> None:
        if folder := self._folder:
            folder.cut()

    def is_stuck(self) -> bool:
        busy_since = self._busy_since
        return busy_since is not None and time.monotonic() - busy_since > self.pace.patience

    def _try(self) -> None:
        try:
            self._watch()
        except OvertakenError:
            self._rest(self.pace.first_pause)
        except SecretLostError:
            self._fails("secret_lost", needs_somebody=True)
        except FetchProblem as problem:
            self._fails(problem.reason, needs_somebody=isinstance(problem, NotLetIn))
        except (DatabaseError, InterfaceError) as away:
            log.warning("mailbox %s: database away: %s", self.account_id, type(away).__name__)
            connections.close_all()
            self._rest(self.pace.first_pause)
        except Exception as fault:  # a fault at one mailbox may stop no other
            log.exception("mailbox %s: %s", self.account_id, type(fault).__name__)
            self._fails("unexpected", needs_somebody=True)

    def _watch(self) -> None:
        account = ChannelAccount.objects.select_related("brand").get(pk=self.account_id)
        self._busy_since = time.monotonic()
        self._folder = folder = POLLED[account.kind].open(account.view())
        try:
            fetching = Fetching(account, folder, POLLED[account.kind])
            self._fetch(fetching)
            while not self._ends.is_set():
                self._listen(folder)
                self._busy_since = time.monotonic()
                folder.choose()
                self._fetch(fetching)
        finally:
            self._folder = self._busy_since = None
            folder.close()

    def _fetch(self, fetching: Fetching) -> None:
        """Everything that waits; new mail in between old."""
        fetching.look()
        fetching.fetch_again()
        looked_at = time.monotonic()
        while not self._ends.is_set() and self._step(fetching):
            self._failures, self._busy_since = 0, time.monotonic()
            if time.monotonic() - looked_at > self.pace.look_for_new:
                fetching.look()
                looked_at = time.monotonic()
        if not self._ends.is_set():
            self._failures = 0
            fetching.rest(every=self.pace.word)

    def _step(self, fetching: Fetching) -> bool:
        with _AT_WORK:
            return fetching.step()

    def _listen(self, folder: OpenFolder) -> None:
        self._busy_since = None
        # The database has better things to do than to hold a place for everybody who waits.
        connections.close_all()
        folder.wait(self.pace.look * random.uniform(0.8, 1.0), self._bell.fileno())  # noqa: S311
        self._hear()

    def _fails(self, reason: str, *, needs_somebody: bool) -> None:
        first, longest = self.pace.first_pause, self.pace.longest_pause
        if needs_somebody:
            first, longest = self.pace.first_wait, self.pace.longest_wait
        # Not all at once when a server that many mailboxes are on comes back.
        pause = min(first * 2**self._failures, longest) * random.uniform(0.7, 1.0)  # noqa: S311
        self._failures = min(self._failures + 1, 20)
        if not self._ends.is_set():
            log.info("mailbox %s: %s", self.account_id, reason.partition(":")[0])
            note_failing(self.account_id, reason, pause)
            self._rest(pause)

    def _rest(self, seconds: float) -> None:
        self._busy_since = None
        connections.close_all()
        self._bell.settimeout(seconds)
        self._hear()

    def _hear(self) -> None:
        """What was rung for is found by looking."""
        with suppress(OSError):
            self._bell.recv(100)
        self._bell.setblocking(False)


class Watching:
    """All mailboxes that nobody else watches."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.watches: dict[UUID, Watch] = {}

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._go_round(stop)
            except (DatabaseError, InterfaceError) as away:
                # Our locks went with the connection.
                log.warning("mailboxes: database away: %s, trying again", type(away).__name__)
                self._end_all()
                connection.close()
                stop.wait(self.pace.tick)
        self._end_all()
        connection.close()

    def _go_round(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.look(polled_accounts())
            for account_id in accounts_asked_again() if self.watches else ():
                if account_id in self.watches:
                    self.watches[account_id].ring()
            stop.wait(self.pace.tick)

    def look(self, wanted: Mapping[UUID, str]) -> None:
        """Begin and end watches as accounts come, change and go. `wanted`: what each was told, as a hash."""
        for account_id, watch in list(self.watches.items()):
            if wanted.get(account_id) != watch.told:
                watch.end()
            self._look_after(watch)
            if not watch.is_alive():
                del self.watches[account_id]
                _unlock(account_id)
        for account_id, told in wanted.items():
            if account_id not in self.watches and len(self.watches) < MOST and _lock(account_id):
                self.watches[account_id] = Watch(account_id, told, self.pace)
                self.watches[account_id].start()

    def _look_after(self, watch: Watch) -> None:
        waited = watch.ends_since is not None and time.monotonic() - watch.ends_since > 2.0
        if waited or watch.is_stuck():
            watch.cut()

    def _end_all(self) -> None:
        for watch in self.watches.values():
            watch.end()
        for patience in (2.0, 2.0):
            until = time.monotonic() + patience
            for watch in self.watches.values():
                watch.join(max(0.0, until - time.monotonic()))
                if watch.is_alive():
                    watch.cut()
        self.watches.clear()


def _lock(account_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCKS, str(account_id)])
        return bool(cursor.fetchone()[0])


def _unlock(account_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCKS, str(account_id)])
