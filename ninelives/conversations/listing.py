"""The rows of a list: all that one shows of many conversations, in one statement, for one reader or for many."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from ninelives.conversations.filtering import Filter
from ninelives.conversations.models import MANY_CONTACTS

if TYPE_CHECKING:
    from ninelives.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Listed:
    """One row, its fields in the order of the statement's columns: a list of models costs twice as much."""

    id: UUID
    subject: str
    status: str
    assignee_id: UUID | None
    last_at: datetime
    waiting_since: datetime | None
    preview: str
    is_automatic: bool
    brand_id: UUID
    # As whom the customer is read.
    customer_id: UUID
    customer: str
    channel: str
    assignee: str | None
    is_unread: bool
    snoozed_until: datetime | None
    tags: list[str]
    # That the question took, of an open case that took many; else 0.
    contacts: int


class Order(Enum):
    """Of a list: the fields, and the same in SQL."""

    NEWEST = ("-last_at", "-id"), "c.last_at DESC, c.id DESC"
    SOONEST = ("snoozed_until", "id"), "c.snoozed_until, c.id"


def listed(person: "Person", chosen: tuple[str, Sequence[Any]], order: Order = Order.NEWEST) -> list[Listed]:
    """What a row shows of the conversations whose ids this statement gives: only those this person may see."""
    # Only those that are shown are joined with what is shown of them: a search may find thousands.
    ids, given = chosen
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH chosen (id) AS MATERIALIZED ({ids}) {_ROWS} ORDER BY {order.value[1]}", [*given, person.pk]
        )
        return [Listed(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of some conversations those that fit; without a filter, all that this person may see."""

    person: "Person"
    filter: Filter | None
    ids: Collection[UUID]


def listed_for(wanted: Sequence[Wanted]) -> list[list[Listed]]:
    """The rows of many readers at once: at a signal every open desk wants the same few conversations."""
    asked = [(one, _as_columns(one)) for one in wanted]
    rows = [(number, id_, *columns) for number, (one, columns) in enumerate(asked) for id_ in one.ids]
    found: list[list[Listed]] = [[] for _ in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_FOR, [*_columns(rows, 11), *_brands_of(one.person for one in wanted)])
        for number, *row in cursor:
            found[number].append(Listed(*row))
    return found


def _as_columns(wanted: Wanted) -> tuple[Any, ...]:
    """Of `_ROWS_FOR`, from the person on."""
    if wanted.filter is None:
        return (wanted.person.pk, "", False, None, None, None, None, False, False)
    fit, brand = wanted.filter.for_reader(wanted.person), wanted.filter.brand
    shape = fit.shape
    owner = (shape.status, shape.is_owned, fit.assignee)
    return (wanted.person.pk, *owner, brand, fit.account, fit.tag, shape.is_waiting, shape.is_unread)


def counts_for(people: Collection["Person"], most: int) -> dict[UUID, dict[str, int]]:
    """`queries.counts` of many readers at once."""
    with connection.cursor() as cursor:
        ids, brands = _brands_of(people)
        cursor.execute(_COUNTS_FOR, {"people": ids, "brands": brands, "most": most})
        names = ("unread", "mine", "unassigned", "all", "snoozed")
        return {person: dict(zip(names, counts, strict=True)) for person, *counts in cursor}


def _brands_of(people: Iterable["Person"]) -> list[list[UUID]]:
    """Two columns: a person, and a brand that they work for."""
    return _columns([(person.pk, brand) for person in set(people) for brand in person.brand_ids], 2)


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(count)]


# Read is who has a mark that is not older than the last news; closed is closed, whoever read it.
IS_UNREAD = """(c.status = 'open' AND CASE WHEN mark.id IS NULL THEN c.heard_at IS NOT NULL
    ELSE mark.up_to IS NULL OR coalesce(c.heard_at > mark.up_to, false) END)"""
_TAGS = """ARRAY(SELECT tag.name FROM conversations_tagging tagging
    JOIN conversations_tag tag ON tag.id = tagging.tag_id
    WHERE tagging.conversation_id = c.id AND tagging.ended_at IS NULL ORDER BY tagging.at, tagging.id)"""
_SHOWN = f"""c.id, c.subject, c.status, c.assignee_id, c.last_at, c.waiting_since, c.preview, c.is_automatic,
    c.brand_id, coalesce(root.id, customer.id), coalesce(root.name, customer.name), account.kind, assignee.name,
    {IS_UNREAD}, c.snoozed_until, {_TAGS}, coalesce(kase.contacts, 0)"""
_JOINED = f"""
    JOIN customers_customer customer ON customer.id = c.customer_id
    LEFT JOIN customers_customer root ON root.id = customer.root_id
    JOIN channels_channelaccount account ON account.id = c.account_id
    LEFT JOIN accounts_person assignee ON assignee.id = c.assignee_id
    LEFT JOIN conversations_case kase
        ON kase.id = c.case_id AND kase.status = 'open' AND kase.contacts >= {MANY_CONTACTS}
"""
_ROWS = f"""
    SELECT {_SHOWN} FROM chosen JOIN conversations_conversation c ON c.id = chosen.id {_JOINED}
    LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = %s
"""  # noqa: S608 - put together from constants and what Django compiled
# Who may see what, and what belongs where: `visible_to` and `filtering.fitting` once more. A test holds them together.
_ROWS_FOR = f"""
    WITH wanted (number, id, person_id, status, is_owned, assignee_id, brand_id, account_id, tag_id, is_waiting,
                 is_unread) AS (
            SELECT * FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::text[], %s::bool[], %s::uuid[], %s::uuid[],
                                 %s::uuid[], %s::uuid[], %s::bool[], %s::bool[])),
         works (person_id, brand_id) AS (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
    SELECT wanted.number, {_SHOWN} FROM wanted
    JOIN conversations_conversation c ON c.id = wanted.id
    JOIN works ON works.person_id = wanted.person_id AND works.brand_id = c.brand_id {_JOINED}
    LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = wanted.person_id
    WHERE wanted.status = '' AND c.status <> 'merged'
       OR wanted.status = CASE WHEN c.snoozed_until IS NULL THEN c.status ELSE 'snoozed' END
          AND (NOT wanted.is_owned OR c.assignee_id IS NOT DISTINCT FROM wanted.assignee_id)
          AND coalesce(c.brand_id = wanted.brand_id, true) AND coalesce(c.account_id = wanted.account_id, true)
          AND (wanted.tag_id IS NULL OR EXISTS (
                SELECT FROM conversations_tagging tagging
                WHERE tagging.conversation_id = c.id AND tagging.tag_id = wanted.tag_id AND tagging.ended_at IS NULL))
          AND (NOT wanted.is_waiting OR c.waiting_since IS NOT NULL) AND (NOT wanted.is_unread OR {IS_UNREAD})
"""  # noqa: S608 - put together from constants
# What is nobody's own is counted once for all who work for the same brands.
_OURS = "FROM conversations_conversation c WHERE c.brand_id = ANY(brands)"
_OPEN = f"{_OURS} AND c.status = 'open' AND c.snoozed_until IS NULL"
_COUNTS_FOR = f"""
    WITH works AS (
        SELECT person_id, array_agg(brand_id ORDER BY brand_id) AS brands
        FROM unnest(%(people)s::uuid[], %(brands)s::uuid[]) AS one (person_id, brand_id) GROUP BY person_id
    ), together AS (
        SELECT brands,
            (SELECT count(*) FROM (SELECT 1 {_OPEN} AND c.assignee_id IS NULL LIMIT %(most)s) AS them) AS unassigned,
            (SELECT count(*) FROM (SELECT 1 {_OPEN} LIMIT %(most)s) AS them) AS every,
            (SELECT count(*) FROM (SELECT 1 {_OURS} AND c.snoozed_until IS NOT NULL LIMIT %(most)s) AS them) AS snoozed
        FROM (SELECT DISTINCT brands FROM works) AS sets
    )
    SELECT person_id,
        (SELECT count(*) FROM (
            SELECT 1 FROM conversations_conversation c
            LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = works.person_id
            WHERE c.assignee_id = works.person_id AND c.brand_id = ANY(brands) AND c.snoozed_until IS NULL
                AND {IS_UNREAD}
            LIMIT %(most)s) AS them),
        (SELECT count(*) FROM (SELECT 1 {_OPEN} AND c.assignee_id = works.person_id LIMIT %(most)s) AS them),
        unassigned, every, snoozed
    FROM works JOIN together USING (brands)
"""  # noqa: S608 - put together from constants
