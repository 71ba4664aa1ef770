"""Queues, skills and people as the matcher counts them: classes of contacts, and who may serve which.

Read anew when `Routing.version` is another, and remembered in between: reading it costs more than a decision.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from uuid import UUID

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission, Role, roles_with
from ninelives.channels.models import ChannelAccount
from ninelives.channels.queries import abilities
from ninelives.routing.capacity import Load, loads
from ninelives.routing.engine.model import ContactClass
from ninelives.routing.models import Queue, QueueMember, Requirement, SkillLevel
from ninelives.routing.models import name_of as name_of
from ninelives.routing.rings import opens
from ninelives.routing.sorting import Description, described

# Roles of those who answer customers.
_ANSWERING = roles_with(Permission.ANSWER)

# For each class, after how many seconds of waiting somebody may serve it; infinite where never.
Reach = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A class of contacts: a queue's conversations of one kind of channel."""

    queue: Queue
    kind: str
    is_live: bool

    @property
    def name(self) -> str:
        return name_of(self.queue.pk, self.kind)

    def contact_class(self, arrivals: float, floor: float | None) -> ContactClass:
        queue = self.queue
        # Work that waits is as urgent as a customer at the end of their patience when it should have been answered.
        return ContactClass(
            self.name,
            patience=float(queue.patience) if self.is_live else inf,
            value=queue.value,
            arrivals=arrivals,
            within=float(queue.within),
            horizon=None if self.is_live else float(queue.within),
            floor=queue.floor if queue.floor is not None else floor,
        )


@dataclass(frozen=True)
class Book:
    version: UUID
    lanes: tuple[Lane, ...]
    places: Mapping[str, int]
    loads: Mapping[str, Load]
    reaches: Mapping[UUID, Reach]
    names: Mapping[UUID, str]
    # Of what somebody holds, as far as it was met: the kinds of which there is room for one more; and what leaves none.
    rooms: dict[str, frozenset[str]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)

    def with_room(self, reach: Reach, kinds: frozenset[str]) -> Reach:
        """What of it somebody can serve who has room for these kinds."""
        return tuple(after if lane.kind in kinds else inf for after, lane in zip(reach, self.lanes, strict=True))


def read_book(version: UUID, queues: Iterable[Queue] | None = None) -> Book:
    """Of the queues in use, or of these as they would be."""
    taking = described(Queue.objects.in_use()) if queues is None else described(queues)
    lanes = tuple(_lanes(taking))
    reaches = _Reaches(lanes)
    people = Person.objects.filter(is_active=True, role__in=_ANSWERING).prefetch_related("brands")
    found = {person.pk: reaches.of(person) for person in people}
    return Book(
        version,
        lanes,
        {lane.name: place for place, lane in enumerate(lanes)},
        loads({lane.kind for lane in lanes}),
        {person: reach for person, reach in found.items() if min(reach, default=inf) < inf},
        {person.pk: person.name for person in people},
    )


def _lanes(taking: Iterable[Description]) -> Iterable[Lane]:
    known: defaultdict[UUID, set[str]] = defaultdict(set)
    accounts = {one.pk: one for one in ChannelAccount.objects.filter(is_active=True)}
    for account in accounts.values():
        known[account.brand_id].add(account.kind)
    for one in taking:
        some = {accounts[pk].kind for pk in one.accounts if pk in accounts} or known[one.queue.brand_id]
        for kind in sorted((some & one.kinds) if one.kinds else some):
            yield Lane(one.queue, kind, abilities(kind).live)


class _Reaches:
    """From when on a person may serve each class."""

    def __init__(self, lanes: tuple[Lane, ...]) -> None:
        queues = {lane.queue.pk for lane in lanes}
        self._lanes = lanes
        self._members: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for queue, person in QueueMember.objects.filter(queue__in=queues, ended_at=None).values_list("queue", "person"):
            self._members[queue].add(person)
        self._had = set(QueueMember.objects.filter(queue__in=queues).values_list("queue", flat=True))
        self._levels: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
        for person, skill, level in SkillLevel.objects.values_list("person", "skill", "level"):
            self._levels[person][skill] = level
        self._rings: defaultdict[UUID, dict[UUID, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for ring in Requirement.objects.filter(queue__in=queues).order_by("after"):
            self._rings[ring.queue_id][ring.skill_id].append((ring.after, ring.level))

    def of(self, person: Person) -> Reach:
        known = {queue.pk: self._after(person, queue) for queue in {lane.queue for lane in self._lanes}}
        return tuple(known[lane.queue.pk] for lane in self._lanes)

    def _after(self, person: Person, queue: Queue) -> float:
        works = queue.pk not in self._had or person.pk in self._members[queue.pk]
        in_brand = person.role == Role.ADMINISTRATOR or queue.brand_id in {one.pk for one in person.brands.all()}
        if not (works and in_brand):
            return inf
        levels = self._levels[person.pk]
        return max((opens(rings, levels.get(skill, 0)) for skill, rings in self._rings[queue.pk].items()), default=0.0)
