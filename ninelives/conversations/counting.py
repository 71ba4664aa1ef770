"""How many are in the views that people make: those of many readers in one statement, at a cost that has an end."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from ninelives.conversations.filtering import Fit, Shape
from ninelives.conversations.listing import IS_UNREAD

# Where no index has the answer, so many rows are looked at for one count.
WALKED = 5000


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    # Not all could be looked at.
    is_least: bool


def counted(fits: Collection[Fit], most: int) -> dict[Fit, Count]:
    """Each counted up to `most`; what two readers have in common is counted once."""
    asked = list(dict.fromkeys(fits))
    if not asked:
        return {}
    kinds = defaultdict(list)
    for number, fit in enumerate(asked):
        kinds[_Kind.of(fit)].append((number, fit))
    sets = list({fit.brands for fit in asked})
    given: list[Any] = _columns([(n, brand) for n, brands in enumerate(sets) for brand in brands], 2)
    for kind, some in kinds.items():
        given += _columns([(n, sets.index(one.brands), *one.values[1:]) for n, one in some], 6)
        given.append(WALKED if kind.is_walked else most)
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(kinds)), given)
        found = {asked[number]: _count(fitted, walked, most) for number, fitted, walked in cursor}
    return {fit: found.get(fit, Count(0, False)) for fit in asked}


@dataclass(frozen=True, slots=True)
class _Kind:
    """All that have the same statement."""

    shape: Shape
    is_nobodys: bool
    has_account: bool
    has_tag: bool

    @classmethod
    def of(cls, fit: Fit) -> "_Kind":
        is_nobodys = fit.shape.is_owned and fit.assignee is None
        return cls(fit.shape, is_nobodys, fit.account is not None, fit.tag is not None)

    @property
    def is_walked(self) -> bool:
        return self.has_account or self.shape.is_waiting or self.shape.is_unread


@cache
def _statement(kinds: tuple[_Kind, ...]) -> str:
    return f"""WITH sets AS (
        SELECT number, array_agg(brand) AS brands FROM unnest(%s::int[], %s::uuid[]) AS one (number, brand) GROUP BY 1
    ) {" UNION ALL ".join(_of_a_kind(kind) for kind in kinds)}"""  # noqa: S608 - put together from constants


def _of_a_kind(kind: _Kind) -> str:
    joined, fits = _parts(kind)
    return f"""
        SELECT w.number, them.fitted, them.walked
        FROM unnest(%s::int[], %s::int[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[])
            AS w (number, brands, assignee, account, tag, reader)
        JOIN sets ON sets.number = w.brands
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE is_it) AS fitted, count(*) AS walked
            FROM (SELECT {fits} AS is_it FROM conversations_conversation c {joined} LIMIT %s) AS seen
        ) AS them"""  # noqa: S608 - put together from constants


def _parts(kind: _Kind) -> tuple[str, str]:
    """What an index finds, and what has to be looked at for it."""
    shape, joined, looked_at = kind.shape, "", ["true"]
    found = ["c.brand_id = ANY(sets.brands)", _STATUS[shape.status]]
    if shape.is_owned:
        found.append("c.assignee_id IS NULL" if kind.is_nobodys else "c.assignee_id = w.assignee")
    if kind.has_tag:
        joined = """JOIN conversations_tagging tagging
            ON tagging.conversation_id = c.id AND tagging.tag_id = w.tag AND tagging.ended_at IS NULL"""
    if shape.is_unread:
        joined += " LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = w.reader"
        looked_at.append(IS_UNREAD)
    if kind.has_account:
        looked_at.append("c.account_id = w.account")
    if shape.is_waiting:
        looked_at.append("c.waiting_since IS NOT NULL")
    return f"{joined} WHERE {' AND '.join(found)}", " AND ".join(looked_at)


_STATUS = {
    "open": "c.status = 'open' AND c.snoozed_until IS NULL",
    "closed": "c.status = 'closed'",
    "snoozed": "c.snoozed_until IS NOT NULL",
}


def _count(fitted: int, walked: int, most: int) -> Count:
    return Count(min(fitted, most), walked >= WALKED and fitted < most)


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[UUID | int | None]]:
    return [[row[n] for row in rows] for n in range(count)]
