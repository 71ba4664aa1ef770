"""What became of the promises of a conversation, in order: what a timeline tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from ninelives.conversations.models import Conversation
from ninelives.foundation.compiling import compiled
from ninelives.promises.models import Attempt, Handover, Keeping, Move, Promise, Withdrawal


@dataclass(frozen=True, slots=True)
class Event:
    """`what`: made, attempt, moved, handed_over, late, kept, withdrawn or reopened; `row`: the row that says so."""

    what: str
    promise: Promise
    at: datetime
    who: str
    row: Attempt | Handover | Keeping | Move | Withdrawal | None = None


def of_conversation(conversation: Conversation) -> list[Event]:
    """Of all that is read as this one."""
    root = conversation.root_id
    promises = _promised(None if root else conversation.pk, root)
    prefetch_related_objects(promises, *_rows())
    return sorted((event for one in promises for event in _events(one)), key=attrgetter("at"))


@compiled
def _promised(conversation: UUID | None, root: UUID | None) -> QuerySet[Promise]:
    place = {"conversation__root": root} if root else {"conversation": conversation}
    return Promise.objects.filter(**place).named().order_by("pk")


def _rows() -> "list[Prefetch[str]]":
    return [
        Prefetch(name, model.objects.select_related("by_person", "by_token", *more))
        for name, model, more in (
            ("attempts", Attempt, ()),
            ("handovers", Handover, ("person",)),
            ("keepings", Keeping, ("undone_by", "undone_by_token")),
            ("moves", Move, ()),
            ("withdrawals", Withdrawal, ("undone_by", "undone_by_token")),
        )
    ]


def _events(promise: Promise) -> Iterator[Event]:
    yield Event("made", promise, promise.at, promise.by_name)
    for what, rows in (("attempt", promise.attempts), ("handed_over", promise.handovers), ("moved", promise.moves)):
        for row in rows.all():
            yield Event(what, promise, row.at, row.by_name, row)
    for what, settled in (("kept", promise.keepings), ("withdrawn", promise.withdrawals)):
        for one in settled.all():
            yield Event(what, promise, one.at, one.by_name, one)
            if one.undone_at:
                yield Event("reopened", promise, one.undone_at, str(one.undone_by or one.undone_by_token or ""), one)
    yield from _missed(promise)


def _missed(promise: Promise) -> Iterator[Event]:
    """Each window that passed before it was kept, at its end."""
    for move in promise.moves.all():
        if move.was_late:
            yield Event("late", promise, move.was_by, "")
    if promise.late_at:
        yield Event("late", promise, promise.due_by, "")
