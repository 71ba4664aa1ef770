"""Small centres for tests."""

from collections.abc import Callable

import numpy as np

from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill


def two_classes(**arrivals: float) -> Model:
    """A is worth three times B and served by both profiles; B only by the second, and faster."""
    classes = (
        ContactClass("A", patience=120, value=3, arrivals=arrivals.get("a", 600 / 3600)),
        ContactClass("B", patience=240, value=1, arrivals=arrivals.get("b", 900 / 3600)),
    )
    first = Profile("first", 40, {"A": Skill(1 / 300)})
    return Model(classes, (first, Profile("second", 60, {"A": Skill(1 / 360), "B": Skill(1 / 240)})))


def random_model(seed: int, classes: int = 6, profiles: int = 5) -> Model:
    draw = np.random.default_rng(seed)
    made = tuple(_class(f"class {which}", draw.uniform) for which in range(classes))
    return Model(made, tuple(_profile(draw, which, made) for which in range(profiles)))


def _class(name: str, between: Callable[[float, float], float]) -> ContactClass:
    return ContactClass(
        name, between(30, 600), round(between(0, 5), 1), between(0.001, 0.05), age_limit=between(60, 900)
    )


def _profile(draw: np.random.Generator, which: int, classes: tuple[ContactClass, ...]) -> Profile:
    chosen = draw.choice(len(classes), size=draw.integers(1, len(classes) + 1), replace=False)
    skills = {classes[one].name: _skill(draw) for one in chosen}
    return Profile(f"profile {which}", int(draw.integers(1, 9)), skills)


def _skill(draw: np.random.Generator) -> Skill:
    return Skill(1 / draw.uniform(60, 900), resolved=draw.uniform(0.5, 1), after=float(draw.choice([0, 0, 0, 30])))
