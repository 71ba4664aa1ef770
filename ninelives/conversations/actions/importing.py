"""What another system knew, with its dates: what was closed, noted and whose it was. Quietly: without facts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery

from ninelives.accounts.models import Person, by
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.models import Assignment, Closure, Conversation, Conversations, Message

_HERE = OuterRef("pk")


@transaction.atomic
def close_imported(conversation_ids: Collection[UUID]) -> int:
    """Close those that consist of imported messages and that nobody here has touched; how many there were.

    A later part of the import may bring more to a conversation that an earlier one closed: its closure moves along.
    """
    imported = _only_imported(conversation_ids)
    untouched = imported.filter(~Exists(Closure.objects.filter(conversation=_HERE)), status=Conversation.Status.OPEN)
    untouched = untouched.filter(~Exists(Assignment.objects.filter(conversation=_HERE)))
    # Locked: a live message that comes in at this moment must find it either open or properly closed.
    found = list(untouched.select_for_update(of=("self",)))
    Closure.objects.bulk_create(Closure(conversation=one, at=one.last_at) for one in found)
    Conversation.objects.filter(pk__in=[one.pk for one in found]).update(status=Conversation.Status.CLOSED)
    for conversation in found:
        tell_screens(conversation)
    _move_along(imported)
    return len(found)


@transaction.atomic
def note_earlier(conversation: Conversation, *, person: Person, text: str, at: datetime) -> Message:
    return Message.objects.create(
        conversation=conversation,
        account_id=conversation.account_id,
        direction=Message.Direction.NOTE,
        text=text,
        occurred_at=at,
        is_import=True,
        **by(person),
    )


@transaction.atomic
def assign_earlier(conversation: Conversation, *, person: Person, at: datetime) -> bool:
    """False when somebody has it already."""
    if not Conversation.objects.filter(pk=conversation.pk, assignee=None).update(assignee=person):
        return False
    Assignment.objects.create(conversation=conversation, person=person, at=at, **by(person))
    return True


@transaction.atomic
def close_earlier(conversation: Conversation, *, person: Person, at: datetime) -> bool:
    """False when it was closed already."""
    is_open = Conversation.objects.filter(pk=conversation.pk, status=Conversation.Status.OPEN)
    if not is_open.update(status=Conversation.Status.CLOSED):
        return False
    Closure.objects.create(conversation=conversation, at=at, **by(person))
    return True


def _only_imported(conversation_ids: Collection[UUID]) -> Conversations:
    live = Message.objects.filter(conversation=_HERE, is_import=False)
    return Conversation.objects.filter(~Exists(live), pk__in=conversation_ids)


def _move_along(imported: Conversations) -> None:
    ours = Closure.objects.filter(
        conversation__in=imported, by_person=None, by_token=None, reopened_at=None, at__lt=F("conversation__last_at")
    )
    last = Conversation.objects.filter(pk=OuterRef("conversation_id")).values("last_at")
    ours.update(at=Subquery(last))
