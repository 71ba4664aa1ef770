"""Lists: newest first, in pages that neither skip nor repeat when something new comes in between."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from ninelives.api.problems import BAD_CURSOR, SEARCH_TOO_SLOW, Problem
from ninelives.api.schemas import Page, Slice

Row = TypeVar("Row", bound=Model)
Part = TypeVar("Part", bound=Page[Any])

# Counting further than this would cost more than the page itself.
COUNTED = 1000


def page(
    into: type[Part],
    rows: QuerySet[Row],
    asked: Slice,
    shown: Callable[[Row], Any],
    *,
    moment: str = "",
    exact: bool = False,
) -> Part:
    """The rows that `asked` is for, newest first by the field `moment` (or by id, which is as old as its row)."""
    return page_together(into, rows, asked, lambda part: [shown(row) for row in part], moment=moment, exact=exact)


def page_together(
    into: type[Part],
    rows: QuerySet[Row],
    asked: Slice,
    shown: Callable[[list[Row]], list[Any]],
    *,
    moment: str = "",
    exact: bool = False,
) -> Part:
    """The same where what is shown of each is read for all of the page at once."""
    order = [f"-{moment}", "-pk"] if moment else ["-pk"]
    part = list(_after(rows, asked.cursor, moment).order_by(*order)[: asked.limit + 1])
    items = part[: asked.limit]
    return into(
        items=shown(items),
        next=_cursor(items[-1], moment) if len(part) > asked.limit else None,
        count=_count(rows, exact),
    )


@dataclass(frozen=True, slots=True)
class Searched(Generic[Row]):
    """`search` gives the newest ids that were found, so many and older than a moment; and whether there was time."""

    search: Callable[[int, tuple[datetime, UUID] | tuple[None, None]], tuple[list[UUID], bool]]
    rows: QuerySet[Row]


def page_of_found(into: type[Part], searched: Searched[Row], asked: Slice, shown: Callable[[Row], Any]) -> Part:
    """The same of what was searched for, newest first by `last_at`. It is counted as far as there is time for it."""
    at, last = _read(asked.cursor, True) if asked.cursor else (None, None)
    ids, in_time = searched.search(asked.limit + 1, (at, last) if at and last else (None, None))
    if not in_time and len(ids) <= asked.limit:
        raise Problem(SEARCH_TOO_SLOW)
    is_all = len(ids) <= asked.limit and not asked.cursor
    counted, is_counted = (ids, True) if is_all else searched.search(COUNTED + 1, (None, None))
    found = searched.rows.in_bulk(ids[: asked.limit])
    items = [found[id_] for id_ in ids[: asked.limit] if id_ in found]
    return into(
        items=[shown(row) for row in items],
        next=_cursor(items[-1], "last_at") if items and len(ids) > asked.limit else None,
        count=len(counted) if is_counted and len(counted) <= COUNTED else None,
    )


def by_channel(asked: str, account: str = "account") -> Q:
    """`asked` is a kind of channel or the id of an account."""
    try:
        return Q(**{f"{account}_id": UUID(asked)})
    except ValueError:
        return Q(**{f"{account}__kind": asked})


def of_channel(asked: str) -> Q:
    """The accounts themselves."""
    try:
        return Q(pk=UUID(asked))
    except ValueError:
        return Q(kind=asked)


def _count(rows: QuerySet[Row], exact: bool) -> int | None:
    plain = rows.order_by()
    count = plain.count() if exact else plain[: COUNTED + 1].count()
    return count if exact or count <= COUNTED else None


def _cursor(row: Model, moment: str) -> str:
    at = getattr(row, moment).isoformat() if moment else ""
    return base64.urlsafe_b64encode(f"{at} {row.pk}".encode()).decode().rstrip("=")


def _after(rows: QuerySet[Row], cursor: str | None, moment: str) -> QuerySet[Row]:
    if not cursor:
        return rows
    at, last = _read(cursor, bool(moment))
    if at is None:
        return rows.filter(pk__lt=last)
    # Said twice, so that the index of the moment is used.
    older: dict[str, Any] = {f"{moment}__lt": at}
    return rows.filter(**{f"{moment}__lte": at}).filter(Q(**older) | Q(pk__lt=last))


def _read(cursor: str, has_moment: bool) -> tuple[datetime | None, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, _, last = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(" ")
        moment = datetime.fromisoformat(at) if has_moment else None
        if at and (moment is None or moment.tzinfo is None):
            raise ValueError(at)
        return moment, UUID(last)
    except (ValueError, binascii.Error) as reason:
        raise Problem(BAD_CURSOR) from reason
