"""Who would get a contact that came now, and why: the matcher made from what is true, with this contact arriving.
Nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from ninelives.accounts.hours import Opening
from ninelives.channels.models import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.routing.engine.arrays import Plan
from ninelives.routing.engine.decision import Asked, Guard
from ninelives.routing.engine.decision import Decision as Decided
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.planning import Rule
from ninelives.routing.engine.standing import Waiting
from ninelives.routing.engine.waiting import Estimate
from ninelives.routing.live.book import Book, name_of, read_book
from ninelives.routing.live.pricing import Pricing, remembered
from ninelives.routing.live.standing import Free, available, idle_of, on_duty, waiting
from ninelives.routing.models import Presence, Queue, Routing
from ninelives.routing.opening import opening_of_queue
from ninelives.routing.sorting import described

_CONTACT = "preview"


@dataclass(frozen=True, slots=True)
class Meant:
    """A contact that might come: where, about what, in which language, of somebody whom this person knows, and when
    (the hours of that moment count; who is there is who is there now)."""

    account: ChannelAccount
    tags: frozenset[UUID]
    language: str
    known: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MayServe:
    """Somebody who may take it: after so many seconds of waiting, their state, and whether they have room now."""

    person: UUID
    name: str
    after: float
    state: str
    has_room: bool


@dataclass(frozen=True, slots=True)
class Previewed:
    """`queue` None: no queue takes it. `person` None: nobody gets it now, and `guard` says why if there is a reason."""

    queue: Queue | None
    passed_over: tuple[Queue, ...] = ()
    opening: Opening | None = None
    may_serve: tuple[MayServe, ...] = ()
    person: UUID | None = None
    name: str = ""
    guard: str = "none"
    runner_up: str = ""
    ahead: int = 0
    expected: Estimate | None = None


def preview(meant: Meant) -> Previewed:
    takes = described(Queue.objects.in_use())
    account = meant.account
    passed: list[Queue] = []
    for one in takes:
        if one.queue.brand_id != account.brand_id:
            continue
        if one.fits(account.brand_id, account.kind, account.pk, meant.language, meant.tags):
            return _placed(meant, one.queue, tuple(passed))
        passed.append(one.queue)
    return Previewed(None, tuple(passed))


def _placed(meant: Meant, queue: Queue, passed: tuple[Queue, ...]) -> Previewed:
    state = Routing.objects.filter(pk=1).first() or Routing()
    book = read_book(state.version)
    klass = book.places[name_of(queue.pk, meant.account.kind)]
    found = available(book)
    opening = opening_of_queue(queue, meant.at)
    may_serve = _may_serve(book, klass, found)
    if not opening.is_open and queue.outside == Queue.Outside.WAIT:
        return Previewed(queue, passed, opening, may_serve)
    idle = {str(one.person): one for one in found if one.is_idle}
    pricing = Pricing(book, Rule(allowance=None), state.floors)
    matcher = _matcher(
        state, pricing, idle, pricing.in_force(on_duty(book), {one.reach: one.whole for one in idle.values()})
    )
    moment = now().timestamp()
    matcher.catch_up(moment)
    ahead = sum(1 for one in waiting(book, len(idle), now()) if one.contact.klass == klass)
    known = str(meant.known) if meant.known else None
    decided = matcher.arrive(Waiting(moment, _CONTACT, klass, known), moment)
    return Previewed(
        queue,
        passed,
        opening,
        may_serve,
        person=UUID(decided.agent) if decided.agent else None,
        name=book.names.get(UUID(decided.agent), "") if decided.agent else "",
        guard=decided.guard.name.lower(),
        runner_up=_runner_up(decided, pricing, idle, book),
        ahead=0 if decided.agent else ahead,
        expected=None if decided.agent else matcher.told(_CONTACT),
    )


def _matcher(state: Routing, pricing: Pricing, idle: dict[str, Free], plan: Plan) -> Matcher:
    book, at = pricing.book, now()
    return Matcher.restored(
        plan,
        [one.contact for one in waiting(book, len(idle), at)],
        [idle_of(one, pricing.places[one.reach]) for one in idle.values()],
        *remembered(state, book, at),
    )


def _may_serve(book: Book, klass: int, found: list[Free]) -> tuple[MayServe, ...]:
    """Those at once first, then by the ring that opens to them."""
    room = {one.person: one.is_idle and one.reach[klass] < inf for one in found}
    reach = {person: told[klass] for person, told in book.reaches.items() if told[klass] < inf}
    states = dict(Presence.objects.filter(person__in=reach, ended_at=None).values_list("person", "state"))
    rows = (
        MayServe(person, book.names[person], after, states.get(person, Presence.State.AWAY), room.get(person, False))
        for person, after in reach.items()
    )
    return tuple(sorted(rows, key=lambda one: (one.after, not one.has_room, one.state, one.name)))


def _runner_up(decided: Decided, pricing: Pricing, idle: dict[str, Free], book: Book) -> str:
    """The one idle longest of the profile that would have been next, or else of the same one."""
    if decided.agent is None or decided.evidence.asked is not Asked.PROFILE or decided.guard is Guard.CONTINUITY:
        return ""
    winner, second = decided.winner, decided.runner_up
    others = [one for one in idle.values() if str(one.person) != decided.agent]
    same = [one for one in others if winner and pricing.places[one.reach] == winner.which]
    next_ = [one for one in others if second and pricing.places[one.reach] == second.which]
    other = min(same or next_, key=lambda one: one.idle_since, default=None)
    return book.names.get(other.person, "") if other else ""
