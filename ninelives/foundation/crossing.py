"""Transactions that hold several rows at once may each want what the other has. PostgreSQL ends one of the two, of
which nothing is left: that one simply goes again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

TRIES = 5

Given = ParamSpec("Given")
Made = TypeVar("Made")


def is_crossed(reason: BaseException) -> bool:
    return isinstance(reason.__cause__, DeadlockDetected)


def again_if_crossed(action: Callable[Given, Made]) -> Callable[Given, Made]:
    """For an action that is one transaction and reads anew what it changes. Within a larger one nothing is done."""

    @wraps(action)
    def patient(*given: Given.args, **named: Given.kwargs) -> Made:
        for _ in range(TRIES - 1):
            try:
                return action(*given, **named)
            except OperationalError as reason:
                if connection.in_atomic_block or not is_crossed(reason):
                    raise
        return action(*given, **named)

    return patient
