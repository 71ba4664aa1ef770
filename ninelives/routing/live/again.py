"""Decisions that were written down, taken again: from the plan that was in force and what each read, to the bit."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ninelives.routing.engine.arrays import Plan
from ninelives.routing.engine.decision import Asked, Candidate, Evidence, Guard, Verdict, again
from ninelives.routing.engine.planning import name_of
from ninelives.routing.models import Decision, PlanInForce

_BARE: dict[str, type] = {"by_index": bool, "kappa": float, "step": float, "cap": float}


class OtherPlanError(Exception):
    """What is kept under a plan's name is another plan."""


def plan_of(kept: PlanInForce) -> Plan:
    """Raises OtherPlanError."""
    with np.load(io.BytesIO(bytes(kept.content))) as arrays:
        found: dict[str, Any] = {
            name: _BARE[name](arrays[name]) if name in _BARE else arrays[name] for name in arrays.files
        }
    made = Plan(**found)
    if name_of(made) != kept.name:
        raise OtherPlanError(kept.name)
    return made


def taken_again(decision: Decision, plan: Plan) -> Verdict:
    evidence = Evidence(Asked(decision.asked), decision.subject, tuple(decision.figures), bytes(decision.lines))
    return again(plan, evidence)


def is_the_same(decision: Decision, verdict: Verdict) -> bool:
    """To the bit. Of what somebody got because they know the customer, scores decided nothing."""
    if decision.guard == Guard.CONTINUITY.name.lower():
        return True
    runner_up = _candidate(decision.runner_up, decision.runner_up_score)
    if (decision.guard, runner_up) != (verdict.guard.name.lower(), verdict.runner_up):
        return False
    return decision.person_id is None or _candidate(decision.winner, decision.winner_score) == verdict.winner


def others(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """Those that come out otherwise, or whose plan is not there any more as it was."""
    plans: dict[str, Plan | None] = {}
    for decision in decisions:
        if decision.plan not in plans:
            plans[decision.plan] = _kept(decision.plan)
        plan = plans[decision.plan]
        if plan is None or not is_the_same(decision, taken_again(decision, plan)):
            yield decision


def _kept(name: str) -> Plan | None:
    found = PlanInForce.objects.filter(name=name).first()
    try:
        return plan_of(found) if found else None
    except OtherPlanError:
        return None


def _candidate(which: int | None, score: float | None) -> Candidate | None:
    return None if which is None or score is None else Candidate(which, score)
