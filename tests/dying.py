"""Dying at every step of a deed: before and after each thing that the database keeps.

A step is a commit, or a statement outside a transaction, which is one of its own. `killed` does the deed in a process
of its own that gets kill -9 at that step; `cut_off` does it here and takes the database's line away.
"""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from ninelives.foundation.live import listener_parameters

Deed = Callable[[], object]
# Whether the deed got as far as that step; else it was done to its end.
Fate = Callable[[Deed, int], bool]


def steps(most: int = 60) -> Iterator[int]:
    """1, 2, 3 …: whoever asks stops at the first that a deed does not get to."""
    yield from range(1, most)
    raise AssertionError(f"a deed of more than {most} steps")


def killed(deed: Deed, step: int) -> bool:
    connection.close()
    child = os.fork()
    if not child:
        _die_in(deed, step)
    _, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended) or os.waitstatus_to_exitcode(ended) == 0, "the deed failed by itself"
    return os.WIFSIGNALED(ended)


def cut_off(deed: Deed, step: int) -> bool:
    """The line to the database is dead from this step on; after a commit nobody knows whether it was one."""
    connection.close()
    connection.ensure_connection()
    cut: list[int] = []

    def cut_it() -> None:
        cut.append(step)
        with psycopg.connect(**listener_parameters(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    try:
        with _stepping(step, cut_it):
            deed()
    except (DatabaseError, InterfaceError):
        assert cut, "the database failed by itself"
    finally:
        connection.close()
    return bool(cut)


def _die_in(deed: Deed, step: int) -> None:
    ended = 1
    try:
        with _stepping(step, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            deed()
        ended = 0
    except BaseException:  # noqa: BLE001 - told to the parent by the exit
        traceback.print_exc()
    finally:
        os._exit(ended)


@contextmanager
def _stepping(step: int, happens: Callable[[], None]) -> Iterator[None]:
    passed = count(1)

    def pass_one() -> None:
        if next(passed) == step:
            happens()

    def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            return execute(sql, params, many, context)
        pass_one()
        try:
            return execute(sql, params, many, context)
        finally:
            pass_one()

    def commit() -> None:
        pass_one()
        honest()
        pass_one()

    honest = connection._commit
    connection._commit = commit
    try:
        with connection.execute_wrapper(statement):
            yield
    finally:
        connection._commit = honest
