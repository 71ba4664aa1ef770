"""Snoozing: out of everybody's way until a moment, and back by itself, or at once when there is news."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Greatest

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.conversations.actions import reading
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.events import ConversationSnoozed, ConversationWoken
from ninelives.conversations.models import Conversation, Snooze
from ninelives.foundation import live
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now

SNOOZES = "snoozes"
LONGEST = timedelta(days=3660)

Why = Snooze.Why


class NoSuchMomentError(Exception):
    """It is past, or further away than anybody will remember."""


@transaction.atomic
def snooze(conversation: Conversation, *, actor: Actor, until: datetime) -> bool:
    """Until that moment; a snoozed one gets a new moment. False when it is closed. Raises NoSuchMomentError."""
    check_moment(until)
    is_open = Conversation.objects.filter(pk=conversation.pk, status=Conversation.Status.OPEN)
    if not is_open.update(snoozed_until=until):
        return False
    conversation.snoozed_until = until
    _end(conversation, actor, Why.PERSON)
    Snooze.objects.create(conversation=conversation, until=until, **by(actor))
    announce(ConversationSnoozed(conversation.pk, until.isoformat(), str(actor.pk)))
    tell_screens(conversation)
    live.wake(SNOOZES)
    return True


def check_moment(until: datetime | None) -> None:
    """Raises NoSuchMomentError."""
    if until is None or not now() < until < now() + LONGEST:
        raise NoSuchMomentError


@transaction.atomic
def wake(conversation: Conversation, *, actor: Actor | None = None, why: str = Why.PERSON) -> bool:
    """False when it was not snoozed."""
    asleep = Conversation.objects.filter(pk=conversation.pk, snoozed_until__isnull=False)
    if not asleep.update(snoozed_until=None):
        return False
    conversation.snoozed_until = None
    woken(conversation, actor, why)
    tell_screens(conversation)
    return True


def woken(conversation: Conversation, actor: Actor | None, why: str) -> None:
    """Of one that is snoozed no more: its row ends, and that is told. Nothing, if it never was."""
    if _end(conversation, actor, why):
        announce(ConversationWoken(conversation.pk, why, str(actor.pk) if actor else ""))


@transaction.atomic
def wake_due(limit: int = 50) -> int:
    """Wake those whose time has come; how many. After a pause of ours, all that were missed."""
    # Locked against somebody who snoozes it anew at this moment; what another worker has, it wakes.
    due = Conversation.objects.held(skip_locked=True).filter(snoozed_until__lte=now())
    found = list(due.select_related("assignee").order_by("snoozed_until")[:limit])
    for conversation in found:
        _surface(conversation)
        wake(conversation, why=Why.TIME)
    return len(found)


def next_wake() -> float:
    """Seconds until the next one is due, at most a minute."""
    asleep = Conversation.objects.filter(snoozed_until__isnull=False).order_by("snoozed_until")
    first = asleep.values_list("snoozed_until", flat=True).first()
    return 60.0 if first is None else min(60.0, max(0.0, (first - now()).total_seconds()))


def _surface(conversation: Conversation) -> None:
    """It comes back on top, and as unread to whoever waits for it: nobody looks for it where it lay."""
    Conversation.objects.filter(pk=conversation.pk).update(last_at=Greatest("last_at", now()))
    snoozer = Snooze.objects.select_related("by_person").get(conversation=conversation, ended_at=None).by_person
    for person in filter(None, {conversation.assignee, snoozer}):
        reading.mark_unread(conversation, person=person)


def _end(conversation: Conversation, actor: Actor | None, why: str) -> int:
    return Snooze.objects.filter(conversation=conversation, ended_at=None).update(
        ended_at=now(),
        why=why,
        ended_by=actor if isinstance(actor, Person) else None,
        ended_by_token=actor if isinstance(actor, Token) else None,
    )
