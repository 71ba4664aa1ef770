"""Reading the numbered facts: none left out, and each once.

A fact's number is drawn when it is written, not when it is committed: number 8 can appear after number 9 was read. So
the facts are read by windows of transactions that have all ended (older than the oldest one that still runs); in a
window nothing can appear any more, and there they are read by number.
"""

import json
from collections.abc import Collection
from dataclasses import astuple, dataclass, replace

from django.db import connection, transaction

from ninelives.foundation.models import Bookmark, Fact

_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Read:
    facts: list[Fact]
    # There are more to come soon: read again.
    is_behind: bool


def begin(reader: str) -> None:
    """Let somebody read from now on; who reads already goes on where they were."""
    oldest = _oldest_running()
    Bookmark.objects.get_or_create(reader=reader, defaults={"window_from": oldest, "window_to": oldest})


def read_on(reader: str, limit: int = 200, wanted: Collection[str] = ()) -> Read:
    """The next facts, noted as read in the caller's transaction: what is done with them must be in it too. `wanted`:
    of these names only; all without any.

    Nothing while another process reads for this reader.
    """
    before = _locked(reader)
    if before is None:
        return Read([], is_behind=False)
    mark, seen = before, _look(before, limit, wanted)
    if seen.oldest < mark.window_to != _END:
        # Restored from a dump into a server that counts its transactions from nearly nothing: what the earlier one
        # left comes first, perhaps a few of it twice.
        mark = replace(mark, window_to=_END, last=0)
        seen = _look(mark, limit, wanted)
    if not seen.facts and not mark.is_done:
        mark = _done(mark)
        seen = _look(mark, limit, wanted)
    if mark.is_done:
        mark = replace(mark, window_to=seen.oldest)
    if seen.facts:
        last = seen.facts[-1].pk
        mark = replace(mark, last=last, highest=max(mark.highest, last))
    is_behind = len(seen.facts) == limit or seen.is_more or mark.window_to == _END
    if len(seen.facts) < limit:
        mark = _done(mark)
    if mark != before:
        _note(reader, mark)
    return Read(seen.facts, is_behind)


def is_unread(reader: str, wanted: Collection[str]) -> bool:
    """Whether one of these names was written since: at a fraction of what reading on costs. It can be that nobody may
    read it yet; after a restore it says nothing, so that whoever asks reads on now and then all the same."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"reader": reader, "wanted": list(wanted)})
        return bool(cursor.fetchone()[0])


@transaction.atomic
def skip(reader: str) -> None:
    """Leave everything up to now unread: nobody wants it."""
    mark = _locked(reader)
    oldest = _oldest_running()
    if mark and mark.window_from < oldest:
        _note(reader, replace(mark, window_from=oldest, window_to=oldest, last=0))


@dataclass(frozen=True, slots=True)
class _Mark:
    """As in `Bookmark`. A window that was read to its end is left: the next begins where it ended."""

    window_from: int
    window_to: int
    last: int
    highest: int
    floor: int

    @property
    def is_done(self) -> bool:
        return self.window_from == self.window_to


@dataclass(frozen=True, slots=True)
class _Seen:
    facts: list[Fact]
    oldest: int
    # There are later ones than those of the window, which wait for the end of somebody's transaction.
    is_more: bool


# Locked, so that of several processes one reads at a time and each fact is read once.
_LOCKED = """
    SELECT window_from, window_to, last, highest, floor FROM foundation_bookmark
    WHERE reader = %s FOR UPDATE SKIP LOCKED
"""
# The oldest that runs is asked after the bookmark is locked: earlier, another process may have read up to a later one.
# `upto`: none where the window ends there.
_LOOK = """
    SELECT there.oldest, there.is_more, fact.id, fact.name, fact.told, fact.occurred_at
    FROM (
        SELECT running.oldest, EXISTS (
            SELECT FROM foundation_fact later
            WHERE later.transaction >= coalesce(%(upto)s, running.oldest) AND later.id > %(floor)s
                AND (%(wanted)s::text[] IS NULL OR later.name = ANY(%(wanted)s))
        ) AS is_more
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest) AS running
    ) AS there
    LEFT JOIN LATERAL (
        SELECT id, name, told, occurred_at FROM foundation_fact
        WHERE transaction >= %(since)s AND transaction < coalesce(%(upto)s, there.oldest) AND id > %(above)s
            AND (%(wanted)s::text[] IS NULL OR name = ANY(%(wanted)s))
        ORDER BY id LIMIT %(limit)s
    ) AS fact ON true
    ORDER BY fact.id
"""
_NOTED = """
    UPDATE foundation_bookmark SET window_from = %s, window_to = %s, last = %s, highest = %s, floor = %s
    WHERE reader = %s
"""
# In the order of the index: what is to be found is among the newest, or nowhere.
_UNREAD = """
    SELECT EXISTS (
        SELECT FROM foundation_bookmark mark
        CROSS JOIN LATERAL (
            SELECT id FROM foundation_fact
            WHERE transaction >= mark.window_from AND (transaction >= mark.window_to OR id > mark.last)
                AND id > mark.floor AND name = ANY(%(wanted)s)
            ORDER BY transaction, id LIMIT 1
        ) AS fact
        WHERE mark.reader = %(reader)s
    )
"""


def _locked(reader: str) -> _Mark | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [reader])
        row = cursor.fetchone()
    return _Mark(*row) if row else None


def _look(mark: _Mark, limit: int, wanted: Collection[str]) -> _Seen:
    given = {
        "since": mark.window_from,
        "upto": None if mark.is_done else mark.window_to,
        "above": max(mark.last, mark.floor),
        "floor": mark.floor,
        "wanted": list(wanted) or None,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, given)
        rows = cursor.fetchall()
    facts = [
        Fact(id=number, name=name, told=json.loads(told), occurred_at=at)
        for _, _, number, name, told, at in rows
        if number is not None
    ]
    return _Seen(facts, *rows[0][:2])


def _done(mark: _Mark) -> _Mark:
    if mark.window_to == _END:
        # The numbers of an earlier server's transactions mean nothing here; those of its facts are below all of ours.
        return replace(mark, window_from=0, window_to=0, last=0, floor=mark.highest)
    return replace(mark, window_from=mark.window_to, last=0)


def _note(reader: str, mark: _Mark) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [*astuple(mark), reader])


def _oldest_running() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest,) = cursor.fetchone() or (0,)
        return int(oldest)
