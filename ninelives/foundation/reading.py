"""Reading the numbered facts: none left out, and each once.

A fact's number is drawn when it is written, not when it is committed: number 8 can appear after number 9 was read. So
the facts are read by windows of transactions that have all ended (older than the oldest one that still runs); in a
window nothing can appear any more, and there they are read by number.
"""

from dataclasses import dataclass

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


def read_on(reader: str, limit: int = 200) -> Read:
    """The next facts, noted as read in the caller's transaction: what is done with them must be in it too.

    Nothing while another process reads for this reader.
    """
    oldest = _oldest_running()
    # Locked, so that of several processes one reads at a time and each fact is read once.
    mark = Bookmark.objects.select_for_update(skip_locked=True).filter(pk=reader).first()
    if mark is None:
        return Read([], is_behind=False)
    if oldest < mark.window_to != _END:
        # Restored from a dump into a server that counts its transactions from nearly nothing: what the earlier one
        # left comes first, perhaps a few of it twice.
        mark.window_to, mark.last = _END, 0
    facts = _next(mark, limit)
    if not facts and _turn(mark, oldest):
        facts = _next(mark, limit)
    if facts:
        mark.last = facts[-1].pk
        mark.highest = max(mark.highest, mark.last)
    mark.save()
    return Read(facts, is_behind=len(facts) == limit or _is_more(mark))


@transaction.atomic
def skip(reader: str) -> None:
    """Leave everything up to now unread: nobody wants it."""
    oldest = _oldest_running()
    mark = Bookmark.objects.select_for_update(skip_locked=True).filter(pk=reader).first()
    if mark and mark.window_from < oldest:
        Bookmark.objects.filter(pk=reader).update(window_from=oldest, window_to=oldest, last=0)


def _next(mark: Bookmark, limit: int) -> list[Fact]:
    above = max(mark.last, mark.floor)
    window = Fact.objects.filter(transaction__gte=mark.window_from, transaction__lt=mark.window_to)
    return list(window.filter(pk__gt=above).order_by("pk")[:limit])


def _turn(mark: Bookmark, oldest: int) -> bool:
    """Open the next window. False when there is none yet."""
    if mark.window_to == _END:
        # The numbers of an earlier server's transactions mean nothing here; those of its facts are below all of ours.
        mark.window_from, mark.floor = 0, mark.highest
    else:
        mark.window_from = mark.window_to
    mark.window_to, mark.last = oldest, 0
    return mark.window_from < oldest


def _is_more(mark: Bookmark) -> bool:
    """Facts that wait for the end of somebody's transaction."""
    later = Fact.objects.filter(transaction__gte=mark.window_to)
    return later.filter(pk__gt=mark.floor).exists()


def _oldest_running() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest,) = cursor.fetchone() or (0,)
        return int(oldest)
