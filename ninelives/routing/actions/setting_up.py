"""Queues, skills and who works where. Each change makes whoever matches read them anew."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Least

from ninelives.accounts import hours as opening_hours
from ninelives.accounts.models import Actor, Brand, Person, by
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Tag
from ninelives.foundation import reading
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.ids import new_id
from ninelives.routing.actions.leaving import leave_switched_off
from ninelives.routing.models import (
    ChannelLoad,
    Placement,
    Queue,
    QueueMember,
    Requirement,
    Routing,
    Skill,
    SkillLevel,
)
from ninelives.routing.opening import not_before
from ninelives.routing.sorting import forget_descriptions
from ninelives.routing.telling import READER, tell_queue, wake_matcher

_IN_ORDER = ("position", "created_at")


class BadExpertsError(Exception):
    """They are of another brand, or the queue itself, or send their own customers on to it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """From so many seconds on, this level of a skill is asked; 0: no longer. A skill that is named is made if there is
    none."""

    skill: Skill | str
    level: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Described:
    """A queue as it is to be; what is not said stays, or is as usual."""

    fields: dict[str, Any] = field(default_factory=dict)
    accounts: Collection[UUID] | None = None
    tags: Collection[UUID] | None = None
    rings: Collection[Ring] | None = None
    members: Collection[UUID] | None = None
    # Everybody of the brand works in it, those of later too. Who was chosen before is forgotten.
    is_everybodys: bool = False


@transaction.atomic
def open_queue(brand: Brand, name: str, described: Described = Described(), *, actor: Actor | None = None) -> Queue:
    queue = Queue(brand=brand, name=name.strip()[:80], position=Queue.objects.filter(brand=brand).count())
    return _save(queue, described, actor)


@again_if_crossed
@transaction.atomic
def change_queue(queue: Queue, described: Described, *, actor: Actor | None) -> Queue:
    return _save(queue, described, actor)


@contextmanager
def as_if(brand: Brand, queue: Queue | None, described: Described, actor: Actor | None) -> Iterator[Queue]:
    """The queue as it would be, to be read within; afterwards nothing of it is left. Raises BadHoursError,
    BadExpertsError."""
    with transaction.atomic():
        last = Queue.objects.filter(brand=brand).count()
        meant = Queue.objects.get(pk=queue.pk) if queue else Queue(brand=brand, position=last)
        yield _write(meant, described, actor)
        transaction.set_rollback(True)


def _save(queue: Queue, described: Described, actor: Actor | None) -> Queue:
    """Raises BadHoursError, BadExpertsError."""
    _write(queue, described, actor)
    # Whoever decides holds this before what waits: so do we.
    changed(queue.brand_id)
    _open_or_shut(queue)
    return queue


def _write(queue: Queue, described: Described, actor: Actor | None) -> Queue:
    for name, value in described.fields.items():
        setattr(queue, name, value)
    if queue.experts:
        _check_experts(queue, queue.experts)
    if queue.hours:
        queue.hours = opening_hours.written(opening_hours.weekly(queue.hours))
    queue.save()
    if described.accounts is not None:
        queue.accounts.set(ChannelAccount.objects.filter(pk__in=described.accounts, brand=queue.brand))
    if described.tags is not None:
        queue.tags.set(Tag.objects.filter(pk__in=described.tags))
    if described.rings is not None:
        Requirement.objects.filter(queue=queue).delete()
        Requirement.objects.bulk_create(
            Requirement(queue=queue, skill=_skill(ring.skill), level=ring.level, after=ring.after)
            for ring in described.rings
        )
    _say_who(queue, described, actor)
    return queue


def _check_experts(queue: Queue, experts: Queue) -> None:
    # Locked, in the order in which they are moved, so that of two who make a circle together the second sees the first.
    known = {
        one.pk: one
        for one in Queue.objects.select_for_update(no_key=True).filter(brand=queue.brand_id).order_by(*_IN_ORDER)
    }
    if experts.pk not in known or known[experts.pk].leads_to(queue):
        raise BadExpertsError


def _skill(named: Skill | str) -> Skill:
    return name_skill(named) if isinstance(named, str) else named


def _say_who(queue: Queue, described: Described, actor: Actor | None) -> None:
    if described.is_everybodys:
        QueueMember.objects.filter(queue=queue).delete()
    elif described.members is not None:
        _set_members(queue, set(described.members), actor)


@transaction.atomic
def follow_hours(brand: Brand) -> None:
    """The brand is open otherwise: what waits is offered by the hours there now are."""
    changed(brand.pk)
    for queue in Queue.objects.filter(brand=brand).select_related("brand"):
        _open_or_shut(queue)


def _set_members(queue: Queue, wanted: set[UUID], actor: Actor | None) -> None:
    current = QueueMember.objects.filter(queue=queue, ended_at=None)
    there = set(current.values_list("person", flat=True))
    current.exclude(person__in=wanted).update(ended_at=now())
    QueueMember.objects.bulk_create(
        QueueMember(queue=queue, person_id=person, **by(actor)) for person in sorted(wanted - there)
    )


def _open_or_shut(queue: Queue) -> None:
    """What waits in it is offered by the hours it now has."""
    moment = now()
    later = not_before(queue, moment)
    counts = later or Least("counts_from", Value(moment, output_field=DateTimeField()))
    Placement.objects.filter(queue=queue, state=Placement.State.WAITING).update(not_before=later, counts_from=counts)


@again_if_crossed
@transaction.atomic
def switch_off(queue: Queue) -> int:
    """It takes nothing any more. What waits in it waits where else it is taken, in its place, or for whoever takes it
    from the list; how many waited."""
    Queue.objects.filter(pk=queue.pk).update(is_active=False)
    changed(queue.brand_id)
    count = Placement.objects.filter(queue=queue, state=Placement.State.WAITING).count()
    while leave_switched_off():
        pass
    return count


@transaction.atomic
def switch_on(queue: Queue) -> None:
    Queue.objects.filter(pk=queue.pk).update(is_active=True)
    changed(queue.brand_id)


@transaction.atomic
def move_queue(queue: Queue, *, up: bool) -> bool:
    """Before or behind its neighbour of the brand; False when there is none."""
    # Locked, so that two who move at once do not leave two queues in one place.
    found = list(Queue.objects.select_for_update().filter(brand=queue.brand_id).order_by(*_IN_ORDER))
    here = next(place for place, one in enumerate(found) if one.pk == queue.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(found):
        return False
    found[here], found[there] = found[there], found[here]
    for place, one in enumerate(found):
        Queue.objects.filter(pk=one.pk).exclude(position=place).update(position=place)
    changed(queue.brand_id)
    return True


@transaction.atomic
def move_member(person: Person, *, from_queue: Queue | None, to_queue: Queue | None, actor: Actor | None) -> None:
    """Out of one queue and into another in one move; the other way round undoes it. What they have they keep."""
    if from_queue:
        QueueMember.objects.filter(queue=from_queue, person=person, ended_at=None).update(ended_at=now())
    if to_queue and not QueueMember.objects.filter(queue=to_queue, person=person, ended_at=None).exists():
        QueueMember.objects.create(queue=to_queue, person=person, **by(actor))
    for queue in filter(None, (from_queue, to_queue)):
        changed(queue.brand_id)


@transaction.atomic
def forget_skill(skill: Skill) -> None:
    """Nobody has it any more, and no queue asks it."""
    skill.delete()
    changed()


@transaction.atomic
def set_levels(person: Person, levels: Iterable[tuple[Skill, int]]) -> None:
    """All skills of a person, each from 1 to 5; 0 is left out."""
    SkillLevel.objects.filter(person=person).delete()
    SkillLevel.objects.bulk_create(
        SkillLevel(person=person, skill=skill, level=level) for skill, level in levels if level
    )
    changed()


@transaction.atomic
def name_skill(name: str) -> Skill:
    """The skill of this name, made if there is none."""
    return Skill.objects.get_or_create(name=name.strip()[:80])[0]


@transaction.atomic
def set_load(kind: str, *, most: int, weight: int, interrupts: bool) -> None:
    """How much of a person a conversation of this kind of channel takes."""
    ChannelLoad.objects.update_or_create(kind=kind, defaults={"most": most, "weight": weight, "interrupts": interrupts})
    changed()


def changed(brand_id: UUID | None = None) -> None:
    """Whoever matches reads queues, skills and members anew."""
    Routing.objects.update_or_create(pk=1, defaults={"version": new_id()})
    forget_descriptions()
    # What happens to conversations from now on is followed.
    reading.begin(READER)
    if brand_id:
        tell_queue(brand_id)
    wake_matcher()
