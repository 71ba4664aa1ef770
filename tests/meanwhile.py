"""What others do while something is read: before one of its statements, in the same connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event
from typing import Any

from django.db import connection


@contextmanager
def before_statement(place: int, deed: Callable[[], object]) -> Iterator[Event]:
    """Once, before the statement with this number from 0 on; the event is set when there was one."""
    passed, met = count(), Event()

    def wrapper(execute: Callable[..., Any], *statement: Any) -> Any:
        if not met.is_set() and next(passed) == place:
            met.set()
            deed()
        return execute(*statement)

    with connection.execute_wrapper(wrapper):
        yield met
