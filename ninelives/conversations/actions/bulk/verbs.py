"""What can be done with many at once: each verb says what it changed in one conversation, and how to put that back.

All run with the conversation locked, so that what it was found to be still holds when it is changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ninelives.accounts.models import Person
from ninelives.conversations.actions import assigning, closing, reading, snoozing, tagging
from ninelives.conversations.models import (
    Assignment,
    BulkAction,
    BulkItem,
    Closure,
    Conversation,
    ReadMark,
    Snooze,
    Tag,
    Tagging,
)
from ninelives.foundation.clock import now

What = BulkAction.What


class Refused(Exception):
    """This conversation does not allow it: `why` is already, taken, not_yours, nobodys, closed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Given:
    """What a verb needs besides."""

    until: datetime | None = None
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Did:
    """The fields of `BulkItem`."""

    row: UUID | None = None
    before: datetime | None = None
    after: datetime | None = None


Do = Callable[[Conversation, Person, Given], Did]
# Whether it is as it was; not, where somebody changed it since.
PutBack = Callable[[BulkItem, Conversation, Person], bool]


def _claim(conversation: Conversation, person: Person, _given: Given) -> Did:
    _is(conversation.is_open, "closed")
    _is(conversation.assignee_id != person.pk, "already")
    _is(assigning.claim(conversation, person=person), "taken")
    return Did(Assignment.objects.get(conversation=conversation, ended_at=None).pk)


def _unclaim(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    is_so = Assignment.objects.filter(pk=_row(item), ended_at=None).exists()
    return is_so and assigning.release(conversation, actor=person)


def _release(conversation: Conversation, person: Person, _given: Given) -> Did:
    _is(conversation.assignee_id is not None, "nobodys")
    _is(conversation.assignee_id == person.pk, "not_yours")
    row = Assignment.objects.get(conversation=conversation, ended_at=None).pk
    assigning.release(conversation, actor=person)
    return Did(row)


def _take_again(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    last = Assignment.objects.filter(conversation=conversation).latest("at", "id")
    return last.pk == item.row and conversation.assignee_id is None and assigning.claim(conversation, person=person)


def _close(conversation: Conversation, person: Person, _given: Given) -> Did:
    before = conversation.snoozed_until
    _is(closing.close(conversation, actor=person), "already")
    return Did(Closure.objects.get(conversation=conversation, reopened_at=None).pk, before)


def _open_again(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    is_so = Closure.objects.filter(pk=_row(item), reopened_at=None).exists()
    if not is_so or not closing.reopen(conversation, actor=person):
        return False
    _sleep_again(item, conversation, person)
    return True


def _reopen(conversation: Conversation, person: Person, _given: Given) -> Did:
    closure = Closure.objects.filter(conversation=conversation, reopened_at=None).first()
    _is(closing.reopen(conversation, actor=person), "already")
    return Did(closure.pk if closure else None)


def _close_again(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    last = Closure.objects.filter(conversation=conversation).order_by("-at", "-id").values_list("pk", flat=True).first()
    return last == item.row and closing.close(conversation, actor=person)


def _snooze(conversation: Conversation, person: Person, given: Given) -> Did:
    before = conversation.snoozed_until
    _is(before is None or before != given.until, "already")
    until = given.until or now()
    _is(snoozing.snooze(conversation, actor=person, until=until), "closed")
    return Did(Snooze.objects.get(conversation=conversation, ended_at=None).pk, before)


def _unsnooze(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    if not Snooze.objects.filter(pk=_row(item), ended_at=None).exists():
        return False
    return _sleep_again(item, conversation, person) or snoozing.wake(conversation, actor=person)


def _sleep_again(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    if item.before is None or item.before <= now():
        return False
    return snoozing.snooze(conversation, actor=person, until=item.before)


def _tag(conversation: Conversation, person: Person, given: Given) -> Did:
    tagged = tagging.tag(conversation, given.tag, actor=person) if given.tag else None
    if tagged is None:
        raise Refused("already")
    return Did(tagged.pk)


def _untag(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    on = Tagging.objects.filter(pk=_row(item)).select_related("tag").first()
    return on is not None and tagging.end_tagging(on, conversation, actor=person)


def _read(conversation: Conversation, person: Person, _given: Given) -> Did:
    mark = _mark(conversation, person)
    heard_at = conversation.heard_at
    is_unread = (mark.up_to is None or bool(heard_at and mark.up_to < heard_at)) if mark else heard_at is not None
    if not is_unread or heard_at is None:
        raise Refused("already")
    reading.mark_read(conversation, person=person, up_to=heard_at)
    return Did(mark.pk if mark else None, mark.up_to if mark else None, heard_at)


def _unread(conversation: Conversation, person: Person, _given: Given) -> Did:
    _is(conversation.is_open, "closed")
    mark = _mark(conversation, person)
    _is(bool(mark and mark.up_to), "already")
    reading.mark_unread(conversation, person=person)
    return Did(mark.pk if mark else None, mark.up_to if mark else None)


def _mark_again(item: BulkItem, conversation: Conversation, person: Person) -> bool:
    return reading.put_mark_back(
        conversation, person=person, was=item.after, before=item.before, is_kept=bool(item.row)
    )


def _row(item: BulkItem) -> UUID:
    return item.row or item.pk


def _mark(conversation: Conversation, person: Person) -> ReadMark | None:
    return ReadMark.objects.filter(conversation=conversation, person=person).first()


def _is(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Refused(otherwise)


VERBS: dict[str, tuple[Do, PutBack]] = {
    What.CLAIM: (_claim, _unclaim),
    What.RELEASE: (_release, _take_again),
    What.CLOSE: (_close, _open_again),
    What.REOPEN: (_reopen, _close_again),
    What.SNOOZE: (_snooze, _unsnooze),
    What.TAG: (_tag, _untag),
    What.READ: (_read, _mark_again),
    What.UNREAD: (_unread, _mark_again),
}
