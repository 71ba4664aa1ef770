"""What a planner says: classes of contacts, profiles of agents, and how fast who serves what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite


class UnfitError(ValueError):
    """What was said cannot be routed by; the message says what and where."""


@dataclass(frozen=True)
class ContactClass:
    """Contacts that are alike for routing: channel, reason, language, segment.

    `patience`: mean seconds until somebody who waits gives up, `inf` for work that waits.
    `value`: what losing one costs. `arrivals`: expected per second.
    `within`: seconds within which an answer counts for the service level.
    `horizon`: seconds over which waiting makes it more urgent; by default the patience. Work with a due moment enters
    with `since` = due moment - horizon, so that it is as urgent as a customer at the end of their patience when due.
    `age_limit`: seconds after which it goes before everything; by default four times the horizon.
    `floor`: the share within `within` that is to be held; None leaves it to the rule.
    """

    name: str
    patience: float
    value: float = 1.0
    arrivals: float = 0.0
    within: float = 20.0
    horizon: float | None = None
    age_limit: float | None = None
    floor: float | None = None

    def __post_init__(self) -> None:
        _positive(self.name, patience=self.patience, within=self.within, horizon=self.urgent_in, age_limit=self.old_at)
        _not_negative(self.name, value=self.value, arrivals=self.arrivals)
        if self.floor is not None and not 0 <= self.floor <= 1:
            raise UnfitError(f"{self.name}: floor must be from 0 to 1, not {self.floor}")

    @property
    def urgent_in(self) -> float:
        return self.patience if self.horizon is None else self.horizon

    @property
    def old_at(self) -> float:
        return 4 * self.urgent_in if self.age_limit is None else self.age_limit


@dataclass(frozen=True)
class Skill:
    """That a profile may serve a class: per second and agent, how often it is resolved, and after how much waiting."""

    rate: float
    resolved: float = 1.0
    after: float = 0.0

    def __post_init__(self) -> None:
        _positive("skill", rate=self.rate)
        _not_negative("skill", after=self.after)
        if not (0 < self.resolved <= 1 and isfinite(self.rate)):
            raise UnfitError(f"skill: resolved must be above 0 and at most 1, and rate finite: {self}")


@dataclass(frozen=True)
class Profile:
    """Agents who can take the same now: skills, and channels in which they have room. `agents`: how many on duty."""

    name: str
    agents: int
    skills: Mapping[str, Skill] = field(hash=False)

    def __post_init__(self) -> None:
        if self.agents < 0:
            raise UnfitError(f"{self.name}: agents must not be negative")


@dataclass(frozen=True)
class Model:
    classes: tuple[ContactClass, ...]
    profiles: tuple[Profile, ...]

    def __post_init__(self) -> None:
        names = [one.name for one in self.classes]
        if not names or not self.profiles:
            raise UnfitError("at least one class and one profile are needed")
        if len(set(names)) < len(names) or len({one.name for one in self.profiles}) < len(self.profiles):
            raise UnfitError("classes and profiles need names of their own")
        for profile in self.profiles:
            if unknown := set(profile.skills) - set(names):
                raise UnfitError(f"{profile.name}: there is no class {min(unknown)!r}")


def _positive(whose: str, **numbers: float) -> None:
    for name, number in numbers.items():
        if not 0 < number <= inf:
            raise UnfitError(f"{whose}: {name} must be above 0, not {number}")


def _not_negative(whose: str, **numbers: float) -> None:
    for name, number in numbers.items():
        if not 0 <= number < inf:
            raise UnfitError(f"{whose}: {name} must be 0 or more and finite, not {number}")
