"""One pass of the matcher: who waits and who is free is read, decided upon, and written down, in one transaction.

Whoever decides holds the one row of `Routing`, so that of several workers one decides at a time. Killed half-way,
nothing was decided; killed after the commit, the offers stand.
"""

import io
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet

from ninelives.foundation.announcing import announce, told_together
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.disk import wait_for_no_disk
from ninelives.foundation.writing import insert_all
from ninelives.routing.engine.decision import Asked
from ninelives.routing.engine.decision import Decision as Decided
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.planning import Rule
from ninelives.routing.engine.standing import Waiting
from ninelives.routing.engine.waiting import Estimate
from ninelives.routing.events import OfferMade
from ninelives.routing.live.book import Book, Reach, name_of, read_book
from ninelives.routing.live.pricing import Pricing, remembered
from ninelives.routing.live.standing import Free, Stood, idle_of, idle_people, in_line, newcomers, on_duty, waiting
from ninelives.routing.models import Decision, Offer, Placement, PlanInForce, Routing
from ninelives.routing.telling import tell_offers, tell_queue

# Ends that the rule learns from, at most so many in one pass.
_LEARNT = 200

_remembered: Pricing | None = None
_COUNT_EVERY = 1.0
_counted: tuple[Pricing, float, Counter[Reach]] | None = None


def match() -> int:
    """Offer what can be offered; how many offers."""
    # Whoever has something to decide about wakes us once more when it is there: what is not there yet is not missed.
    return _match() if _is_due() else 0


_DUE = """
    SELECT EXISTS (SELECT FROM routing_placement WHERE state = 'waiting' AND parked_at IS NULL)
        OR EXISTS (SELECT FROM routing_placement WHERE ended_at IS NOT NULL AND NOT is_learnt)
"""


def _is_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        return bool(cursor.fetchone()[0])


@again_if_crossed
@transaction.atomic
@told_together()
def _match() -> int:
    # An offer that a power cut takes was accepted by nobody: accepting waits for the disk.
    wait_for_no_disk()
    # The row is what one worker at a time decides by.
    state = next(iter(_state()), None) or Routing.objects.select_for_update().get_or_create(pk=1)[0]
    pricing = _pricing(state)
    if not pricing.book.lanes:
        return 0
    return _Pass(state, pricing).run()


@compiled
def _state() -> QuerySet[Routing]:
    return Routing.objects.select_for_update().filter(pk=1)


def _pricing(state: Routing) -> Pricing:
    global _remembered
    if _remembered is None or _remembered.book.version != state.version:
        _remembered = Pricing(read_book(state.version), Rule(allowance=None), state.floors)
    _remembered.hold_to(state.floors)
    return _remembered


def _on_duty(pricing: Pricing) -> Counter[Reach]:
    """Counted anew every second: prices are of many minutes."""
    global _counted
    at = time.monotonic()
    if _counted is None or _counted[0] is not pricing or at - _counted[1] > _COUNT_EVERY:
        _counted = pricing, at, on_duty(pricing.book)
    return _counted[2]


class _Pass:
    def __init__(self, state: Routing, pricing: Pricing) -> None:
        self.state, self.pricing, self.book = state, pricing, pricing.book
        self.at = now()
        self.idle = {str(one.person): one for one in idle_people(self.book)}
        self.stood = {one.contact.contact: one for one in waiting(self.book, len(self.idle), self.at)}
        self.ended = _ended(self.book)
        self.plan = pricing.in_force(_on_duty(pricing), {one.reach: one.whole for one in self.idle.values()})

    def run(self) -> int:
        # Whoever was looked at before waits on while nobody is idle.
        if not self.ended and all(one.is_considered and not self.idle for one in self.stood.values()):
            return 0
        moment = self.at.timestamp()
        extra, pace = remembered(self.state, self.book, self.at)
        gone = [contact for _, contact, _ in self.ended]
        matcher = Matcher.restored(
            self.plan,
            [*in_line(self.stood.values(), moment), *gone],
            [idle_of(one, self.pricing.places[one.reach]) for one in self.idle.values()],
            extra,
            pace,
            {one.contact.contact: one.told for one in self.stood.values() if one.told},
        )
        self._learn(matcher)
        # Whoever is kept for somebody comes first, then whoever waited, then whoever comes now.
        decided = self._hold(matcher, moment)
        decided += matcher.catch_up(moment)
        decided += self._arrive(matcher, moment)
        decided += matcher.wake(moment)
        self._keep(matcher)
        given = [one for one in decided if one.contact and one.agent]
        offers = self._offer(given)
        self._write_down([*given, *(one for one in decided if not one.agent)], offers)
        return len(offers)

    def _learn(self, matcher: Matcher) -> None:
        for _, contact, at in self.ended:
            matcher.withdraw(contact.contact, at)
        if self.ended:
            Placement.objects.filter(pk__in=[placement for placement, _, _ in self.ended]).update(is_learnt=True)

    def _hold(self, matcher: Matcher, moment: float) -> list[Decided]:
        again = [matcher.arrive(one.contact, moment) for one in self.stood.values() if one.is_held(moment)]
        return [one for one in again if one.contact]

    def _arrive(self, matcher: Matcher, moment: float) -> list[Decided]:
        decided: list[Decided] = []
        told: list[tuple[UUID, Estimate | None]] = []
        for one in newcomers(self.stood.values()):
            decision = matcher.arrive(one.contact, moment)
            decided.append(decision if decision.contact else _of(decision, one))
            told.append((one.placement, matcher.told(one.contact.contact)))
        if told:
            _consider(told)
        return decided

    def _keep(self, matcher: Matcher) -> None:
        extra, pace = matcher.multipliers, matcher.pace.T
        names = [lane.name for lane in self.book.lanes]
        multipliers = {**self.state.multipliers, **{name: float(extra[place]) for place, name in enumerate(names)}}
        paces = {**self.state.paces, **{name: [float(one) for one in pace[place]] for place, name in enumerate(names)}}
        if (multipliers, paces) != (self.state.multipliers, self.state.paces):
            Routing.objects.filter(pk=1).update(multipliers=multipliers, paces=paces)

    def _offer(self, given: list[Decided]) -> dict[str, Offer]:
        """Compare-and-set on each placement: what is not waiting any more is left to whoever has it."""
        offers = {one.contact or "": self._offer_of(one) for one in given}
        kept = _offered(offers.values(), self.at) if offers else set()
        offers = {contact: offer for contact, offer in offers.items() if offer.placement_id in kept}
        insert_all(list(offers.values()))
        if offers:
            self._tell(offers)
        return offers

    def _offer_of(self, one: Decided) -> Offer:
        stood = self.stood[one.contact or ""]
        stands = timedelta(seconds=self.book.lanes[stood.contact.klass].queue.offer_stands)
        return Offer(
            placement_id=stood.placement, person_id=UUID(one.agent or ""), at=self.at, expires_at=self.at + stands
        )

    def _tell(self, offers: dict[str, Offer]) -> None:
        for contact, offer in offers.items():
            announce(OfferMade(offer.pk, self.stood[contact].conversation, offer.person_id))
            tell_offers(offer.person_id)
        for brand in {self.book.lanes[self.stood[contact].contact.klass].queue.brand_id for contact in offers}:
            tell_queue(brand)

    def _write_down(self, decided: Iterable[Decided], offers: dict[str, Offer]) -> None:
        rows = [self._row(one, offers.get(one.contact or "")) for one in decided if one.contact in self.stood]
        if rows and self.pricing.name not in self.pricing.written:
            self._write_plan()
        if rows:
            insert_all(rows)

    def _write_plan(self) -> None:
        kept = io.BytesIO()
        arrays: dict[str, Any] = {name: np.asarray(value) for name, value in self.plan._asdict().items()}
        np.savez_compressed(kept, **arrays)
        names = [lane.name for lane in self.book.lanes]
        PlanInForce.objects.bulk_create(
            [PlanInForce(name=self.pricing.name, content=kept.getvalue(), classes=names)], ignore_conflicts=True
        )
        transaction.on_commit(partial(self.pricing.written.add, self.pricing.name))

    def _row(self, one: Decided, offer: Offer | None) -> Decision:
        stood = self.stood[one.contact or ""]
        return Decision(
            placement_id=stood.placement,
            queue_id=stood.queue,
            offer=offer,
            person_id=offer.person_id if offer else None,
            at=self.at,
            waited=max(0.0, self.at.timestamp() - stood.contact.since),
            plan=self.pricing.name,
            guard=one.guard.name.lower(),
            asked=one.evidence.asked.value,
            subject=one.evidence.subject,
            winner=one.winner.which if one.winner else None,
            winner_score=one.winner.score if one.winner else None,
            runner_up=one.runner_up.which if one.runner_up else None,
            runner_up_score=one.runner_up.score if one.runner_up else None,
            runner_up_name=self._runner_up(one),
            class_price=one.class_price,
            profile_price=one.profile_price,
            figures=list(one.evidence.figures),
            lines=one.evidence.lines,
        )

    def _runner_up(self, one: Decided) -> str:
        """Somebody of the profile that would have been next, or the queue that would have been served."""
        if one.runner_up is None:
            return ""
        if one.evidence.asked is Asked.CLASS:
            lane = self.book.lanes[one.runner_up.which]
            return f"{lane.queue.name} · {lane.kind}"
        others = (free for free in self.idle.values() if self.pricing.places[free.reach] == one.runner_up.which)
        other = min(others, key=_idle_since, default=None)
        return self.book.names.get(other.person, "") if other else ""


_CONSIDERED = """
    UPDATE routing_placement placement
    SET is_considered = true, told_mean = told.mean, told_low = told.low, told_high = told.high
    FROM unnest(%s::uuid[], %s::float[], %s::float[], %s::float[]) AS told (id, mean, low, high)
    WHERE placement.id = told.id
"""
_OFFERED = """
    WITH offered AS (
        UPDATE routing_placement placement SET state = 'offered', person_id = given.person, offered_at = %(at)s
        FROM unnest(%(placements)s::uuid[], %(people)s::uuid[]) AS given (placement, person)
        WHERE placement.id = given.placement AND placement.state = 'waiting'
        RETURNING placement.id, placement.person_id
    ), idle AS (
        UPDATE routing_presence SET idle_since = %(at)s
        WHERE ended_at IS NULL AND person_id IN (SELECT person_id FROM offered)
    )
    SELECT id FROM offered
"""


def _consider(told: list[tuple[UUID, Estimate | None]]) -> None:
    rows = [(placement, *((one.mean, one.low, one.high) if one else (None, None, None))) for placement, one in told]
    with connection.cursor() as cursor:
        cursor.execute(_CONSIDERED, [list(column) for column in zip(*rows, strict=True)])


def _offered(offers: Iterable[Offer], at: datetime) -> set[UUID]:
    """Which placements were still waiting, and are offered now."""
    pairs = [(one.placement_id, one.person_id) for one in offers]
    given: dict[str, Any] = {
        "at": at,
        "placements": [one for one, _ in pairs],
        "people": [person for _, person in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, given)
        return {placement for (placement,) in cursor.fetchall()}


def _idle_since(free: Free) -> float:
    return free.idle_since


def _of(decision: Decided, stood: Stood) -> Decided:
    """A decision to let it wait, kept with what waits."""
    return replace(decision, contact=stood.contact.contact)


@compiled
def _unlearnt() -> QuerySet[Placement]:
    left = Placement.objects.filter(ended_at__isnull=False, is_learnt=False)
    return left.order_by("ended_at")[:_LEARNT]


def _ended(book: Book) -> list[tuple[UUID, Waiting, float]]:
    """Those who gave up since the last pass: what the rule learns from, too."""
    found, done = [], []
    for one in _unlearnt():
        name = name_of(one.queue_id, one.kind)
        if one.why == Placement.Why.LEFT and name in book.places and one.ended_at:
            contact = Waiting(one.counts_from.timestamp(), str(one.pk), book.places[name])
            found.append((one.pk, contact, one.ended_at.timestamp()))
        else:
            done.append(one.pk)
    if done:
        Placement.objects.filter(pk__in=done).update(is_learnt=True)
    return found
