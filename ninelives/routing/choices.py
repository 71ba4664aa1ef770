"""What a customer who waits is told, and how else they can be served."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from ninelives.accounts import hours
from ninelives.accounts.models import Person
from ninelives.accounts.queries import organisation
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.opening import hours_of_queue, not_before
from ninelives.routing.queries import Wait, is_at_work, is_staffed, wait_in, wait_of_placement, who_knows, workers

SLOT = timedelta(minutes=30)
MOST_SLOTS = 6
# So many half-hours are looked at for those in which somebody can still be called.
_LOOKED_AT = 48
_SHARE_CALLED = 0.5
# Nobody is called in a slot that begins while they are still choosing it.
_SOONEST = timedelta(minutes=10)
# What is answered as a message is so within as much time that the queue is open.
_ANSWERED_IN = 8
# Whoever is open less than this does not offer slots.
_LOOK_AHEAD = timedelta(days=14)

State = Placement.State


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a conversation that waits. `opens_at`: nobody is asked before; `wait`: None where nothing is known."""

    placement: Placement
    ahead: int
    wait: Wait | None
    opens_at: datetime | None
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class Ways:
    """`slots`: when each begins; `answer_by`: before when a message is answered; None where nobody is there to."""

    slots: tuple[datetime, ...]
    answer_by: datetime | None
    known: Person | None
    experts: "Experts | None"


@dataclass(frozen=True, slots=True)
class Experts:
    """Those of another queue. `wait`: from now on; None where nothing is known."""

    queue: Queue
    wait: Wait | None


def placement_of(conversation: Conversation) -> Placement | None:
    """Where it waits, or is offered; None where it does not."""
    waits = Placement.objects.filter(conversation=conversation.record_id, purpose=Placement.Purpose.SERVE)
    return waits.filter(state__in=[State.WAITING, State.OFFERED]).select_related("queue__brand", "known").first()


def standing_of(conversation: Conversation) -> Standing | None:
    """None where they wait for nobody: somebody has it, or has answered."""
    placement = placement_of(conversation) if conversation.record.waiting_since else None
    if placement is None:
        return None
    ahead, wait = wait_of_placement(placement)
    choice, later = choice_of(placement), placement.not_before
    if choice and choice.what == Choice.What.SLOT:
        later = choice.stood_before
    return Standing(placement, ahead, wait, later if later and later > now() else None, choice)


def choice_of(placement: Placement) -> Choice | None:
    """The one in force: theirs here, or that of the same customer who waits in this queue on another channel."""
    here = in_force(placement)
    if here or placement.purpose != Placement.Purpose.SERVE:
        return here
    elsewhere = placement_elsewhere(placement.conversation, placement.queue)
    return in_force(elsewhere) if elsewhere else None


def in_force(placement: Placement) -> Choice | None:
    return next(iter(_choices(placement.pk)), None)


@compiled
def _choices(placement: UUID) -> QuerySet[Choice]:
    known = "promise", "person", "experts", "stood_in__brand", "placement__queue__brand"
    return Choice.objects.filter(placement=placement, ended_at=None).select_related(*known)


def placement_elsewhere(conversation: Conversation, queue: Queue) -> Placement | None:
    """Where the same customer waits in this queue by another conversation, and has chosen how to be served."""
    customer = conversation.customer
    given = None if customer.root_id else customer.pk, customer.root_id, queue.pk, conversation.pk
    return next(iter(_elsewhere(*given)), None)


@compiled
def _elsewhere(customer: UUID | None, root: UUID | None, queue: UUID, conversation: UUID) -> QuerySet[Placement]:
    theirs = Placement.objects.open().filter(
        Q(conversation__customer__root=root) if root else Q(conversation__customer=customer),
        # Whoever chose experts stands with them, and belongs here.
        Q(queue=queue) | Q(choices__stood_in=queue),
        purpose=Placement.Purpose.SERVE,
        choices__isnull=False,
        choices__ended_at=None,
    )
    return theirs.exclude(conversation=conversation).select_related("queue").order_by("since")[:1]


def home_of(placement: Placement, choice: Choice | None) -> Queue:
    """The queue that it stands in, or stood in before they chose experts."""
    if choice and choice.stood_in and placement.queue_id == choice.experts_id:
        return choice.stood_in
    return placement.queue


def ways_of(placement: Placement) -> Ways:
    """Of the queue in which it stood before they chose experts: whoever chooses otherwise is back there."""
    moment, home = now(), home_of(placement, choice_of(placement))
    coming = list(islice(_half_hours(home, moment + _SOONEST), _LOOKED_AT))
    full = _full(placement, home, coming)
    known = placement.known or who_knows(placement.conversation.customer_id, home)
    return Ways(
        slots=tuple(at for at in coming if at not in full)[:MOST_SLOTS],
        answer_by=coming[_ANSWERED_IN - 1] + SLOT if len(coming) >= _ANSWERED_IN else None,
        known=known if known and known.is_active and is_at_work(known) else None,
        experts=_experts(placement, home),
    )


def _experts(placement: Placement, home: Queue) -> Experts | None:
    """Where somebody would take it now."""
    found = Queue.objects.in_use().select_related("brand")
    queue = found.filter(pk=home.experts_id).first() if home.experts_id else None
    if queue is None or not are_there(queue, placement.kind):
        return None
    return Experts(queue, wait_in(queue, placement.kind, min(placement.counts_from, now()))[1])


def are_there(experts: Queue, kind: str, *, lately: timedelta = timedelta(0)) -> bool:
    """They are open, and somebody is at work who takes this kind of channel, or was so `lately`."""
    return not not_before(experts, now()) and is_staffed(experts, kind, lately=lately)


def _full(placement: Placement, queue: Queue, slots: list[datetime]) -> set[datetime]:
    """Those in which as many others are to be called as can be."""
    chosen = Choice.objects.filter(
        what=Choice.What.SLOT, ended_at=None, starts__in=slots, placement__queue=queue, placement__ended_at=None
    ).exclude(placement=placement.pk)
    counts = dict(chosen.values_list("starts").annotate(Count("pk")))
    most = _most_calls(queue) if counts else 0
    return {at for at, count in counts.items() if count >= most}


def _most_calls(queue: Queue) -> int:
    """In one slot: half of what all who work in the queue do in that time, as others come meanwhile; one at least."""
    people = workers(queue).count()
    return max(1, int(_SHARE_CALLED * people * SLOT.total_seconds() / queue.handling))


def _half_hours(queue: Queue, after: datetime) -> Iterator[datetime]:
    """Beginnings of half-hours in which the queue is open from end to end, on the organisation's clock."""
    weekly, dates = hours_of_queue(queue)
    zone = ZoneInfo(organisation().time_zone)
    at = after.replace(minute=0, second=0, microsecond=0)
    while at < after:
        at += SLOT
    ends = after + _LOOK_AHEAD
    while at < ends:
        begins = hours.opening(weekly, dates, at, zone)
        if begins.is_open and hours.opening(weekly, dates, at + SLOT - timedelta(seconds=1), zone).is_open:
            yield at
        if not begins.is_open and begins.opens_at is None:
            return
        at = max(at + SLOT, _on_the_half_hour(begins.opens_at)) if begins.opens_at else at + SLOT


def _on_the_half_hour(at: datetime) -> datetime:
    return at + timedelta(minutes=-at.minute % 30)
