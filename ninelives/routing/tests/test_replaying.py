"""A day taken again: the same decisions as the matcher's, and what another set-up would have made of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

import numpy as np
import pytest

from ninelives.routing.engine.arrays import OF_WAKES, Plan
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill
from ninelives.routing.engine.planning import FIRST_COME, Rule, plan
from ninelives.routing.engine.simulating.replaying import (
    ARRIVED,
    ENDED,
    FINISHED,
    LEFT,
    LOOKED,
    SHIFT,
    Day,
    Rooms,
    reachable_rooms,
    replay,
)
from ninelives.routing.engine.standing import Idle, Waiting

CHAT, MAIL = 0, 1
# Of each kind: at most, weight, and whether it may interrupt.
MOST, WEIGHT, INTERRUPTS = (2, 4), (50, 25), (True, False)


def centre(rule: Rule) -> tuple[Plan, Rooms, int]:
    """Three classes: two of chats, of which one relaxes after a minute, and mails; experts and beginners."""
    classes = (
        ContactClass("easy", patience=120, value=1, arrivals=0.05, floor=0.8),
        ContactClass("hard", patience=200, value=3, arrivals=0.03, age_limit=150),
        ContactClass("mail", patience=inf, value=1, arrivals=0.02, within=600, horizon=600),
    )
    kinds = (CHAT, CHAT, MAIL)
    reaches = ((0.0, 0.0, 0.0), (0.0, 60.0, 0.0))
    places: dict[tuple[float, ...], int] = {}
    table = np.full((2, 4), -1, np.int64)
    for base, reach in enumerate(reaches):
        for mask in reachable_rooms(MOST, WEIGHT, INTERRUPTS):
            some = tuple(after if mask >> kind & 1 else inf for after, kind in zip(reach, kinds, strict=True))
            if min(some) < inf:
                table[base, mask] = places.setdefault(some, len(places))
    names = [one.name for one in classes]
    profiles = tuple(Profile(str(place), 4, _skills(names, reach)) for reach, place in places.items())
    base = np.array([0, 0, 1, 1, 1], dtype=np.int64)
    rooms = Rooms(
        np.array(MOST), np.array(WEIGHT), np.array(INTERRUPTS, dtype=np.int64), np.array(kinds),
        np.array([0.0, 30.0, 0.0]), table, base,
    )  # fmt: skip
    return plan(Model(classes, profiles), rule), rooms, len(base)


def _skills(names: list[str], reach: tuple[float, ...]) -> dict[str, Skill]:
    return {name: Skill(1 / 150, after=after) for name, after in zip(names, reach, strict=True) if after < inf}


def some_day(seed: int, people: int, contacts: int = 400) -> Day:
    draw = np.random.default_rng(seed)
    klass = draw.choice(3, size=contacts, p=[0.5, 0.3, 0.2]).astype(np.int64)
    came = np.sort(draw.uniform(0, 6000, contacts))
    patience = np.where(klass == 2, inf, draw.exponential(150, contacts))
    changes = sorted((at, who, wants) for who in range(people) for at, wants in _shifts(draw))
    at, who, wants = (np.array(column) for column in zip(*changes, strict=True))
    return Day(came, klass, draw.exponential(140, contacts), patience, at, who, wants)


def _shifts(draw: np.random.Generator) -> Iterator[tuple[float, int]]:
    """Comes, takes no mail for a while, has a break, comes back, goes home."""
    for (low, high), wants in (((0, 50), 3), ((800, 1500), 1), ((1600, 2500), 0), ((2600, 3000), 3), ((5000, 6500), 0)):
        yield float(draw.uniform(low, high)), wants


@dataclass
class ByMatcher:
    """The same day, told to the matcher: what happens stands in a calendar of its own."""

    plan: Plan
    day: Day
    rooms: Rooms
    ahead: list[tuple[float, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        people = len(self.rooms.base)
        self.matcher = Matcher(self.plan)
        self.held = np.zeros((people, 2), np.int64)
        self.wants, self.since, self.finishing = np.zeros(people, np.int64), np.zeros(people), np.zeros(people)
        self.taken: dict[int, tuple[float, int]] = {}
        self.left: dict[int, float] = {}
        for place, at in enumerate(self.day.came):
            heappush(self.ahead, (float(at), ARRIVED, place))
        for place, at in enumerate(self.day.changed_at):
            heappush(self.ahead, (float(at), SHIFT, place))

    def run(self, end: float) -> "ByMatcher":
        deeds = {SHIFT: self.shift, ENDED: self.end, FINISHED: self.again, ARRIVED: self.arrive, LEFT: self.leave}
        while self.ahead and self.ahead[0][0] < end:
            now, kind, item = heappop(self.ahead)
            if kind == LOOKED:
                self.look(item, now)
            else:
                deeds[kind](item, now)
        return self

    def shift(self, event: int, now: float) -> None:
        who, wants = int(self.day.changer[event]), int(self.day.wants[event])
        if not self.wants[who] and wants:
            self.since[who] = now
        self.wants[who] = wants
        self.again(who, now)

    def again(self, who: int, now: float) -> None:
        self.matcher.leave(str(who))
        profile = self.profile(who, now)
        if profile >= 0:
            self.give(self.matcher.free(Idle(self.since[who], str(who), profile), now), now)

    def profile(self, who: int, now: float) -> int:
        if not self.wants[who] or self.finishing[who] > now:
            return -1
        chats, mails = self.held[who]
        has_room = {CHAT: chats < 2, MAIL: mails < 4 and chats * 50 + mails * 25 + 25 <= 100}
        room = sum(1 << kind for kind, has in has_room.items() if has and self.wants[who] >> kind & 1)
        return int(self.rooms.profile[self.rooms.base[who], room])

    def arrive(self, contact: int, now: float) -> None:
        klass = int(self.day.klass[contact])
        decision = self.matcher.arrive(Waiting(now, str(contact), klass), now)
        if decision.agent:
            return self.give(decision, now)
        heappush(self.ahead, (now + float(self.day.patience[contact]), LEFT, contact))
        first, last = self.plan.starts[OF_WAKES, klass : klass + 2]
        for wake in self.plan.wakes[first:last]:
            if wake < self.day.patience[contact]:
                heappush(self.ahead, (now + float(wake), LOOKED, contact))

    def give(self, decision: object, now: float) -> None:
        if getattr(decision, "agent", None) is None:
            return
        contact, who = int(decision.contact), int(decision.agent)  # type: ignore[attr-defined]
        self.taken[contact] = (now, who)
        self.held[who, self.rooms.kind[self.day.klass[contact]]] += 1
        self.since[who] = now
        heappush(self.ahead, (now + float(self.day.work[contact]), ENDED, contact))
        profile = self.profile(who, now)
        if profile >= 0:
            # There is room for more: they stand in line again, and are asked at once if anybody waits.
            self.matcher._standing.become_idle(self.plan, Idle(now, str(who), profile))
            heappush(self.ahead, (now, FINISHED, who))

    def end(self, contact: int, now: float) -> None:
        _, who = self.taken[contact]
        klass = self.day.klass[contact]
        self.held[who, self.rooms.kind[klass]] -= 1
        if self.rooms.wrap_up[klass]:
            self.finishing[who] = now + self.rooms.wrap_up[klass]
            heappush(self.ahead, (self.finishing[who], FINISHED, who))
        self.again(who, now)

    def leave(self, contact: int, now: float) -> None:
        if str(contact) in self.matcher.waiting_contacts:
            self.left[contact] = now
            self.matcher.withdraw(str(contact), now)

    def look(self, contact: int, now: float) -> None:
        if str(contact) in self.matcher.waiting_contacts:
            for decision in self.matcher.wake(now):
                self.give(decision, now)


@pytest.mark.parametrize("rule", [Rule(), FIRST_COME], ids=["index", "first-come"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_replay_decides_as_the_matcher(seed: int, rule: Rule) -> None:
    made, rooms, people = centre(rule)
    day = some_day(seed, people)
    by_matcher = ByMatcher(made, day, rooms).run(6000)
    replayed = replay(day, rooms, [(0.0, made)], 6000, np.zeros(3))
    agent = {contact: who for contact, (_, who) in by_matcher.taken.items()}
    assert {int(one): int(replayed.agent[one]) for one in np.nonzero(replayed.agent >= 0)[0]} == agent
    assert all(replayed.taken_at[one] == at for one, (at, _) in by_matcher.taken.items())
    assert {int(one): replayed.left_at[one] for one in np.nonzero(np.isfinite(replayed.left_at))[0]} == by_matcher.left
    assert np.array_equal(replayed.multipliers, by_matcher.matcher.multipliers)
    assert len(agent) > 150
    assert len(by_matcher.left) > 20


def test_prices_change_on_the_way() -> None:
    made, rooms, people = centre(Rule())
    day = some_day(1, people)
    whole = replay(day, rooms, [(0.0, made)], 6000, np.zeros(3))
    parts = replay(day, rooms, [(0.0, made), (1000.0, made), (3000.0, made)], 6000, np.zeros(3))
    assert np.array_equal(whole.agent, parts.agent)
    assert np.array_equal(whole.left_at, parts.left_at)


def test_which_kinds_somebody_may_have_room_for() -> None:
    # Chats interrupt mails: whoever has four mails may get a chat, and whoever has two chats gets nothing.
    assert reachable_rooms(MOST, WEIGHT, INTERRUPTS) == [0b00, 0b01, 0b11]
