"""Silent abandonment: a customer of a live conversation who seems to have gone is asked whether they are still there,
before an agent is spent on them; nobody is offered it meanwhile, and their place is kept.

Only where the customer's side says that it listens. Somebody who listens is never parked; a stream that is being made
anew takes at most a minute, so it is waited for a little longer than that.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ninelives.conversations import actions as conversations
from ninelives.conversations.actions.telling import tell_screens
from ninelives.customers.queries import addresses_of
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.returning import end
from ninelives.routing.models import Choice, Placement
from ninelives.routing.sorting import descriptions
from ninelives.routing.telling import tell_queue, wake_matcher

SILENT_AFTER = timedelta(seconds=90)
LEFT_AFTER = timedelta(minutes=15)
# What is noted more often than this says nothing new.
_NOTE_AGAIN = timedelta(seconds=10)
_AT_ONCE = 50

State = Placement.State


def note_listening(ids: Collection[UUID]) -> int:
    """The customer's side of these conversations is there. Who was parked waits again, where they stood."""
    if not ids or not descriptions():
        return 0
    moment = now()
    theirs = _waiting().filter(conversation__in=ids)
    back = list(theirs.filter(parked_at__isnull=False).select_related("queue", "conversation"))
    old = Q(listened_at=None) | Q(listened_at__lt=moment - _NOTE_AGAIN) | Q(parked_at__isnull=False)
    noted = theirs.filter(old).update(listened_at=moment, parked_at=None)
    for placement in back:
        _tell(placement)
    return noted


@again_if_crossed
@transaction.atomic
def notice_silent() -> int:
    """Park whose side has been silent for long, and end what was parked for longer. How many."""
    moment = now()
    silent = _waiting().filter(
        ~Exists(_choices()),
        state=State.WAITING,
        parked_at=None,
        not_before=None,
        listened_at__lt=moment - SILENT_AFTER,
        conversation__waiting_since__isnull=False,
    )
    done = 0
    for placement in silent.select_related("queue", "conversation__account", "conversation__customer")[:_AT_ONCE]:
        # Compare-and-set: who came back meanwhile is not parked.
        parked = Placement.objects.filter(
            pk=placement.pk, state=State.WAITING, parked_at=None, listened_at=placement.listened_at
        )
        if parked.update(parked_at=moment):
            conversations.ask_still_there(placement.conversation)
            _tell(placement)
            done += 1
    return done + _end_parked()


def _end_parked() -> int:
    long_ago = _waiting().filter(state=State.WAITING, parked_at__lt=now() - LEFT_AFTER)
    found = list(long_ago.select_related("queue", "conversation__customer")[:_AT_ONCE])
    for placement in found:
        if _can_be_reached(placement):
            # They said where we reach them, and were told that they may leave: their message is answered.
            Placement.objects.filter(pk=placement.pk, state=State.WAITING).update(parked_at=None, listened_at=None)
        else:
            end([placement.pk], Placement.Why.LEFT)
        _tell(placement)
    return len(found)


def _can_be_reached(placement: Placement) -> bool:
    return addresses_of(placement.conversation.customer).filter(kind="mail").exists()


def _waiting() -> QuerySet[Placement]:
    return Placement.objects.filter(
        state__in=[State.WAITING, State.OFFERED], purpose=Placement.Purpose.SERVE, ended_at=None
    )


def _choices() -> QuerySet[Choice]:
    """Whoever is called, or answered by message, may leave."""
    return Choice.objects.filter(placement=OuterRef("pk"), ended_at=None).exclude(
        what__in=[Choice.What.KNOWN, Choice.What.EXPERT]
    )


def _tell(placement: Placement) -> None:
    tell_queue(placement.queue.brand_id)
    tell_screens(placement.conversation)
    wake_matcher()
