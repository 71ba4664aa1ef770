"""Who has anything in common with a customer that indexes can find, and what is known of each: never a walk.

In the trade it is called blocking: only who meets in one of these looks is compared at all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ninelives.customers.alike import TELEPHONE, AfterSign, DetailKey, LastDigits, NameKey
from ninelives.customers.comparing import Known, Reach, Reason
from ninelives.customers.comparing.closeness import key, with_day_for_month
from ninelives.customers.models import Customer
from ninelives.foundation.address import Proof

# What so many share says nothing: the domain of a mail provider, the number of a switchboard, the name Jan de Vries.
MOST = 40
# Born on one day are many, but what else is known of them tells them apart.
MOST_OF_ONE_DAY = 100
MOST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """`shared`: of what many have, that few have just this in common."""

    record: UUID
    shared: frozenset[Reason]


def candidates(customer: Customer, own: Known) -> list[Candidate]:
    """`customer` is read as itself; `own` is known of it. Whoever was told apart from it is none."""
    births = own.of("birth_date")
    given: dict[str, Any] = {
        "record": customer.pk,
        "base": customer.base_id,
        "names": [name for name in own.names if "@" not in name],
        "births": [*births, *map(with_day_for_month, births)],
        "numbers": own.of("number"),
        "houses": own.of("house_number"),
        "postcodes": own.of("postcode"),
        "streets": own.of("street"),
        "most": MOST + 1,
        "most_born": MOST_OF_ONE_DAY,
        "most_compared": MOST_COMPARED,
    }
    found: dict[UUID, set[Reason]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, given)
        for record, by in cursor.fetchall():
            found[record].update(_SHARED.get(by, ()))
    return [Candidate(record, frozenset(shared)) for record, shared in found.items()]


_SHARED = {"phone": (Reason.PHONE,), "own_id": (Reason.OWN_ID,), "domain": (Reason.DOMAIN,)}


def known_of(records: Collection[UUID]) -> Mapping[UUID, Known]:
    """Of records: with all that their members were called and told."""
    told: dict[UUID, list[_Told]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"records": list(records)})
        for record, *row in cursor.fetchall():
            told[record].append(_Told(*row))
    return {record: _known(rows) for record, rows in told.items()}


@dataclass(frozen=True, slots=True)
class _Told:
    what: str  # name, address, detail
    kind: str
    value: str
    proof: str
    is_shown: bool


def _known(rows: list[_Told]) -> Known:
    reaches = [Reach(row.kind, row.value, Proof(row.proof), row.is_shown) for row in rows if row.what == "address"]
    names = {row.value for row in rows if "name" in (row.what, row.kind)}
    return Known(
        # Who never gave a name is called by their address.
        names=frozenset(names - {reach.value for reach in reaches}),
        reaches=tuple(reaches),
        details=frozenset((row.kind, key(row.value)) for row in rows if row.what == "detail" and row.kind != "name"),
    )


_KNOWN = """
    WITH those AS (
        SELECT id, coalesce(root_id, id) AS record, name FROM customers_customer WHERE id = ANY(%(records)s::uuid[])
        UNION
        SELECT id, root_id, name FROM customers_customer WHERE root_id = ANY(%(records)s::uuid[])
    )
    SELECT record, 'name', '', name, '', false FROM those
    UNION ALL
    SELECT t.record, 'address', a.kind, a.value, a.proof, a.proven_at IS NOT NULL
    FROM those t JOIN customers_customeraddress a ON a.customer_id = t.id
    UNION ALL
    SELECT t.record, 'detail', d.kind, d.value, '', false
    FROM those t JOIN customers_customerdetail d ON d.customer_id = t.id
"""


def _sql(expression: LastDigits | AfterSign | NameKey | DetailKey, of: str) -> str:
    return str(expression.template % {"expressions": of, **expression.extra})


def _few(by: str, expression: LastDigits | AfterSign, where: str) -> str:
    """Addresses that share this with ours, unless it is many that do. `where` is the condition of their index."""
    shared = _sql(expression, "value")
    return f"""
        (SELECT a.customer_id, '{by}'
         FROM (SELECT DISTINCT {shared} AS shared FROM ours WHERE {where}) o,
         LATERAL (
             SELECT customer_id, count(*) OVER () AS sharing
             FROM (SELECT customer_id FROM customers_customeraddress
                   WHERE {where} AND {shared} = o.shared LIMIT %(most)s) few
         ) a
         WHERE a.sharing < %(most)s)"""  # noqa: S608 - put together from constants alone


def _detail(kind: str, keys: str, most: str, *, at_house: bool = False) -> str:
    """Details of this kind with one of these keys; `at_house`: of those who told one of our house numbers too."""
    key_ = _sql(_DETAIL, "value")
    house = f"""
        AND EXISTS (SELECT FROM customers_customerdetail h WHERE h.customer_id = d.customer_id
                    AND h.kind = 'house_number' AND {_sql(_DETAIL, "h.value")} = ANY(%(houses)s))"""
    return f"""
        (SELECT t.customer_id, '{kind}'
         FROM unnest(%({keys})s::text[]) AS o(key),
         LATERAL (SELECT d.customer_id FROM customers_customerdetail d
                  WHERE d.kind = '{kind}' AND {key_.replace("value", "d.value")} = o.key
                  {house if at_house else ""} LIMIT %({most})s) t)"""  # noqa: S608 - put together from constants alone


_DIGITS, _DETAIL = LastDigits("value"), DetailKey("value")
_DOMAIN, _OWN_ID = AfterSign("value", "@"), AfterSign("value", ":")
_KEY = NameKey("name")
# Each part is written as the condition of its index is, so that PostgreSQL sees that the index will do.
_CANDIDATES = f"""
    WITH mine AS (
        SELECT id FROM customers_customer WHERE id = %(record)s OR root_id = %(record)s
    ), apart AS (
        SELECT CASE WHEN one_id IN (SELECT id FROM mine) THEN other_id ELSE one_id END AS id
        FROM customers_distinction
        WHERE one_id IN (SELECT id FROM mine) OR other_id IN (SELECT id FROM mine)
    ), ours AS (
        SELECT kind, value, proof FROM customers_customeraddress WHERE customer_id IN (SELECT id FROM mine) LIMIT 40
    ), found (customer_id, by) AS (
        (SELECT a.customer_id, 'claimed'
         FROM ours o JOIN customers_customeraddress a ON a.kind = o.kind AND a.value = o.value
         WHERE o.proof = 'claimed' AND a.base_id = %(base)s AND a.proof <> 'claimed')
        UNION ALL
        (SELECT a.customer_id, 'claimed'
         FROM ours o JOIN customers_customeraddress a ON a.kind = o.kind AND a.value = o.value
         WHERE a.base_id = %(base)s AND a.proof = 'claimed' LIMIT %(most)s)
        UNION ALL
        {_few("phone", _DIGITS, f"value ~ '{TELEPHONE}'")}
        UNION ALL
        {_few("own_id", _OWN_ID, "proof = 'proven' AND value LIKE '%%:%%'")}
        UNION ALL
        {_few("domain", _DOMAIN, "kind = 'mail'")}
        UNION ALL
        {_detail("birth_date", "births", "most_born")}
        UNION ALL
        {_detail("number", "numbers", "most")}
        UNION ALL
        {_detail("postcode", "postcodes", "most", at_house=True)}
        UNION ALL
        {_detail("street", "streets", "most", at_house=True)}
        UNION ALL
        (SELECT c.id, 'name'
         FROM unnest(%(names)s::text[]) AS o(name),
         LATERAL (SELECT id FROM customers_customer
                  WHERE base_id = %(base)s AND {_sql(_KEY, "name")} = {_sql(_KEY, "o.name")} LIMIT %(most)s) c
         WHERE o.name <> '')
    )
    SELECT DISTINCT coalesce(c.root_id, c.id), f.by
    FROM found f JOIN customers_customer c ON c.id = f.customer_id
    WHERE c.base_id = %(base)s AND c.id NOT IN (SELECT id FROM mine)
      AND NOT EXISTS (
          SELECT FROM apart JOIN customers_customer a ON a.id = apart.id
          WHERE coalesce(a.root_id, a.id) = coalesce(c.root_id, c.id)
      )
    LIMIT %(most_compared)s
"""  # noqa: S608 - put together from constants alone
