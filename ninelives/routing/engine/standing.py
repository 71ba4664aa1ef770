"""Who waits and who is idle, in lines, with the board that decisions read kept in step."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from ninelives.routing.engine.arrays import OF_WAKES, Floats, Plan
from ninelives.routing.engine.board import IDLE_SINCE, SINCE, count_free, empty_board


@dataclass(frozen=True, order=True, slots=True)
class Waiting:
    """A contact. `since`: when its waiting began, kept over transfers and lost offers. `klass`: index in the plan.

    `known`: the agent who knows the customer. `until`: until when only that agent is asked. `passed`: agents who have
    passed it on and are not asked again.
    """

    since: float
    contact: str
    klass: int
    known: str | None = None
    until: float = -inf
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True, slots=True)
class Idle:
    """An agent who can take something. `profile`: index in the plan, of what they have room for now."""

    since: float
    agent: str
    profile: int


class Standing:
    def __init__(self, plan: Plan, extra: Floats) -> None:
        classes, profiles = plan.pairs[0].shape
        self.board = empty_board(plan, extra)
        self.lines: list[list[Waiting]] = [[] for _ in range(classes)]
        self.idle: list[list[Idle]] = [[] for _ in range(profiles)]
        self.waiting: dict[str, Waiting] = {}
        self.agents: dict[str, Idle] = {}

    def stand_in(self, contact: Waiting) -> None:
        if contact.contact in self.waiting:
            raise ValueError(f"{contact.contact} waits already")
        self.waiting[contact.contact] = contact
        insort(self.lines[contact.klass], contact)
        self._show_first(contact.klass)

    def step_out(self, contact: Waiting) -> None:
        if self.waiting.pop(contact.contact, None):
            line = self.lines[contact.klass]
            del line[bisect_left(line, contact)]
            self._show_first(contact.klass)

    def become_idle(self, plan: Plan, agent: Idle) -> None:
        if agent.agent in self.agents:
            raise ValueError(f"{agent.agent} is idle already")
        self.agents[agent.agent] = agent
        insort(self.idle[agent.profile], agent)
        self._count(plan, agent.profile, 1.0)

    def become_busy(self, plan: Plan, agent: Idle) -> None:
        del self.agents[agent.agent]
        line = self.idle[agent.profile]
        del line[bisect_left(line, agent)]
        self._count(plan, agent.profile, -1.0)

    def first_for(self, klass: int, agent: str) -> Waiting | None:
        """The first in line whom this agent has not passed on."""
        return next((one for one in self.lines[klass] if agent not in one.passed), None)

    def longest_idle(self, profile: int, contact: Waiting) -> Idle | None:
        return next((one for one in self.idle[profile] if one.agent not in contact.passed), None)

    def moments(self, plan: Plan, now: float) -> Iterator[float]:
        """When those first in line are to be looked at again."""
        for klass, line in enumerate(self.lines):
            for wait in plan.wakes[plan.starts[OF_WAKES, klass] : plan.starts[OF_WAKES, klass + 1]] if line else ():
                if line[0].since + wait > now:
                    yield float(line[0].since + wait)

    def _show_first(self, klass: int) -> None:
        line = self.lines[klass]
        self.board.classes[SINCE, klass] = line[0].since if line else inf

    def _count(self, plan: Plan, profile: int, more: float) -> None:
        count_free(plan, self.board, profile, more)
        line = self.idle[profile]
        self.board.profiles[IDLE_SINCE, profile] = line[0].since if line else 0.0
