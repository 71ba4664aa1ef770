"""Who may be the same as whom, by addresses and names: a few looks in indexes, never a walk through all customers."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection

from ninelives.customers.alike import LEFT_OUT, TELEPHONE, AfterSign, LastDigits, NameKey
from ninelives.customers.models import Customer

# What so many share says nothing: the domain of a mail provider, the number of a switchboard.
MOST = 40
NEARLY = 0.6


class Reason(StrEnum):
    OWN_ID = "own_id"
    CLAIMED = "claimed"
    PHONE = "phone"
    POSTCODE = "postcode"
    DOMAIN = "domain"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that has something in common with a customer.

    `weight`, from 0 to 1: what that says by itself. `name`, from 0 to 1: how alike the names are.
    """

    record: UUID
    reason: Reason | None
    weight: float
    name: float


def alike(customer: Customer) -> list[Alike]:
    """`customer` is read as itself. Where only the names are alike there is no reason: that alone says nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE, {"record": customer.pk, "base": customer.base_id, "name": customer.name, "most": MOST + 1}
        )
        found = [_Found(*row) for row in cursor.fetchall()]
    return list(_judged(found, customer.name))


def likeness(one: str, other: str, *, same_key: bool) -> float:
    """Of two names, from 0 to 1; below NEARLY counts as nothing."""
    words = _words(one), _words(other)
    if not all(words) or "@" in one + other:
        return 0.0
    if sorted(words[0]) == sorted(words[1]):
        return 1.0
    if same_key and _agree(words[0][0], words[1][0]):
        return 0.9
    common, all_of_them = _trigrams(words[0]) & _trigrams(words[1]), _trigrams(words[0]) | _trigrams(words[1])
    nearly = len(common) / len(all_of_them)
    return nearly if nearly >= NEARLY else 0.0


@dataclass(frozen=True, slots=True)
class _Found:
    record: UUID
    name: str
    by: str
    proof: str


_WEIGHTS = {"own_id": 0.95, "phone": 0.85, "domain": 0.8}
# The stronger the proof of the known one, the more a claim of the same says.
_CLAIMS = {"proven": 0.9, "usual": 0.8, "claimed": 0.6}


def _judged(found: list[_Found], name: str) -> Iterator[Alike]:
    of_same_key = {(one.record, one.name) for one in found if one.by == "name"}
    for one in found:
        likely = likeness(name, one.name, same_key=(one.record, one.name) in of_same_key)
        if one.by == "name":
            yield Alike(one.record, None, 0.0, likely)
        elif one.by != "domain":
            yield Alike(one.record, Reason(one.by), _WEIGHTS.get(one.by) or _CLAIMS[one.proof], likely)
        elif likely:
            # A domain is many people's: it only says something of a name.
            yield Alike(one.record, Reason.DOMAIN, _WEIGHTS["domain"] * likely, likely)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    return [word for word in re.findall(r"\w+", plain.lower()) if word not in _PARTICLES]


_PARTICLES = frozenset(LEFT_OUT.split("|"))


def _trigrams(words: list[str]) -> set[str]:
    """As pg_trgm cuts them."""
    padded = (f"  {word} " for word in words)
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def _agree(one: str, other: str) -> bool:
    """First names: D. and Dora, Jan and Jannes; not Dora and Daan."""
    short, long = sorted((one, other), key=len)
    return len(short) == 1 or (len(short) > 2 and long.startswith(short))


def _sql(expression: LastDigits | AfterSign | NameKey, of: str) -> str:
    return str(expression.template % {"expressions": of, **expression.extra})


def _few(by: str, expression: LastDigits | AfterSign, where: str) -> str:
    """Addresses that share this with ours, unless it is many that do. `where` is the condition of their index."""
    shared = _sql(expression, "value")
    return f"""
        (SELECT a.customer_id, '{by}', a.proof
         FROM (SELECT DISTINCT {shared} AS shared FROM ours WHERE {where}) o,
         LATERAL (
             SELECT customer_id, proof, count(*) OVER () AS sharing
             FROM (SELECT customer_id, proof FROM customers_customeraddress
                   WHERE {where} AND {shared} = o.shared LIMIT %(most)s) few
         ) a
         WHERE a.sharing < %(most)s)"""  # noqa: S608 - put together from constants alone


_DIGITS = LastDigits("value")
_DOMAIN, _OWN_ID = AfterSign("value", "@"), AfterSign("value", ":")
_KEY = NameKey("name")
# Each part is written as the condition of its index is, so that PostgreSQL sees that the index will do.
_ALIKE = f"""
    WITH mine AS (
        SELECT id FROM customers_customer WHERE id = %(record)s OR root_id = %(record)s
    ), apart AS (
        SELECT CASE WHEN one_id IN (SELECT id FROM mine) THEN other_id ELSE one_id END AS id
        FROM customers_distinction
        WHERE one_id IN (SELECT id FROM mine) OR other_id IN (SELECT id FROM mine)
    ), ours AS (
        SELECT kind, value, proof FROM customers_customeraddress WHERE customer_id IN (SELECT id FROM mine) LIMIT 40
    ), found (customer_id, by, proof) AS (
        (SELECT a.customer_id, 'claimed', a.proof
         FROM ours o JOIN customers_customeraddress a ON a.kind = o.kind AND a.value = o.value
         WHERE o.proof = 'claimed' AND a.base_id = %(base)s AND a.proof <> 'claimed')
        UNION ALL
        (SELECT a.customer_id, 'claimed', o.proof
         FROM ours o JOIN customers_customeraddress a ON a.kind = o.kind AND a.value = o.value
         WHERE a.base_id = %(base)s AND a.proof = 'claimed' LIMIT %(most)s)
        UNION ALL
        {_few("phone", _DIGITS, f"value ~ '{TELEPHONE}'")}
        UNION ALL
        {_few("own_id", _OWN_ID, "proof = 'proven' AND value LIKE '%%:%%'")}
        UNION ALL
        {_few("domain", _DOMAIN, "kind = 'mail'")}
        UNION ALL
        (SELECT id, 'name', '' FROM customers_customer
         WHERE base_id = %(base)s AND {_sql(_KEY, "name")} = {_sql(_KEY, "%(name)s::text")}
           AND %(name)s <> '' LIMIT %(most)s)
    )
    SELECT DISTINCT coalesce(c.root_id, c.id), c.name, f.by, f.proof
    FROM found f JOIN customers_customer c ON c.id = f.customer_id
    WHERE c.base_id = %(base)s AND c.id NOT IN (SELECT id FROM mine)
      AND NOT EXISTS (
          SELECT FROM apart JOIN customers_customer a ON a.id = apart.id
          WHERE coalesce(a.root_id, a.id) = coalesce(c.root_id, c.id)
      )
"""  # noqa: S608 - put together from constants alone
