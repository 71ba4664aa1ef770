"""Who would get a contact that came now, and why: the matcher made from what is true, with this contact arriving.
Nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from django.db.models import Q

from ninelives.accounts.hours import Opening
from ninelives.channels.models import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.routing.actions.following import held_for
from ninelives.routing.engine.decision import Decision as Decided
from ninelives.routing.engine.decision import Guard
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.planning import Rule
from ninelives.routing.engine.standing import Waiting
from ninelives.routing.engine.waiting import Estimate
from ninelives.routing.live.book import Book, name_of, read_book
from ninelives.routing.live.pricing import Pricing, remembered
from ninelives.routing.live.standing import Free, available, idle_of, in_line, newcomers, on_duty, waiting
from ninelives.routing.models import Placement, Presence, Queue, Routing
from ninelives.routing.opening import opening_of_queue
from ninelives.routing.queries import is_at_work
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
    told = _Pass(state, book, [one for one in found if one.is_idle]).of(_contact(meant, queue, book, klass))
    return Previewed(
        queue,
        passed,
        opening,
        may_serve,
        person=told.person,
        name=book.names.get(told.person, "") if told.person else "",
        guard=told.guard.name.lower(),
        runner_up=book.names.get(told.runner_up, "") if told.runner_up else "",
        ahead=told.ahead,
        expected=told.expected,
    )


def _contact(meant: Meant, queue: Queue, book: Book, klass: int) -> Waiting:
    """As `actions/following.py` would place it."""
    at = now()
    reach = book.reaches.get(meant.known) if meant.known else None
    known = meant.known if reach and reach[klass] < inf else None
    held = at + held_for(meant.account.kind, queue) if known and is_at_work(known) else None
    return Waiting(at.timestamp(), _CONTACT, klass, str(known) if known else None, held.timestamp() if held else -inf)


@dataclass(frozen=True, slots=True)
class _Told:
    person: UUID | None
    guard: Guard
    runner_up: UUID | None
    ahead: int
    expected: Estimate | None


class _Pass:
    """As `passing.py` decides, in the same order."""

    def __init__(self, state: Routing, book: Book, idle: list[Free]) -> None:
        self.book, self.idle, self.at = book, idle, now()
        self.stood = waiting(book, len(idle), self.at)
        self.pricing = Pricing(book, Rule(allowance=None), state.floors)
        self.plan = self.pricing.in_force(on_duty(book), {one.reach: one.whole for one in idle})
        self.remembered = remembered(state, book, self.at)

    def of(self, contact: Waiting) -> _Told:
        matcher, decided = self._decided(contact, self.idle)
        if decided.agent is None:
            ahead = self._ahead(matcher, contact.klass)
            expected = matcher.expected_wait(contact.klass, ahead) if matcher.told(contact.contact) else None
            return _Told(None, decided.guard, None, ahead, expected)
        others = [one for one in self.idle if str(one.person) != decided.agent]
        _, next_ = self._decided(contact, others)
        return _Told(UUID(decided.agent), decided.guard, UUID(next_.agent) if next_.agent else None, 0, None)

    def _decided(self, contact: Waiting, idle: list[Free]) -> tuple[Matcher, Decided]:
        moment = contact.since
        who = [idle_of(one, self.pricing.places[one.reach]) for one in idle]
        matcher = Matcher.restored(self.plan, in_line(self.stood, moment), who, *self.remembered)
        for one in self.stood:
            if one.is_held(moment):
                matcher.arrive(one.contact, moment)
        matcher.catch_up(moment)
        for one in newcomers(self.stood):
            matcher.arrive(one.contact, moment)
        decided = matcher.arrive(contact, moment)
        later = matcher.wake(moment) if decided.agent is None else []
        return matcher, next((one for one in later if one.contact == contact.contact), decided)

    def _ahead(self, matcher: Matcher, klass: int) -> int:
        """Also those whom the matcher does not look at yet."""
        lane = self.book.lanes[klass]
        line = Placement.objects.filter(queue=lane.queue, kind=lane.kind, state=Placement.State.WAITING)
        line = line.filter(Q(not_before=None) | Q(not_before__lte=self.at), parked_at=None)
        still = matcher.waiting_contacts
        given = sum(one.contact.klass == klass and one.contact.contact not in still for one in self.stood)
        return max(0, line.count() - given)


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
