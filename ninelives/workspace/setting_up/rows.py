"""What the screens of setting up show, as typed values."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts import hours
from ninelives.accounts.models import LANGUAGES, Brand, Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import hours_of, people_who_may
from ninelives.channels.models import ChannelAccount
from ninelives.channels.queries import icon
from ninelives.routing.capacity import loads
from ninelives.routing.models import ChannelLoad, Queue, QueueMember, Requirement, Skill, SkillLevel
from ninelives.routing.queries import rehearsed_floors
from ninelives.workspace.links import link
from ninelives.workspace.setting_up.words import hours_in_words, kind_name, rings_in_words, seconds_in_words


@dataclass(frozen=True, slots=True)
class SetUpTab:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    id: str
    url: str
    name: str
    is_active: bool
    is_first: bool
    is_last: bool
    takes: tuple[str, ...]
    demands: tuple[str, ...]
    choosing: tuple[str, ...]
    people: str
    hours: tuple[str, ...]
    # "" where the hours are those of the brand.
    own_hours: bool
    target: str


@dataclass(frozen=True, slots=True)
class BrandQueues:
    id: str
    name: str
    new_url: str
    queues: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class SkillCell:
    name: str  # of its control
    skill: str
    level: int


@dataclass(frozen=True, slots=True)
class SkillRow:
    person: str
    role: str
    cells: tuple[SkillCell, ...]


@dataclass(frozen=True, slots=True)
class SkillColumn:
    id: str
    name: str
    asked_by: int  # queues
    may_go: bool  # nobody and no queue of a brand that is not the reader's has it


@dataclass(frozen=True, slots=True)
class LoadRow:
    kind: str
    name: str
    icon: str
    most: str
    weight: str
    interrupts: bool
    at_once: int
    is_own: bool
    error: str = ""


def tabs(current: str) -> tuple[SetUpTab, ...]:
    named = (
        ("queues", _("Queues")),
        ("skills", _("Skills")),
        ("channel_loads", _("Channels")),
        ("hours", _("Opening hours")),
        ("queue_preview", _("Who would get it?")),
    )
    return tuple(SetUpTab(label, link(name), name == current) for name, label in named)


def queues_by_brand(person: Person) -> tuple[BrandQueues, ...]:
    brands = Brand.objects.filter(pk__in=person.brand_ids).order_by("name")
    found = Queue.objects.visible_to(person).select_related("brand", "experts").order_by("position", "created_at")
    found = found.prefetch_related("accounts", "tags", "requirements__skill")
    of_brand: defaultdict[UUID, list[Queue]] = defaultdict(list)
    for queue in found:
        of_brand[queue.brand_id].append(queue)
    return tuple(_brand(brand, of_brand[brand.pk]) for brand in brands)


def _brand(brand: Brand, found: Sequence[Queue]) -> BrandQueues:
    usual = hours_in_words(hours_of(brand)[0])
    last = len(found) - 1
    rows = tuple(_queue(one, place == 0, place == last, usual) for place, one in enumerate(found))
    return BrandQueues(str(brand.pk), brand.name, f"{link('new_queue')}?brand={brand.pk}", rows)


def _queue(queue: Queue, is_first: bool, is_last: bool, usual: Sequence[str]) -> QueueRow:
    own = hours_in_words(hours.weekly(queue.hours)) if queue.hours else None
    return QueueRow(
        id=str(queue.pk),
        url=link("queue", queue.pk),
        name=queue.name,
        is_active=queue.is_active,
        is_first=is_first,
        is_last=is_last,
        takes=_takes(queue),
        demands=tuple(rings_in_words(queue.requirements.all())),
        choosing=tuple(_choosing(queue)),
        people=_people(queue),
        hours=tuple(usual if own is None else own) or (_("always open"),),
        own_hours=own is not None,
        target=_target(queue),
    )


def _choosing(queue: Queue) -> Iterator[str]:
    if queue.experts:
        yield _("Experts: %s") % queue.experts.name
    if queue.lets_choose:
        yield _("Who writes may choose")


def _takes(queue: Queue) -> tuple[str, ...]:
    languages = dict(LANGUAGES)
    told = [
        ", ".join(map(kind_name, queue.kinds)),
        ", ".join(account.name for account in queue.accounts.all()),
        ", ".join(tag.name for tag in queue.tags.all()),
        ", ".join(languages.get(one, one) for one in queue.languages),
    ]
    return tuple(filter(None, told)) or (_("everything"),)


def _people(queue: Queue) -> str:
    members = QueueMember.objects.filter(queue=queue)
    if not members:
        return _("everybody of the brand")
    names = [one.person.name for one in members.filter(ended_at=None).select_related("person").order_by("person__name")]
    if len(names) <= 4:
        return ", ".join(names) or _("nobody")
    return ngettext("%d person", "%d people", len(names)) % len(names)


def _target(queue: Queue) -> str:
    within = _("within %s") % seconds_in_words(queue.within)
    return within if queue.floor is None else f"{within}, {round(100 * queue.floor)}%"


def rehearsed(queue: Queue | None) -> str:
    """The floor that was found for it while it has none of its own; empty where there is none yet."""
    found = rehearsed_floors(queue) if queue else {}
    shares = sorted((kind_name(kind), f"{round(100 * floor)}%") for kind, floor in found.items())
    return shares[0][1] if len(shares) == 1 else ", ".join(f"{kind} {share}" for kind, share in shares)


def skill_table(person: Person) -> tuple[tuple[SkillColumn, ...], tuple[SkillRow, ...]]:
    """People of the reader's brands, by skills of the organisation."""
    skills = list(Skill.objects.order_by("name").prefetch_related("requirements"))
    people = list(people_shown(person))
    levels = {
        (who, skill): level
        for who, skill, level in SkillLevel.objects.filter(person__in=people).values_list("person", "skill", "level")
    }
    own = set(skills_of(person).values_list("pk", flat=True))
    columns = tuple(
        SkillColumn(str(one.pk), one.name, len({ring.queue_id for ring in one.requirements.all()}), one.pk in own)
        for one in skills
    )
    rows = tuple(
        SkillRow(
            one.name,
            one.role_name,
            tuple(
                SkillCell(f"level-{one.pk}-{skill.pk}", skill.name, levels.get((one.pk, skill.pk), 0))
                for skill in skills
            ),
        )
        for one in people
    )
    return columns, rows


def skills_of(person: Person) -> QuerySet[Skill]:
    """Those that are this person's to remove: skills are the whole organisation's."""
    asked = Requirement.objects.exclude(queue__brand__in=person.brand_ids).values("skill")
    had = SkillLevel.objects.exclude(person__in=people_shown(person)).values("skill")
    return Skill.objects.exclude(pk__in=asked).exclude(pk__in=had)


def people_shown(person: Person) -> QuerySet[Person]:
    return people_who_may(Permission.ANSWER, person.brand_ids)


def load_rows() -> tuple[LoadRow, ...]:
    """Of the kinds of channel that there are accounts of."""
    kinds = set(ChannelAccount.objects.filter(is_active=True).values_list("kind", flat=True))
    own = set(ChannelLoad.objects.values_list("kind", flat=True))
    found = loads(kinds)
    rows = (
        LoadRow(
            kind,
            kind_name(kind),
            icon(kind),
            str(load.most),
            str(load.weight),
            load.interrupts,
            load.slots if load.most else 0,
            kind in own,
        )
        for kind, load in found.items()
    )
    return tuple(sorted(rows, key=lambda row: row.name))
