"""Who is meant by what somebody typed: by parts of a name, letters of an address, digits of a telephone number.

Conditions that their indexes understand: each is written as its index is.
"""

import re
from typing import Any
from uuid import UUID

from django.db import connection

from ninelives.customers.alike import TELEPHONE, Digits
from ninelives.foundation import spelling
from ninelives.foundation.asking import Asked
from ninelives.foundation.text import folded, literally

# Candidates that are looked at one by one.
MOST_LOOKED_AT, MOST_NEARLY = 400, 20
_DIGITS = str(Digits.template) % {"expressions": "value"}


def given(asked: Asked) -> dict[str, Any]:
    """The parameters of the conditions below."""
    parts = {f"part{n}": f"%{literally(piece.letters)}%" for n, piece in enumerate(asked.pieces)}
    return {"letters": f"%{literally(asked.q.upper())}%", "digits": f"%{asked.digits}%", **parts}


def named(asked: Asked) -> str:
    """Of a customer: every piece stands in the name, in whatever order."""
    parts = [f"foundation_folded(name) LIKE %(part{n})s" for n in range(len(asked.pieces))]
    return f"({' AND '.join(parts) or 'false'})"


def reached(asked: Asked) -> str:
    """Of an address: these letters stand in it, or these digits in a telephone number."""
    letters = "upper(value) LIKE %(letters)s" if asked.q else "false"
    return f"({letters} OR value ~ '{TELEPHONE}' AND {_DIGITS} LIKE %(digits)s)" if asked.digits else f"({letters})"


def positional(sql: str, given: dict[str, Any]) -> tuple[str, list[Any]]:
    """As Django takes it within a query of its own."""
    names = re.findall(r"%\((\w+)\)s", sql)
    return re.sub(r"%\(\w+\)s", "%s", sql), [given[name] for name in names]


def nearly(asked: Asked, base_ids: list[UUID]) -> list[UUID]:
    """Customers whose names are written nearly so, the nearest first; not those that are written just so."""
    words = [piece.letters for piece in asked.pieces]
    if not words or not all(word.isalpha() for word in words) or not any(map(spelling.allowed, words)):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE_ENOUGH)
        cursor.execute(_NEARLY, {"bases": base_ids, "words": " ".join(words), "most": MOST_LOOKED_AT})
        apart = {id_: _apart(words, re.findall(r"\w+", folded(name))) for id_, name in cursor.fetchall()}
    near = sorted((far, id_) for id_, far in apart.items() if far)
    return [id_ for far, id_ in near if far == near[0][0]][:MOST_NEARLY]


def _apart(words: list[str], name: list[str]) -> int | None:
    """How many letters, all words together; None where that is too many."""
    total = 0
    for word in words:
        most = spelling.allowed(word)
        least = min((spelling.distance(word, one, most) for one in name), default=most + 1)
        if least > most and not any(one.startswith(word) for one in name):
            return None
        total += least if least <= most else 0
    return total


_ALIKE_ENOUGH = "SELECT set_config('pg_trgm.word_similarity_threshold', '0.5', true)"
_NEARLY = """
    (SELECT id, name FROM customers_customer
     WHERE foundation_outlines(name) @> foundation_outlines(%(words)s) AND base_id = ANY(%(bases)s::uuid[])
     LIMIT %(most)s)
    UNION
    (SELECT id, name FROM customers_customer
     WHERE %(words)s <%% foundation_folded(name) AND base_id = ANY(%(bases)s::uuid[]) LIMIT %(most)s)
"""
