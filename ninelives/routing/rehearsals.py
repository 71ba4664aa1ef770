"""The worker's rehearsals: it looks whether one is due, and lets a process of its own do it, which ends with it."""

import logging
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, close_old_connections

from ninelives.foundation.standing_back import stand_back
from ninelives.routing.sorting import descriptions
from ninelives.routing.working import choose_engine

if TYPE_CHECKING:
    from ninelives.routing.live.rehearsing import Situation

log = logging.getLogger(__name__)

_LOOK_EVERY = 60.0
# After one that failed, or found that another worker was first.
_AGAIN_AFTER = 1800.0
# In a process of its own; in those of the tests too, which are not started by name.
COMMAND = (sys.executable, "-P", "-m", "ninelives", "rehearse", "--worker")
NOTHING_TO_DO = 3
# Of all cores; looks of a minute each for which it is put off at most.
_QUIET, _MOST_PUT_OFF = 0.6, 60


def run(stop: threading.Event) -> None:
    rehearsals = Rehearsals(stop)
    while not stop.wait(_LOOK_EVERY):
        try:
            stand_back()
            rehearsals.look()
        except (DatabaseError, InterfaceError, OSError) as reason:
            log.warning("rehearsals: %s, looking again later", type(reason).__name__)
            close_old_connections()
        except Exception:
            # The outermost loop.
            log.exception("rehearsals: fault, looking again later")


class Rehearsals:
    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._seen: Situation | None = None
        self._next = 0.0
        self._put_off = 0

    def look(self) -> None:
        """Rehearse what is due, once it stands still: while people come to work or somebody sets up queues, what was
        found would be true of nothing."""
        if time.monotonic() < self._next or not descriptions():
            return
        choose_engine()
        from ninelives.routing.live.rehearsing import due_situation

        found, before = due_situation(), self._seen
        self._seen = found
        if found and before and not found.has_moved(before) and self._is_quiet():
            self._next = time.monotonic() + _AGAIN_AFTER
            self.rehearse()

    def _is_quiet(self) -> bool:
        """It keeps a core busy for minutes: where all are busy it comes later, yet not never."""
        self._put_off += 1
        if _load() > _QUIET * (os.cpu_count() or 1) and self._put_off < _MOST_PUT_OFF:
            return False
        self._put_off = 0
        return True

    def rehearse(self) -> None:
        # It ends itself after so many seconds, and when its input ends: that is when we do, however we do.
        child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, process_group=0)
        try:
            while child.poll() is None and not self._stop.wait(0.2):
                pass
        finally:
            child.kill()
            ended = child.wait()
            if child.stdin:
                child.stdin.close()
        if ended not in (0, NOTHING_TO_DO) and not self._stop.is_set():
            log.warning("a rehearsal failed (%s): queues are held to the floors that they had", _how(ended))


def _load() -> float:
    """Of the whole machine, over a minute."""
    return os.getloadavg()[0]


def _how(ended: int) -> str:
    return f"signal {-ended}" if ended < 0 else f"code {ended}"
