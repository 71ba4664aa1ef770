"""Desks that say that they are there, and those that were not heard of any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from ninelives.accounts.models import Person
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.routing.actions.presence import set_state
from ninelives.routing.models import Beat, Listener, Presence
from ninelives.routing.queries import presence_of

State, Why = Presence.State, Presence.Why

# A desk says every few seconds that it is there. What was not heard of for so long is gone.
BEAT_EVERY = timedelta(seconds=4)
LOST_AFTER = timedelta(seconds=11)
# Who listens says so every second; after so long without, it did not listen in between.
DEAF_AFTER = timedelta(seconds=5)
_FORGOTTEN_AFTER = timedelta(days=1)


def hear(heard: Mapping[UUID, datetime]) -> None:
    """When desks of these people said that they are there. Who was lost is again what they were; who took up no work
    need not be heard of."""
    there = Presence.objects.filter(person__in=heard, ended_at=None).filter(~Q(state=State.AWAY) | Q(why=Why.LOST))
    found = list(there.select_related("person").order_by("person"))
    Beat.objects.bulk_create(
        [Beat(person=one.person, at=heard[one.person_id]) for one in found],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["at"],
    )
    for presence in found:
        if presence.why == Why.LOST:
            _come_back(presence)


def _come_back(lost: Presence) -> None:
    before = Presence.objects.filter(person=lost.person_id, at__lt=lost.at).order_by("-at").first()
    # Finishing off is over by now; a break is not, nor what keeps them busy.
    stays = before is not None and before.state in (State.BREAK, State.BUSY)
    state, reason = (before.state, before.reason) if before and stays else (State.AVAILABLE, "")
    set_state(lost.person, state, actor=lost.person, reason=reason, without=lost.without, after=Why.LOST)


def beat(person: Person) -> Presence | None:
    """The desk of one is there; their state."""
    hear({person.pk: now()})
    return presence_of(person)


def forget_beat(person: Person) -> None:
    """They work by a program that says by itself when they leave."""
    Beat.objects.filter(person=person).delete()


def listen(listener: UUID) -> None:
    """A process can be told, and goes on saying so."""
    moment = now()
    Listener.objects.filter(at__lt=moment - _FORGOTTEN_AFTER).delete()
    if not Listener.objects.filter(pk=listener, at__gt=moment - DEAF_AFTER).update(at=moment):
        Listener.objects.update_or_create(pk=listener, defaults={"since": moment, "at": moment})


def notice_lost() -> int:
    """Those whose desk was not heard of: away, and their work goes back. How many."""
    moment = now()
    lost = _lost(moment - LOST_AFTER)
    if not lost or not _was_heard(moment):
        return 0
    for presence in lost:
        set_state(presence.person, State.AWAY, actor=None, why=Why.LOST, without=presence.without)
    return len(lost)


@compiled
def _lost(before: datetime) -> QuerySet[Presence]:
    gone = Presence.objects.filter(ended_at=None, person__in=Beat.objects.filter(at__lt=before).values("pk"))
    return gone.exclude(state=State.AWAY).select_related("person")


def _was_heard(moment: datetime) -> bool:
    """Whoever spoke lately. Else it is we who were away, and not the desks."""
    return Listener.objects.filter(since__lt=moment - LOST_AFTER, at__gt=moment - DEAF_AFTER).exists()
