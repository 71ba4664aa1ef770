"""Doing one thing with many conversations. Each is its own transaction: what is done is kept, with what undoes it, and
what could not be is told."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.conversations.actions.bulk.verbs import VERBS, Given, Refused
from ninelives.conversations.actions.snoozing import check_moment
from ninelives.conversations.models import BulkAction, BulkItem, Conversation, Tag
from ninelives.foundation.clock import now

MOST_AT_ONCE = 200
KEEP = timedelta(days=7)


class TooManyError(Exception):
    """More than `MOST_AT_ONCE` at once."""


@dataclass(slots=True)
class Outcome:
    """What became of it: by number what was done, and why the others were not."""

    action: BulkAction | None = None
    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    # Gone, or not for this person to see.
    unknown: int = 0


def do_with_many(
    ids: Collection[UUID], what: str, *, person: Person, until: datetime | None = None, tag: Tag | None = None
) -> Outcome:
    """Raises TooManyError and NoSuchMomentError before anything is done."""
    if len(ids) > MOST_AT_ONCE:
        raise TooManyError
    if what == BulkAction.What.SNOOZE:
        check_moment(until)
    outcome, given = Outcome(), Given(until, tag)
    for id_ in sorted(ids):
        _do(id_, what, person, given, outcome)
    return outcome


@transaction.atomic
def _do(id_: UUID, what: str, person: Person, given: Given, outcome: Outcome) -> None:
    conversation = _locked(id_, person)
    if conversation is None:
        outcome.unknown += 1
        return
    do, _ = VERBS[what]
    try:
        did = do(conversation, person, given)
    except Refused as refused:
        outcome.refused.append((conversation.number, refused.why))
        return
    outcome.action = outcome.action or BulkAction.objects.create(person=person, what=what)
    BulkItem.objects.create(
        action=outcome.action, conversation=conversation, row=did.row, before=did.before, after=did.after
    )
    outcome.done.append(conversation.number)


def undo(action: BulkAction) -> Outcome | None:
    """Put back what this changed and nobody has changed since. None when that was done before."""
    if not BulkAction.objects.filter(pk=action.pk, undone_at=None).update(undone_at=now()):
        return None
    outcome = Outcome()
    for item in action.items.order_by("conversation"):
        _put_back(item, action, outcome)
    return outcome


@transaction.atomic
def _put_back(item: BulkItem, action: BulkAction, outcome: Outcome) -> None:
    conversation = _locked(item.conversation_id, action.person)
    if conversation is None:
        outcome.unknown += 1
        return
    _, put_back = VERBS[action.what]
    if put_back(item, conversation, action.person):
        outcome.done.append(conversation.number)
    else:
        outcome.refused.append((conversation.number, "changed"))


def prune_bulk_actions() -> int:
    """Those that nobody will undo any more; how many."""
    old = BulkAction.objects.filter(at__lt=now() - KEEP)
    return old.delete()[1].get(BulkAction._meta.label, 0)


def _locked(id_: UUID, person: Person) -> Conversation | None:
    # Locked: what its verb looks at must still hold when it changes it, and undoing races with colleagues.
    visible = Conversation.objects.visible_to(person).held()
    return visible.select_related("account").filter(pk=id_).first()
