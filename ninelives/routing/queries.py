"""What others ask of routing: how full the queues are, who is there with how much, and why something went to whom."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from ninelives.accounts.models import Actor, Person
from ninelives.accounts.permissions import Permission, roles_with
from ninelives.accounts.queries import people_who_may
from ninelives.channels.queries import abilities
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import attach, compiled
from ninelives.routing.capacity import WHOLE, loads
from ninelives.routing.models import (
    Choice,
    Decision,
    Offer,
    Placement,
    Presence,
    Queue,
    QueueMember,
    Routing,
    name_of,
)
from ninelives.routing.rings import opens

# A customer who comes back within this time is one that their agent still knows.
KNOWN_FOR = timedelta(days=7)
_HOLDING = (Placement.State.OFFERED, Placement.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds: the mean, and between which eight in ten wait."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QueueNow:
    queue: Queue
    waiting: int
    offered: int
    held: int
    waits_since: datetime | None
    # For somebody who would come now; None where nothing is known yet.
    expected: Wait | None


@dataclass(frozen=True, slots=True)
class AgentNow:
    """`load`: how much of their 100 is taken by what they hold."""

    person: Person
    presence: Presence | None
    held: dict[str, int]
    load: int
    offer: UUID | None
    queues: tuple[UUID, ...]

    @property
    def state(self) -> str:
        return self.presence.state if self.presence else Presence.State.AWAY


def queues_now(queues: Iterable[Queue]) -> list[QueueNow]:
    found = list(queues)
    counts = _counts([one.pk for one in found])
    state = Routing.objects.filter(pk=1).first()
    return [_queue_now(queue, counts.get(queue.pk, {}), state) for queue in found]


def _counts(queues: Collection[UUID]) -> dict[UUID, dict[str, tuple[int, datetime | None]]]:
    rows = (
        Placement.objects.open()
        # Who seems to have gone is not counted as somebody who waits.
        .filter(queue__in=queues, parked_at=None)
        .values_list("queue", "state")
        .annotate(count=Count("pk"), since=Min("counts_from", filter=Q(counts_from__lte=now())))
    )
    found: defaultdict[UUID, dict[str, tuple[int, datetime | None]]] = defaultdict(dict)
    for queue, state, count, since in rows:
        found[queue][state] = (count, since)
    return found


def _queue_now(queue: Queue, counts: dict[str, tuple[int, datetime | None]], state: Routing | None) -> QueueNow:
    waiting, since = counts.get(Placement.State.WAITING, (0, None))
    return QueueNow(
        queue,
        waiting,
        counts.get(Placement.State.OFFERED, (0, None))[0],
        counts.get(Placement.State.ACCEPTED, (0, None))[0],
        since,
        _expected(queue, waiting, state),
    )


def _expected(queue: Queue, ahead: int, state: Routing | None) -> Wait | None:
    """Of the kind of channel that is served slowest."""
    paces = state.paces if state else {}
    kinds = [(name.partition(":")[2], pace) for name, pace in paces.items() if name.startswith(f"{queue.pk}:")]
    waits = [wait_of(pace, ahead, queue.patience if abilities(kind).live else None) for kind, pace in kinds]
    return max(waits, key=_mean, default=None)


def wait_of(pace: list[float], ahead: int, patience: float | None) -> Wait:
    """As `engine/waiting.expected_wait` reckons, which is not loaded by processes that answer pages."""
    gap, _, low, high = pace
    mean = sum(1.0 / (1.0 / gap + (still / patience if patience else 0.0)) for still in range(ahead + 1))
    return Wait(mean, mean * low, mean * high)


def _mean(wait: Wait) -> float:
    return wait.mean


def rehearsed_floors(queue: Queue) -> dict[str, float]:
    """By kind of channel, which share in time it is held to while it has no floor of its own."""
    state = Routing.objects.filter(pk=1).first()
    floors = state.floors if state and queue.floor is None else {}
    of_it = name_of(queue.pk, "")
    return {name.removeprefix(of_it): floor for name, floor in floors.items() if name.startswith(of_it)}


def wait_of_placement(placement: Placement) -> tuple[int, Wait | None]:
    """How many of its kind are before it in its queue, and how long it will still wait; None where nothing is known."""
    return wait_in(placement.queue, placement.kind, placement.counts_from)


def wait_in(queue: Queue, kind: str, counts_from: datetime) -> tuple[int, Wait | None]:
    """The same, of whatever would stand there so."""
    line = Placement.objects.filter(queue=queue, kind=kind, state=Placement.State.WAITING)
    # Nobody waits for whom nobody is asked: who chose a slot, or seems to have gone.
    line = line.filter(Q(not_before=None) | Q(not_before__lte=now()), parked_at=None)
    ahead = line.filter(counts_from__lt=counts_from).count()
    state = Routing.objects.filter(pk=1).first()
    pace = state.paces.get(name_of(queue.pk, kind)) if state else None
    patience = queue.patience if abilities(kind).live else None
    return ahead, wait_of(pace, ahead, patience) if pace else None


def who_knows(customer_id: UUID, queue: Queue) -> Person | None:
    """Who served this customer last, is here still, and may serve this queue."""
    person = who_served(customer_id)
    return person if person and may_serve(person, queue) else None


def who_served(customer_id: UUID) -> Person | None:
    """Who served this customer last, and is here still."""
    last = next(iter(_served(customer_id, now() - KNOWN_FOR)), None)
    return last.person if last and last.person and last.person.is_active else None


def may_serve(person: Person, queue: Queue) -> bool:
    """Whether they work in it and can do, at once or later, what it asks."""
    if not workers(queue).filter(pk=person.pk).exists():
        return False
    rings: defaultdict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for skill, after, level in queue.requirements.order_by("after").values_list("skill", "after", "level"):
        rings[skill].append((after, level))
    levels = dict(person.skill_levels.filter(skill__in=rings).values_list("skill", "level")) if rings else {}
    return all(opens(asked, levels.get(skill, 0)) < inf for skill, asked in rings.items())


@compiled
def _served(customer: UUID, since: datetime) -> QuerySet[Placement]:
    served = Placement.objects.filter(conversation__customer=customer, accepted_at__gt=since, person__isnull=False)
    return served.select_related("person").order_by("-accepted_at")[:1]


def is_at_work(person: Person | UUID) -> bool:
    return Presence.objects.filter(person=person, ended_at=None).exclude(state=Presence.State.AWAY).exists()


def is_staffed(queue: Queue, kind: str, *, lately: timedelta = timedelta(0)) -> bool:
    """Whether somebody is at work there who takes this kind of channel, or was so `lately`."""
    in_time = Q(ended_at=None) | Q(ended_at__gt=now() - lately)
    there = Presence.objects.filter(in_time, person__in=workers(queue)).exclude(state=Presence.State.AWAY)
    return there.exclude(without__contains=[kind]).exists()


def workers(queue: Queue) -> QuerySet[Person]:
    members = QueueMember.objects.filter(queue=queue)
    if members.exists():
        return Person.objects.filter(is_active=True, pk__in=members.filter(ended_at=None).values("person"))
    return people_who_may(Permission.ANSWER, [queue.brand_id])


def agents(actor: Actor) -> QuerySet[Person]:
    """Those who answer customers of a brand that this actor sees."""
    return people_who_may(Permission.ANSWER, actor.brand_ids)


def agent_count() -> int:
    return Person.objects.filter(is_active=True, role__in=roles_with(Permission.ANSWER)).count()


def agents_now(people: Iterable[Person]) -> list[AgentNow]:
    found = list(people)
    ids = [one.pk for one in found]
    present = {one.person_id: one for one in Presence.objects.filter(person__in=ids, ended_at=None)}
    held: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    for person, kind in Placement.objects.filter(person__in=ids, state__in=_HOLDING).values_list("person", "kind"):
        held[person][kind] += 1
    offers = dict(Offer.objects.filter(person__in=ids, state=Offer.State.OPEN).values_list("person", "pk"))
    member: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for person, queue in QueueMember.objects.filter(person__in=ids, ended_at=None).values_list("person", "queue"):
        member[person].append(queue)
    known = loads({kind for some in held.values() for kind in some})
    return [
        AgentNow(
            one,
            present.get(one.pk),
            dict(held[one.pk]),
            min(WHOLE, sum(known[kind].weight * count for kind, count in held[one.pk].items())),
            offers.get(one.pk),
            tuple(member[one.pk]),
        )
        for one in found
    ]


def presence_of(person: Person) -> Presence | None:
    return next(iter(_presence(person.pk)), None)


@compiled
def _presence(person: UUID) -> QuerySet[Presence]:
    return Presence.objects.filter(person=person, ended_at=None)


def offers_visible_to(actor: Actor) -> QuerySet[Offer]:
    found = Offer.objects.filter(placement__queue__brand__in=actor.brand_ids)
    return found.select_related("person", "placement__queue", "placement__conversation__customer__root")


def open_offer(person: Person) -> Offer | None:
    return next(iter(_open_offers(person.pk, now())), None)


def offer_to(person: Person, offer_id: UUID) -> Offer | None:
    """Whatever became of it."""
    return next(iter(_offer_to(person.pk, offer_id)), None)


@compiled
def _offer_to(person: UUID, offer: UUID) -> QuerySet[Offer]:
    return Offer.objects.filter(pk=offer, person=person)


@compiled
def _open_offers(person: UUID, moment: datetime) -> QuerySet[Offer]:
    found = Offer.objects.filter(person=person, state=Offer.State.OPEN, expires_at__gt=moment)
    known = (
        "placement__conversation__customer__root",
        "placement__conversation__account",
        "placement__queue",
        "placement__promise",
    )
    return found.select_related(*known, "placement__conversation__brand", "decision")


def placements_of(conversation: Conversation) -> list[Placement]:
    """Oldest first, with their offers, decisions and choices."""
    found = _placements(conversation.pk)
    ids = [one.pk for one in found]
    if ids:
        attach(found, "offers", _offers(ids), "placement_id")
        attach(found, "decisions", _decisions(ids), "placement_id")
        attach(found, "choices", _choices(ids), "placement_id")
    return found


@compiled
def _placements(conversation: UUID) -> QuerySet[Placement]:
    found = Placement.objects.filter(conversation=conversation).select_related("queue", "person", "known")
    return found.order_by("at")


@compiled
def _offers(placements: list[UUID]) -> QuerySet[Offer]:
    return Offer.objects.filter(placement__in=placements).select_related("person")


@compiled
def _decisions(placements: list[UUID]) -> QuerySet[Decision]:
    return Decision.objects.filter(placement__in=placements).select_related("person")


@compiled
def _choices(placements: list[UUID]) -> QuerySet[Choice]:
    found = Choice.objects.filter(placement__in=placements)
    return found.select_related("promise", "person", "experts", "stood_in")


def decisions_of(placement: Placement) -> list[Decision]:
    return sorted(placement.decisions.all(), key=_at)


def _at(decision: Decision) -> datetime:
    return decision.at
