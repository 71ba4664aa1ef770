"""Whoever comes first waits for no compiler."""

import subprocess
import sys

import pytest

from ninelives.routing.engine.compiled import IS_COMPILED

# In a process of its own, where nothing was called before.
_FIRST_CONTACT = """
from ninelives.routing.engine import board, deciding, waiting
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.planning import Rule, plan
from ninelives.routing.engine.standing import Idle, Waiting
from ninelives.routing.engine.warming import warm
from ninelives.routing.tests.centres import two_classes

def known():
    functions = {(m.__name__, n): f for m in (board, deciding, waiting) for n, f in vars(m).items()}
    return {name: list(f.signatures) for name, f in functions.items() if hasattr(f, "signatures")}

warm()
before = known()
assert any(before.values()), "nothing is compiled"
first = Matcher(plan(two_classes(), Rule(allowance=None)))
first.arrive(Waiting(0.0, "b", 1), 0.0)
first.arrive(Waiting(1.0, "a", 0, passed=frozenset({"bob"})), 1.0)
first.free(Idle(2.0, "alice", 1), 2.0)
restored = Matcher.restored(
    first.plan, [Waiting(3.0, "c", 1)], [Idle(0.0, "bob", 0)], first.multipliers, first.pace
)
restored.catch_up(4.0)
restored.withdraw("c", 5.0)
restored.wake(6.0)
assert known() == before, {name: got for name, got in known().items() if got != before[name]}
"""


@pytest.mark.skipif(not IS_COMPILED, reason="numba is not installed, or not wanted here")
def test_nothing_is_compiled_any_more_once_it_is_warm() -> None:
    ran = subprocess.run([sys.executable, "-c", _FIRST_CONTACT], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
