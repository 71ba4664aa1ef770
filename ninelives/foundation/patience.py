"""Reads that may take long, so that nothing else waits for them: few at a time, and none for long."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from time import monotonic

from django.db import OperationalError, connection, transaction

# The server has few threads, and who waits has one too.
AT_ONCE, WAITING = 3, 2
MOST_WAITED = 0.3
MOST_MILLISECONDS = 1500

_room, _bench = BoundedSemaphore(AT_ONCE), BoundedSemaphore(WAITING)
_TOO_LONG = "57014"
_BOUND = "SELECT set_config('statement_timeout', %s, true)"


class TooLongError(Exception):
    """It was given up; what was read until then stands."""


class BusyError(TooLongError):
    """It was not begun, as others are at it."""


class Patience:
    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    def check(self) -> None:
        """Between two statements: each of them has the time of the whole."""
        if monotonic() > self._until:
            raise TooLongError


@contextmanager
def impatiently() -> Iterator[Patience]:
    """Raises TooLongError, after which the connection can be used as before."""
    _take_a_place()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BOUND, [str(MOST_MILLISECONDS)])
            yield Patience(MOST_MILLISECONDS / 1000)
    except OperationalError as reason:
        if getattr(reason.__cause__, "sqlstate", "") != _TOO_LONG:
            raise
        raise TooLongError from reason
    finally:
        _room.release()


def _take_a_place() -> None:
    if _room.acquire(blocking=False):
        return
    if not _bench.acquire(blocking=False):
        raise BusyError
    try:
        if not _room.acquire(timeout=MOST_WAITED):
            raise BusyError
    finally:
        _bench.release()
