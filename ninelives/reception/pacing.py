"""How much anybody may ask of the customers' door in a time. Counted in the database, so that all web processes count
together; in a table that is not logged, so that counting costs no wait for the disk."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many (calls, bytes) in so many seconds, of one visitor and from one network address."""

    name: str
    visitor: int
    network: int
    seconds: int = 60


class TooFastError(Exception):
    """Wait so many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(str(wait))
        self.wait = wait


def spend(pace: Pace, *, visitor: str = "", network: str = "", amount: int = 1) -> None:
    """Count this. Raises TooFastError, and counts on: who does not wait, waits longer."""
    began = int(time.time()) // pace.seconds * pace.seconds
    most = {_key(pace, who, name): most for who, name, most in _who(pace, visitor, network)}
    spent = _count(most, began, amount)
    if any(spent[key] > most[key] for key in most):
        raise TooFastError(began + pace.seconds - int(time.time()))


def _who(pace: Pace, visitor: str, network: str) -> list[tuple[str, str, int]]:
    asked = [("visitor", visitor, pace.visitor), ("network", network, pace.network)]
    return [one for one in asked if one[1]]


def _key(pace: Pace, who: str, name: str) -> str:
    return hashlib.sha256(f"{pace.name}\0{who}\0{name}".encode()).hexdigest()[:32]


def _count(keys: Mapping[str, int], began: int, amount: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        # In one order for everybody, so that two who share a network never wait for each other.
        cursor.execute(_COUNT, [began, amount, sorted(keys)])
        return dict(cursor.fetchall())


_COUNT = """
    INSERT INTO reception_spending AS known (key, began, spent)
    SELECT one, %s, %s FROM unnest(%s::text[]) AS one
    ON CONFLICT (key) DO UPDATE SET
        began = excluded.began,
        spent = excluded.spent + CASE WHEN known.began = excluded.began THEN known.spent ELSE 0 END
    RETURNING key, spent
"""
