"""How long decisions take in a large centre, and how good a match of everybody at once is beside the optimum."""

import gc
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import highspy
import numpy as np

from ninelives.routing.engine.arrays import HORIZON, OF_CLASS, Floats, Plan, Whole
from ninelives.routing.engine.deciding import urgency
from ninelives.routing.engine.decision import Decision
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill
from ninelives.routing.engine.planning import Rule, plan
from ninelives.routing.engine.prices import new_solver
from ninelives.routing.engine.rebuilding import match_all
from ninelives.routing.engine.standing import Idle, Waiting

CLASSES, PROFILES, WAITING, AGENTS = 240, 300, 10_000, 2_000


def large_model(seed: int = 1) -> Model:
    """Six channels of forty reasons: an agent has one to three channels and some reasons, as in a large centre."""
    draw = np.random.default_rng(seed)
    classes = tuple(
        ContactClass(
            f"class {which}",
            patience=float(draw.uniform(60, 900)),
            value=float(draw.choice([0.5, 1.0, 1.0, 2.0, 4.0])),
            arrivals=float(draw.uniform(0.005, 0.03)),
        )
        for which in range(CLASSES)
    )
    agents = draw.multinomial(AGENTS, np.full(PROFILES, 1 / PROFILES))
    return Model(classes, tuple(_profile(draw, which, int(count)) for which, count in enumerate(agents)))


def decisions(count: int = 10_000, rounds: int = 5) -> dict[str, Any]:
    """Microseconds of decisions one by one: half with everybody waiting, half with everybody idle.

    Every round takes the same decisions in the same states, so the shortest time of each is its own, and what is longer
    is what else ran on the machine.
    """
    made = plan(large_model(), Rule(allowance=None))
    busy = np.min([_agents_come_free(made, count // 2) for _ in range(rounds)], axis=0)
    quiet = np.min([_contacts_come(made, count // 2) for _ in range(rounds)], axis=0)
    both = np.concatenate([busy, quiet])
    return {
        "decision_us_p99": round(float(np.quantile(both, 0.99)), 1),
        "decision_us_median": round(float(np.median(both)), 1),
        "decision_us_p99_agent_free": round(float(np.quantile(busy, 0.99)), 1),
        "decision_us_p99_contact_comes": round(float(np.quantile(quiet, 0.99)), 1),
    }


def rebuild(runs: int = 30) -> dict[str, Any]:
    """Milliseconds for 10,000 x 2,000 at once, and its share of the best that is possible."""
    made = plan(large_model(), Rule(allowance=None))
    waited, klass, free = _everybody(made)
    extra = np.zeros(CLASSES)
    match_all(made, waited, klass, free, extra)
    took = [_seconds(lambda: match_all(made, waited, klass, free, extra)) for _ in range(runs)]
    contacts, profiles = match_all(made, waited, klass, free, extra)
    pairs = zip(klass[contacts], profiles, waited[contacts], strict=True)
    value = sum(urgency(made, one, profile, wait, 0.0) for one, profile, wait in pairs)
    return {
        "rebuild_ms": round(1000 * median(took), 2),
        "rebuild_value": round(value / optimum(made, waited, klass, free), 4),
        "rebuild_matched": len(contacts),
    }


def optimum(made: Plan, waited: Floats, klass: Whole, free: Whole) -> float:
    """The best that any match can be worth, by linear programming: each contact once, each profile as often as it has
    agents. Its corners are whole numbers."""
    columns = [_columns(made, contact, klass[contact], waited[contact], free) for contact in range(len(waited))]
    worths = np.concatenate([worth for worth, _ in columns])
    served = np.concatenate([np.full(len(worth), contact) for contact, (worth, _) in enumerate(columns)])
    server = len(waited) + np.concatenate([profiles for _, profiles in columns])
    rows = len(waited) + len(free)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(worths), rows
    program.col_cost_, program.col_lower_, program.col_upper_ = -worths, np.zeros(len(worths)), np.ones(len(worths))
    program.row_lower_ = np.full(rows, -highspy.kHighsInf)
    program.row_upper_ = np.concatenate([np.ones(len(waited)), free])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = 2 * np.arange(len(worths) + 1)
    program.a_matrix_.index_ = np.column_stack([served, server]).ravel()
    program.a_matrix_.value_ = np.ones(2 * len(worths))
    solver = new_solver()
    solver.passModel(program)
    solver.run()
    return -float(solver.getObjectiveValue())


def _columns(made: Plan, contact: int, klass: int, waited: float, free: Whole) -> tuple[Floats, Whole]:
    profiles = made.ties[OF_CLASS, made.starts[OF_CLASS, klass] : made.starts[OF_CLASS, klass + 1]]
    there = profiles[free[profiles] > 0]
    return np.array([urgency(made, klass, profile, waited, 0.0) for profile in there]), there


def _profile(draw: np.random.Generator, which: int, agents: int) -> Profile:
    channels = draw.choice(6, size=draw.integers(1, 4), replace=False)
    reasons = draw.choice(40, size=draw.integers(3, 11), replace=False)
    speed = draw.uniform(0.8, 1.25)
    names = [f"class {channel * 40 + reason}" for channel in channels for reason in reasons]
    return Profile(f"profile {which}", agents, {name: Skill(float(speed / draw.uniform(180, 720))) for name in names})


def _everybody(made: Plan) -> tuple[Floats, Whole, Whole]:
    draw = np.random.default_rng(2)
    klass = draw.integers(CLASSES, size=WAITING)
    waited = draw.exponential(made.classes[HORIZON, klass] / 2)
    return waited, klass, draw.multinomial(AGENTS, np.full(PROFILES, 1 / PROFILES))


def _agents_come_free(made: Plan, count: int) -> Floats:
    """10,000 wait and every agent is busy; one after the other comes free, and what is taken is replaced."""
    waited, klass, _ = _everybody(made)
    now = float(waited.max()) + 1.0
    standing = [
        Waiting(now - wait, f"c{place}", int(of)) for place, (wait, of) in enumerate(zip(waited, klass, strict=True))
    ]
    matcher = Matcher.restored(made, standing, [])
    draw = np.random.default_rng(3)
    took = []
    for turn in range(count):
        now += 0.02
        agent = Idle(now, f"a{turn}", int(draw.integers(PROFILES)))
        took.append(_seconds(partial(matcher.free, agent, now)))
        if agent.agent in matcher.idle_agents:
            matcher.leave(agent.agent)
        else:
            matcher.arrive(Waiting(now, f"n{turn}", int(draw.integers(CLASSES))), now)
    return 1e6 * np.array(took[count // 10 :])


def _contacts_come(made: Plan, count: int) -> Floats:
    """2,000 agents are idle; contacts come one after the other, and whoever is taken comes back."""
    _, _, free = _everybody(made)
    idle = [Idle(float(place), f"a{place}", int(of)) for place, of in enumerate(np.repeat(np.arange(PROFILES), free))]
    matcher = Matcher.restored(made, [], idle)
    profile = {one.agent: one.profile for one in idle}
    draw = np.random.default_rng(4)
    now, took, given = 10_000.0, [], list[Decision]()
    for turn in range(count):
        now += 0.02
        contact = Waiting(now, f"c{turn}", int(draw.integers(CLASSES)))
        took.append(_seconds(partial(matcher.arrive, contact, now), given))
        if agent := given.pop().agent:
            matcher.free(Idle(now, agent, profile[agent]), now)
        else:
            matcher.withdraw(contact.contact, now)
    return 1e6 * np.array(took[count // 10 :])


def _seconds(work: Callable[[], Any], outcomes: list[Any] | None = None) -> float:
    """A collection of garbage is no decision."""
    gc.disable()
    begun = time.perf_counter()
    outcome = work()
    took = time.perf_counter() - begun
    gc.enable()
    if outcomes is not None:
        outcomes.append(outcome)
    return took
