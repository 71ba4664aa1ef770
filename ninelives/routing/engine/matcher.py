"""The matcher of a live centre: told what happens, it says who gets whom. It keeps the state in memory; what is true
stands elsewhere, and `Matcher.restored` makes one from it. Same plan and same calls, same decisions to the bit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf

import numpy as np

from ninelives.routing.engine.arrays import (
    AFTER,
    CLASS_PRICE,
    OF_CLASS,
    OF_PROFILE,
    PATIENCE,
    PROFILE_PRICE,
    RATE,
    Floats,
    Plan,
)
from ninelives.routing.engine.board import EXTRA, FREE, choose_class, choose_profile
from ninelives.routing.engine.deciding import Choice, best_class, best_profile, urgency
from ninelives.routing.engine.decision import Asked, Candidate, Decision, Evidence, Guard, Verdict, verdict
from ninelives.routing.engine.planning import name_of
from ninelives.routing.engine.standing import Idle, Standing, Waiting
from ninelives.routing.engine.waiting import Estimate, expected_wait, first_pace, note_first, settle

# Seconds between two who are taken, before anything was seen.
_FIRST_GAP = 60.0
_UNTOLD = Estimate(0.0, 0.0, 0.0)


class Matcher:
    """`extra` [C]: multipliers of the floors so far. `known_within`: how many seconds longer others may wait so that
    customer and agent who know each other meet."""

    def __init__(self, plan: Plan, extra: Floats | None = None, known_within: float = 30.0) -> None:
        classes = plan.classes.shape[1]
        self.plan, self.name = plan, name_of(plan)
        self.known_within = known_within
        self._standing = Standing(plan, np.zeros(classes) if extra is None else extra)
        self._board = self._standing.board
        self._pace = first_pace(np.full(classes, _FIRST_GAP))
        self._held: dict[str, Waiting] = {}
        self._told: dict[str, Estimate] = {}
        self._anybody_passed = self._anybody_known = False

    @classmethod
    def restored(
        cls,
        plan: Plan,
        waiting: Iterable[Waiting],
        idle: Iterable[Idle],
        extra: Floats | None = None,
        pace: Floats | None = None,
        told: Mapping[str, Estimate] | None = None,
    ) -> "Matcher":
        """From what is true elsewhere: `extra` and `pace` as `multipliers` and `pace` gave them, `told` which waits
        were told to whom. Decides nothing: `catch_up` does."""
        matcher = cls(plan, extra)
        matcher._pace = matcher._pace if pace is None else pace.copy()
        matcher._told.update(told or {})
        for contact in waiting:
            matcher._stand_in(contact)
        for agent in idle:
            matcher._standing.become_idle(plan, agent)
        return matcher

    @property
    def multipliers(self) -> Floats:
        return self._board.classes[EXTRA].copy()

    @property
    def pace(self) -> Floats:
        """[4, C], as in `waiting`: what expected waits are told from."""
        return self._pace.copy()

    def told(self, contact: str) -> Estimate | None:
        """Which wait was told when it came; None if none was."""
        return self._told.get(contact)

    @property
    def idle_agents(self) -> frozenset[str]:
        return frozenset(self._standing.agents)

    @property
    def waiting_contacts(self) -> frozenset[str]:
        """Those that are held for an agent included."""
        return frozenset([*self._standing.waiting, *self._held])

    def arrive(self, contact: Waiting, now: float) -> Decision:
        """A contact came, or came back; it waits if nobody is given. Held for its agent while `contact.until` lasts."""
        if agent := self._free_and_known(contact, now):
            return self._meet(contact, agent, now)
        if contact.until > now:
            self._held[contact.contact] = contact
            return self._decision(now, *self._asked_profile(contact, now)[:1], Verdict(None, None, Guard.CONTINUITY))
        decision = self._place(contact, now)
        if decision.agent is None:
            self._stand_in(contact)
            self._tell(contact, now)
        return decision

    def free(self, agent: Idle, now: float) -> Decision:
        """An agent can take something (more); they are idle if nobody is given."""
        self._standing.become_idle(self.plan, agent)
        held = min((one for one in self._held.values() if self._meets(one, agent, now)), default=None)
        return self._meet(held, agent, now) if held else self._serve(self._standing.idle[agent.profile][0], now)

    def withdraw(self, contact: str, now: float, gave_up: bool = True) -> None:
        """A contact waits no longer: it gave up, or was taken or closed by hand. An unknown one is no error."""
        if gone := self._held.get(contact) or self._standing.waiting.get(contact):
            self._settle(gone, now, is_served=not gave_up)

    def leave(self, agent: str) -> None:
        """An agent can take nothing any more. An unknown one is no error."""
        if gone := self._standing.agents.get(agent):
            self._standing.become_busy(self.plan, gone)

    def wake(self, now: float) -> list[Decision]:
        """Those for whom time changed something: rings, age limits, holds that ended. To be called at `next_wake`."""
        for held in sorted(one for one in self._held.values() if one.until <= now):
            del self._held[held.contact]
            self._stand_in(held)
        return list(self._reconsidered(now))

    def next_wake(self, now: float) -> float:
        """When `wake` is due; infinite if nothing waits for a moment."""
        holds = (one.until for one in self._held.values())
        return min([inf, *holds, *self._standing.moments(self.plan, now)])

    def catch_up(self, now: float) -> list[Decision]:
        """After a restart, or when many come back at once: gives to who is idle until nothing more is to be given."""
        if not self._standing.waiting:
            return []
        # Each is asked, as whoever is idle longest may have passed on what the next has not.
        decisions = [self._serve(agent, now) for agent in sorted(self._standing.agents.values())]
        return [decision for decision in decisions if decision.agent]

    def adopt(self, plan: Plan) -> None:
        """New prices. Classes, profiles and who may serve whom stay as they are, in their places."""
        if not np.array_equal(plan.starts, self.plan.starts) or not np.array_equal(plan.ties, self.plan.ties):
            raise ValueError("a plan of other classes, profiles or skills needs a new matcher")
        self.plan, self.name = plan, name_of(plan)

    def position(self, contact: str) -> int | None:
        """How many of its class wait before it; None when it does not wait."""
        waiting = self._standing.waiting.get(contact)
        return self._standing.lines[waiting.klass].index(waiting) if waiting else None

    def expected_wait(self, klass: int, ahead: int | None = None) -> Estimate:
        """From now on, for who has so many of the class ahead; without `ahead`, for who would come now."""
        before = len(self._standing.lines[klass]) if ahead is None else ahead
        return expected_wait(self._pace, klass, before, self.plan.classes[PATIENCE, klass])

    def _place(self, contact: Waiting, now: float) -> Decision:
        evidence, choice = self._asked_profile(contact, now)
        told = verdict(self.plan, evidence, choice)
        agent = self._standing.longest_idle(told.winner.which, contact) if told.winner else None
        if agent:
            self._give(contact, agent, now)
        return self._decision(now, evidence, told, contact if agent else None, agent)

    def _serve(self, agent: Idle, now: float) -> Decision:
        evidence, choice = self._asked_class(agent, now)
        told = verdict(self.plan, evidence, choice)
        if told.winner is None:
            return self._decision(now, evidence, told)
        contact = self._standing.first_for(told.winner.which, agent.agent)
        if known := self._known_near(contact, agent, now):
            contact, told = known, replace(told, guard=Guard.CONTINUITY)
        if contact:
            self._give(contact, agent, now)
        return self._decision(now, evidence, told, contact, agent if contact else None)

    def _meet(self, contact: Waiting, agent: Idle, now: float) -> Decision:
        evidence, _ = self._asked_profile(contact, now)
        waited, extra = evidence.figures
        score = float(urgency(self.plan, contact.klass, agent.profile, waited, extra))
        self._give(contact, agent, now)
        told = Verdict(Candidate(agent.profile, score), None, Guard.CONTINUITY)
        return self._decision(now, evidence, told, contact, agent)

    def _reconsidered(self, now: float) -> Iterator[Decision]:
        for klass in range(self.plan.classes.shape[1]):
            while line := self._standing.lines[klass]:
                decision = self._place(line[0], now)
                if decision.agent is None:
                    break
                yield decision

    def _asked_class(self, agent: Idle, now: float) -> tuple[Evidence, Choice]:
        choice, lines = (
            choose_class(self.plan, self._board, agent.profile, now),
            self._lines(OF_PROFILE, agent.profile, 2),
        )
        free = float(self._board.profiles[FREE, agent.profile])
        if self._anybody_passed:
            self._leave_out_passed(agent, lines[0], now)
            choice = best_class(self.plan, agent.profile, free, *lines)
        return Evidence(Asked.CLASS, agent.profile, (free,), lines.tobytes()), choice

    def _asked_profile(self, contact: Waiting, now: float) -> tuple[Evidence, Choice]:
        choice = choose_profile(self.plan, self._board, contact.klass, contact.since, now)
        lines = self._lines(OF_CLASS, contact.klass, 3)
        figures = (now - contact.since, float(self._board.classes[EXTRA, contact.klass]))
        if contact.passed:
            self._leave_out(contact, lines[0])
            choice = best_profile(self.plan, contact.klass, *figures, *lines)
        return Evidence(Asked.PROFILE, contact.klass, figures, lines.tobytes()), choice

    def _lines(self, row: int, which: int, count: int) -> Floats:
        """What the last decision read, in a copy that lies as it was read."""
        candidates = self.plan.starts[row, which + 1] - self.plan.starts[row, which]
        return self._board.lines[:count, :candidates].copy()

    def _leave_out_passed(self, agent: Idle, waited: Floats, now: float) -> None:
        first = self.plan.starts[OF_PROFILE, agent.profile]
        for place in range(len(waited)):
            contact = self._standing.first_for(self.plan.ties[OF_PROFILE, first + place], agent.agent)
            waited[place] = now - contact.since if contact else -1.0

    def _leave_out(self, contact: Waiting, free: Floats) -> None:
        first = self.plan.starts[OF_CLASS, contact.klass]
        for place in range(len(free)):
            idle = self._standing.idle[self.plan.ties[OF_CLASS, first + place]]
            free[place] = sum(one.agent not in contact.passed for one in idle)

    def _free_and_known(self, contact: Waiting, now: float) -> Idle | None:
        agent = self._standing.agents.get(contact.known or "")
        return agent if agent and self._meets(contact, agent, now) else None

    def _meets(self, contact: Waiting, agent: Idle, now: float) -> bool:
        """They know each other, and that agent may serve them by now."""
        pair = self.plan.pairs[:, contact.klass, agent.profile]
        is_open = pair[RATE] > 0 and now - contact.since >= pair[AFTER]
        return bool(contact.known == agent.agent and is_open and agent.agent not in contact.passed)

    def _known_near(self, first: Waiting | None, agent: Idle, now: float) -> Waiting | None:
        """Somebody of the class who knows the agent, and came not much later than the first in line."""
        if first is None or not self._anybody_known:
            return None
        line = self._standing.lines[first.klass]
        near = (one for one in line if one.since - first.since <= self.known_within)
        return next((one for one in near if self._meets(one, agent, now)), None)

    def _stand_in(self, contact: Waiting) -> None:
        self._standing.stand_in(contact)
        self._anybody_passed = self._anybody_passed or bool(contact.passed)
        self._anybody_known = self._anybody_known or contact.known is not None

    def _tell(self, contact: Waiting, now: float) -> None:
        ahead = len(self._standing.lines[contact.klass]) - 1
        if ahead == 0:
            note_first(self._pace, contact.klass, now)
        rest, passed = self.expected_wait(contact.klass, ahead), max(now - contact.since, 0.0)
        # What is learnt from its end is the whole wait, also of one that was looked at late, as in a long line.
        self._told[contact.contact] = Estimate(*(seconds + passed for seconds in rest))

    def _give(self, contact: Waiting, agent: Idle, now: float) -> None:
        self._settle(contact, now, is_served=True)
        self._standing.become_busy(self.plan, agent)

    def _settle(self, contact: Waiting, now: float, is_served: bool) -> None:
        told = self._told.pop(contact.contact, _UNTOLD)
        was_in_line = contact.contact in self._standing.waiting
        settle(self.plan, self._board, self._pace, contact.klass, contact.since, now, is_served, was_in_line, told)
        self._held.pop(contact.contact, None)
        self._standing.step_out(contact)

    def _decision(
        self, now: float, evidence: Evidence, told: Verdict, contact: Waiting | None = None, agent: Idle | None = None
    ) -> Decision:
        klass = contact.klass if contact else evidence.subject if evidence.asked is Asked.PROFILE else None
        profile = agent.profile if agent else evidence.subject if evidence.asked is Asked.CLASS else None
        return Decision(
            at=now,
            contact=contact.contact if contact else None,
            agent=agent.agent if agent else None,
            winner=told.winner if agent else None,
            runner_up=told.runner_up,
            guard=told.guard,
            class_price=0.0 if klass is None else float(self.plan.classes[CLASS_PRICE, klass]),
            profile_price=0.0 if profile is None else float(self.plan.profiles[PROFILE_PRICE, profile]),
            plan=self.name,
            evidence=evidence,
        )
