"""Scenarios as JSON: what classes come, who serves them and how fast; with what is wrong with one told in its words.

Two forms: with a matrix `service_rate_per_s` (a row a class, a column a profile, null where not served) and `agents`;
or with one rate for all, one `patience_s` and `pools`, where a policy says which pool takes what.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill, UnfitError

# Seconds within which an answer is in time, where a scenario does not say.
TAU = 20.0
OWN = Path(__file__).parent / "scenarios.json"


@dataclass(frozen=True)
class Scenario:
    """`promises`: whether it speaks of targets, so that classes are to be kept from falling below them."""

    name: str
    classes: tuple[ContactClass, ...]
    agents: tuple[int, ...]
    # Per class and profile; or one for all.
    rates: tuple[tuple[float | None, ...], ...] | float
    profiles: tuple[str, ...]
    promises: bool

    @property
    def is_of_pools(self) -> bool:
        return isinstance(self.rates, float)

    def model(self, skills: int | None = None, scale: int = 1, load: float = 1.0) -> Model:
        """`skills`: in a scenario of pools, how many classes each pool takes, its own and those that follow."""
        classes = tuple(_times(one, scale * load) for one in self.classes)
        return Model(classes, tuple(self._profile(which, skills or 1, scale) for which in range(len(self.agents))))

    def _profile(self, which: int, skills: int, scale: int) -> Profile:
        count = len(self.classes)
        if isinstance(self.rates, float):
            taken = {self.classes[(which + more) % count].name: Skill(self.rates) for more in range(min(skills, count))}
        else:
            pairs = zip(self.classes, self.rates, strict=True)
            taken = {one.name: Skill(rate) for one, row in pairs if (rate := row[which])}
        return Profile(self.profiles[which], self.agents[which] * scale, taken)


def own(name: str) -> Scenario:
    return next(one for one in read(OWN) if one.name == name)


def read(path: Path) -> list[Scenario]:
    """One scenario or a list of them. Raises UnfitError."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError) as reason:
        raise UnfitError(f"{path}: {reason}") from reason
    several = told if isinstance(told, list) else [told]
    if not several:
        raise UnfitError(f"{path}: there is no scenario in it")
    return [_scenario(one, f"{path.name}[{place}]") for place, one in enumerate(several)]


def _scenario(told: Any, where: str) -> Scenario:
    if not isinstance(told, dict):
        raise UnfitError(f"{where}: a scenario is an object")
    name = str(told.get("name", where))
    arrivals = _numbers(told, "arrivals_per_s", name, None, least=0.0)
    names = _names(told, "classes", name, len(arrivals), "class")
    classes = _classes(told, name, names, arrivals)
    agents = tuple(_whole(told, _agents_key(told, name), name))
    profiles = _profile_names(told, name, len(agents))
    rates = _rates(told, name, classes, len(agents))
    return Scenario(name, classes, agents, rates, profiles, "target_s" in told)


def _classes(told: dict[str, Any], name: str, names: list[str], arrivals: list[float]) -> tuple[ContactClass, ...]:
    count = len(arrivals)
    patience = _numbers(told, "patience_s", name, count, above=0.0)
    value = _numbers(told, "value", name, count, least=0.0) if "value" in told else [1.0] * count
    if "target_s" in told:
        _numbers(told, "target_s", name, count, above=0.0)
    within = _numbers(told, "tau_s", name, count, above=0.0) if "tau_s" in told else [TAU] * count
    rows = zip(names, patience, value, arrivals, within, strict=True)
    return tuple(ContactClass(one, gives_up, worth, came, soon) for one, gives_up, worth, came, soon in rows)


def _rates(
    told: dict[str, Any], name: str, classes: tuple[ContactClass, ...], profiles: int
) -> tuple[tuple[float | None, ...], ...] | float:
    rates = told.get("service_rate_per_s")
    if not isinstance(rates, list):
        if "pools" not in told:
            raise UnfitError(f"{name}: service_rate_per_s must be a matrix, a row a class, where agents are given")
        if profiles != len(classes):
            raise UnfitError(f"{name}: pools must be as many as arrivals_per_s, {len(classes)}, not {profiles}")
        return _number(rates, f"{name}: service_rate_per_s", above=0.0)
    if len(rates) != len(classes):
        raise UnfitError(f"{name}: service_rate_per_s must have {len(classes)} rows, one a class, not {len(rates)}")
    return tuple(_row(row, f"{name}: service_rate_per_s[{place}]", profiles) for place, row in enumerate(rates))


def _row(row: Any, where: str, profiles: int) -> tuple[float | None, ...]:
    if not isinstance(row, list) or len(row) != profiles:
        raise UnfitError(f"{where} must be a list of {profiles}, one a profile")
    # 0 is how some write that it is not served.
    return tuple(None if rate is None or rate == 0 else _number(rate, where, above=0.0) for rate in row)


def _agents_key(told: dict[str, Any], name: str) -> str:
    for key in ("agents", "pools"):
        if key in told:
            return key
    raise UnfitError(f"{name}: agents (or pools) is missing")


def _profile_names(told: dict[str, Any], name: str, count: int) -> tuple[str, ...]:
    given = told.get("profiles")
    if given is not None and (not isinstance(given, list) or len(given) != count):
        raise UnfitError(f"{name}: profiles must be a list of {count}, as long as agents")
    return tuple(str(place + 1) for place in range(count))


def _names(told: dict[str, Any], key: str, name: str, count: int, word: str) -> list[str]:
    given = told.get(key, [f"{word} {place + 1}" for place in range(count)])
    if not isinstance(given, list) or len(given) != count or len(set(map(str, given))) != count:
        raise UnfitError(f"{name}: {key} must be {count} names, all different")
    return [str(one) for one in given]


def _whole(told: dict[str, Any], key: str, name: str) -> list[int]:
    numbers = _numbers(told, key, name, None, least=0.0)
    if any(number != int(number) for number in numbers) or not 0 < sum(numbers) <= 100_000:
        raise UnfitError(f"{name}: {key} must be whole numbers, and from 1 to 100,000 together")
    return [int(number) for number in numbers]


def _numbers(
    told: dict[str, Any],
    key: str,
    name: str,
    count: int | None,
    above: float = -math.inf,
    least: float = -math.inf,
) -> list[float]:
    """A list of them; where `count` is known one number stands for all."""
    given = told.get(key)
    if given is None:
        raise UnfitError(f"{name}: {key} is missing")
    several = given if isinstance(given, list) else [given] * count if count else None
    if not several or (count and len(several) != count):
        raise UnfitError(f"{name}: {key} must be a list of {count or 'one or more'} numbers")
    return [_number(one, f"{name}: {key}[{place}]", above, least) for place, one in enumerate(several)]


def _number(given: Any, where: str, above: float = -math.inf, least: float = -math.inf) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise UnfitError(f"{where} must be a number, not {given!r}")
    if given <= above or given < least:
        bound = f"above {above:g}" if given <= above else f"{least:g} or more"
        raise UnfitError(f"{where} must be {bound}, not {given!r}")
    return float(given)


def _times(one: ContactClass, factor: float) -> ContactClass:
    return ContactClass(one.name, one.patience, one.value, one.arrivals * factor, one.within)
