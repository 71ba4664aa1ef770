"""The wall: how it goes at this moment, legible across a room, and what a team lead does about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises.queries import counts, kept_rate
from ninelives.routing import queries
from ninelives.routing.models import Placement, Presence, Queue, QueueMember
from ninelives.routing.opening import opening_of_queue
from ninelives.routing.watching import Today, Worked, by_hour, today, worked
from ninelives.routing.wording import STATES, lasting
from ninelives.ui.templatetags.ui import clock_words
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place

# Of the bars of a day.
BAR_WIDTH, BAR_HEIGHT = 10, 60


@dataclass(frozen=True, slots=True)
class QueueTile:
    id: UUID
    name: str
    brand: str
    waiting: int
    longest: str
    expected: str
    share: str
    target: str
    # good, warning or bad; the words say it too.
    mood: str
    closed: str
    working: int


@dataclass(frozen=True, slots=True)
class Held:
    url: str
    label: str
    take_over_url: str


@dataclass(frozen=True, slots=True)
class Move:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AgentTile:
    id: UUID
    name: str
    state: str
    label: str
    since: str
    reason: str
    load: int
    taken: int
    occupied: int
    queues: tuple[Move, ...]
    others: tuple[Move, ...]
    held: tuple[Held, ...]
    state_url: str
    move_url: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    # As SVG writes numbers, whatever the reader's language.
    y: str
    height: str
    usual_y: str
    hour: int
    came: int
    usual: int


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    open: int
    nearly_late: int
    late: int
    kept: str


@dataclass(frozen=True, slots=True)
class Wall:
    at: datetime
    queues: tuple[QueueTile, ...]
    agents: tuple[AgentTile, ...]
    states: tuple[tuple[str, str, int], ...]
    choices: tuple[tuple[str, str], ...]
    promises: PromiseFigures
    bars: tuple[Bar, ...]
    came: int
    usual: int
    may_read: bool


def wall(person: Person) -> Wall:
    moment = now()
    midnight = localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    queues = list(Queue.objects.visible_to(person).in_use().select_related("brand").order_by("position", "name"))
    ids = [one.pk for one in queues]
    agents = _agents(person, queues, midnight, moment)
    came, usual = by_hour(ids, midnight)
    hour = localtime(moment).hour
    return Wall(
        at=moment,
        queues=_queues(queues, midnight, moment, agents),
        agents=agents,
        states=_states(agents),
        choices=tuple((state, str(STATES[state])) for state in _CHOSEN),
        promises=_promises(person, midnight),
        bars=_bars(came, usual),
        came=sum(came),
        usual=round(sum(usual[: hour + 1])),
        may_read=person.may(Permission.READ_CONVERSATIONS),
    )


_CHOSEN = (Presence.State.AVAILABLE, Presence.State.BREAK, Presence.State.BUSY, Presence.State.AWAY)


def _queues(
    queues: list[Queue], midnight: datetime, moment: datetime, agents: tuple[AgentTile, ...]
) -> tuple[QueueTile, ...]:
    done = today([one.pk for one in queues], midnight)
    several = len({one.brand_id for one in queues}) > 1
    return tuple(
        _tile(one, done.get(one.queue.pk, Today()), moment, several, agents) for one in queries.queues_now(queues)
    )


def _tile(
    seen: queries.QueueNow, done: Today, moment: datetime, several: bool, agents: tuple[AgentTile, ...]
) -> QueueTile:
    queue = seen.queue
    waited = (moment - seen.waits_since).total_seconds() if seen.waits_since else 0.0
    opening = opening_of_queue(queue, moment)
    named = [one for one in agents if queue.pk in {queue_.id for queue_ in one.queues}]
    return QueueTile(
        id=queue.pk,
        name=queue.name,
        brand=queue.brand.name if several else "",
        waiting=seen.waiting,
        longest=lasting(waited) if seen.waiting else "–",
        expected=_between(seen.expected) if seen.expected else "–",
        share="–" if done.share is None else f"{round(100 * done.share)} %",
        target=lasting(queue.within),
        mood=_mood(waited, queue.within, done.share),
        closed=_closed(opening.opens_at) if not opening.is_open else "",
        working=sum(one.state == Presence.State.AVAILABLE for one in named),
    )


def _closed(opens_at: datetime | None) -> str:
    return _("Closed until %s") % clock_words(opens_at) if opens_at else pgettext("queue", "Closed")


def _between(wait: queries.Wait) -> str:
    low, high = lasting(wait.low), lasting(wait.high)
    return low if low == high else f"{low} – {high}"


def _mood(waited: float, within: int, share: float | None) -> str:
    if waited > within or (share is not None and share < 0.6):
        return "bad"
    return "warning" if waited > within / 2 or (share is not None and share < 0.8) else "good"


def _agents(person: Person, queues: list[Queue], midnight: datetime, moment: datetime) -> tuple[AgentTile, ...]:
    people = queries.agents_now(queries.agents(person).order_by("name"))
    figures = worked([one.person.pk for one in people], midnight, moment)
    held = _held([one.person.pk for one in people], person)
    explicit = set(QueueMember.objects.filter(queue__in=queues).values_list("queue", flat=True))
    tiles = [
        _agent(one, figures.get(one.person.pk, Worked()), held.get(one.person.pk, ()), queues, explicit)
        for one in people
    ]
    return tuple(sorted(tiles, key=_order))


def _agent(
    seen: queries.AgentNow, figures: Worked, held: tuple[Held, ...], queues: list[Queue], explicit: set[UUID]
) -> AgentTile:
    state = Presence.State(seen.state)
    mine = [one for one in queues if one.pk in seen.queues]
    return AgentTile(
        id=seen.person.pk,
        name=seen.person.name,
        state=state,
        label=str(STATES[state]),
        since=lasting((now() - seen.presence.at).total_seconds()) if seen.presence else "",
        reason=seen.presence.reason if seen.presence else "",
        load=seen.load,
        taken=figures.taken,
        occupied=round(100 * figures.occupied),
        queues=tuple(Move(one.pk, one.name) for one in mine),
        # Where everybody works nobody need be put in.
        others=tuple(Move(one.pk, one.name) for one in queues if one.pk in explicit and one not in mine),
        held=held,
        state_url=link("wall_state", seen.person.pk),
        move_url=link("wall_move", seen.person.pk),
    )


def _held(people: list[UUID], person: Person) -> dict[UUID, tuple[Held, ...]]:
    if not person.may(Permission.READ_CONVERSATIONS):
        return {}
    theirs = Placement.objects.visible_to(person).filter(person__in=people, state=Placement.State.ACCEPTED)
    found: dict[UUID, tuple[Held, ...]] = {}
    for one in theirs.select_related("conversation__customer__root", "person").order_by("accepted_at"):
        if one.person:
            found[one.person.pk] = (*found.get(one.person.pk, ()), _one_held(one.conversation, person))
    return found


def _one_held(conversation: Conversation, person: Person) -> Held:
    name = conversation.customer.record.name or conversation.reference
    return Held(
        url=Place("all").url(conversation.pk),
        label=f"{name} · {conversation.subject or conversation.preview}"[:80],
        take_over_url=link("take_over", conversation.pk) if person.may(Permission.ANSWER) else "",
    )


def _order(tile: AgentTile) -> tuple[int, str]:
    states = [*STATES]
    return states.index(Presence.State(tile.state)), tile.name


def _states(agents: tuple[AgentTile, ...]) -> tuple[tuple[str, str, int], ...]:
    return tuple((state, str(label), sum(one.state == state for one in agents)) for state, label in STATES.items())


def _promises(person: Person, midnight: datetime) -> PromiseFigures:
    brands = list(person.brand_ids)
    found = counts(brands).values()
    rate = kept_rate(brands, midnight).rate
    return PromiseFigures(
        open=sum(one.open for one in found),
        nearly_late=sum(one.nearly_late for one in found),
        late=sum(one.late for one in found),
        kept="–" if rate is None else f"{round(100 * rate)} %",
    )


def _bars(came: list[int], usual: list[float]) -> tuple[Bar, ...]:
    most = max([1.0, *came, *usual])
    return tuple(
        Bar(
            x=hour * BAR_WIDTH,
            y=f"{BAR_HEIGHT * (1 - count / most):.1f}",
            height=f"{BAR_HEIGHT * count / most:.1f}",
            usual_y=f"{BAR_HEIGHT * (1 - usual[hour] / most):.1f}",
            hour=hour,
            came=count,
            usual=round(usual[hour]),
        )
        for hour, count in enumerate(came)
    )
