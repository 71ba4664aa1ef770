"""What the live matcher calls is compiled before somebody waits for it: after an update that takes seconds."""

from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill
from ninelives.routing.engine.planning import Rule, plan
from ninelives.routing.engine.standing import Idle, Waiting


def warm() -> None:
    """Each kind of call once, in a centre of one class and one agent."""
    model = Model((ContactClass("any", 60.0),), (Profile("all", 1, {"any": Skill(1 / 300)}),))
    matcher = Matcher(plan(model, Rule(allowance=None)))
    matcher.arrive(Waiting(0.0, "first", 0), 0.0)
    matcher.free(Idle(1.0, "agent", 0), 1.0)
    # Who passed somebody on is asked otherwise.
    matcher.arrive(Waiting(2.0, "second", 0, passed=frozenset({"agent"})), 2.0)
    matcher.free(Idle(3.0, "agent", 0), 3.0)
    again = Matcher.restored(matcher.plan, [Waiting(2.0, "second", 0)], [], matcher.multipliers, matcher.pace)
    again.withdraw("second", 4.0)
    again.arrive(Waiting(5.0, "third", 0, known="agent"), 5.0)
    again.free(Idle(6.0, "agent", 0), 6.0)
