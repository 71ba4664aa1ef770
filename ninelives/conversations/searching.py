"""Search at any size: the newest conversations that were asked for, a page at a time.

What is meant is `queries.search`: a conversation whose number, customer or words these are. Read as one query, that
costs as much as there are matches, and a common word has a hundred thousand. So each way to be found gives its own
newest, and they are merged; and each chooses between two roads. What is rare is looked up in an index and sorted.
What is common is met soon by walking through the conversations from the newest on. No way is left to the planner's
guess of how common something is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from ninelives.conversations.queries import number_in, words_in
from ninelives.foundation.text import literally, storable

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# A search that takes longer gives what it has: it never holds up the desk.
MOST_MILLISECONDS = 1500
# Conversations walked through before any index is asked, and further where that has found a third of a page.
NEAR, FURTHER = 100, 2000
# More customers than this are not looked up one by one.
FEW_CUSTOMERS = 1000

Moment = tuple[datetime, UUID]
_Row = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Found:
    ids: list[UUID]
    # False: it took too long, and there may be more.
    is_whole: bool = True


def newest(actor: "Actor", q: str, *, most: int, after: Moment | tuple[None, None] = (None, None)) -> Found:
    """The newest conversations visible to the actor that these words find; `after`: older than this one."""
    asked = storable(q).strip()
    if not asked or not actor.brand_ids:
        return Found([])
    at, last_id = after
    given = {
        "brands": list(actor.brand_ids),
        "bases": list(actor.base_ids),
        "at": at or datetime(9000, 1, 1, tzinfo=UTC),
        "id": last_id or UUID(int=2**128 - 1),
        "most": most,
        "number": number_in(asked),
        "letters": f"%{literally(asked.upper())}%",
        "words": words_in(asked),
    }
    return _merged(_ways(given), most)


def _merged(ways: Iterator[list[_Row]], most: int) -> Found:
    found: set[_Row] = set()
    is_whole = True
    try:
        with transaction.atomic():
            _rows(_BOUNDS, {"milliseconds": str(MOST_MILLISECONDS)})
            for rows in ways:
                found.update(rows)
    except OperationalError as reason:
        if getattr(reason.__cause__, "sqlstate", "") != _TOO_LONG:
            raise
        is_whole = False
    return Found([id_ for _at, id_ in sorted(found, reverse=True)[:most]], is_whole)


_TOO_LONG = "57014"
_BOUNDS = "SELECT set_config('statement_timeout', %(milliseconds)s, true)"


def _ways(given: dict[str, Any]) -> Iterator[list[_Row]]:
    """The quickest first, so that they are there if another takes too long."""
    if given["number"] is not None:
        yield _rows(_NUMBERED, given)
    yield _of_customers(given)
    if given["words"]:
        yield _saying(given)


def _of_customers(given: dict[str, Any]) -> list[_Row]:
    ids = [id_ for (id_,) in _rows(_CUSTOMERS, given | {"few": FEW_CUSTOMERS})]
    if len(ids) >= FEW_CUSTOMERS:
        return _rows(_WALK_CUSTOMERS, given)
    return _rows(_OF_THESE, given | {"customers": ids}) if ids else []


def _saying(given: dict[str, Any]) -> list[_Row]:
    for bound, enough in (NEAR, given["most"] / 3), (FURTHER, given["most"]):
        met = _rows(_WALK_NEAR, given | {"near": bound})
        if len(met) == given["most"]:
            return met
        if len(met) < enough:
            break
    _rows(_BY_INDEX, {})
    looked_up = _rows(_LOOK_UP, given)
    is_common = looked_up[0][0]
    return _rows(_WALK, given) if is_common else [(at, id_) for _common, at, id_ in looked_up if id_]


def _rows(sql: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


# How common a word is must not decide: with a guess that is wrong, reading all messages would look cheap.
_BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true)"
_THEIRS = "c.brand_id = ANY(%(brands)s::uuid[]) AND (c.last_at, c.id) < (%(at)s, %(id)s)"
_NEWEST = "ORDER BY c.last_at DESC, c.id DESC"
_NUMBERED = f"SELECT c.last_at, c.id FROM conversations_conversation c WHERE c.number = %(number)s AND {_THEIRS}"  # noqa: S608 - all of these are put together from constants alone

_CUSTOMERS = """
    WITH named AS (
        (SELECT id FROM customers_customer
         WHERE base_id = ANY(%(bases)s::uuid[]) AND upper(name) LIKE %(letters)s LIMIT %(few)s)
        UNION
        (SELECT customer_id FROM customers_customeraddress
         WHERE base_id = ANY(%(bases)s::uuid[]) AND upper(value) LIKE %(letters)s LIMIT %(few)s)
    )
    SELECT id FROM named
    UNION
    SELECT other.id FROM customers_customer one JOIN customers_customer other ON other.root_id = one.root_id
    WHERE one.root_id IS NOT NULL AND one.id IN (SELECT id FROM named)
"""
_OF_THESE = f"""
    SELECT c.last_at, c.id FROM conversations_conversation c
    WHERE c.customer_id = ANY(%(customers)s::uuid[]) AND {_THEIRS} {_NEWEST} LIMIT %(most)s
"""  # noqa: S608

# A lateral join with a limit of its own is asked for one conversation at a time, in the order of the walk.
_WALKED = f"""
    SELECT c.last_at, c.id
    FROM (SELECT c.* FROM conversations_conversation c WHERE {_THEIRS} {_NEWEST} LIMIT %(near)s) AS c
    CROSS JOIN LATERAL (MATCH LIMIT 1) AS found
    {_NEWEST} LIMIT %(most)s
"""  # noqa: S608
_IS_NAMED = """(upper(u.name) LIKE %(letters)s OR EXISTS (
    SELECT FROM customers_customeraddress a WHERE a.customer_id = u.id AND upper(a.value) LIKE %(letters)s))"""
_NAMED = f"""
    SELECT 1 FROM customers_customer own
    CROSS JOIN LATERAL (
        SELECT own.id, own.name
        UNION ALL
        SELECT other.id, other.name FROM customers_customer other WHERE other.root_id = own.root_id
    ) AS u
    WHERE own.id = c.customer_id AND {_IS_NAMED}
"""  # noqa: S608
# Hidden from the index over all words, which would be asked anew for each conversation.
_SAYS = """
    SELECT 1 FROM conversations_message m
    WHERE m.conversation_id = c.id AND coalesce(m.words @@ to_tsquery('simple', %(words)s), false)
"""
_WALK_NEAR = _WALKED.replace("MATCH", _SAYS)
_WALK = _WALK_NEAR.replace("LIMIT %(near)s", "")
_WALK_CUSTOMERS = _WALKED.replace("MATCH", _NAMED).replace("LIMIT %(near)s", "")

# Up to so many messages are cheaper read and sorted than met on the walk: both costs are equal where the number of
# matches is about the root of eighty times the conversations.
_LOOK_UP = f"""
    WITH bound AS (
        SELECT greatest(300, sqrt(80 * greatest(reltuples, 0)))::bigint AS most
        FROM pg_class WHERE oid = 'conversations_conversation'::regclass
    ), said AS MATERIALIZED (
        SELECT m.conversation_id FROM conversations_message m
        WHERE m.words @@ to_tsquery('simple', %(words)s) LIMIT (SELECT most FROM bound)
    ), theirs AS (
        SELECT c.last_at, c.id FROM conversations_conversation c
        WHERE c.id IN (SELECT conversation_id FROM said) AND {_THEIRS} {_NEWEST} LIMIT %(most)s
    )
    SELECT (SELECT count(*) FROM said) >= (SELECT most FROM bound), theirs.last_at, theirs.id
    FROM (SELECT) AS always LEFT JOIN theirs ON true
"""  # noqa: S608
