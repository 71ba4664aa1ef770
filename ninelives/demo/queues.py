"""Queues, skills and levels of the demo organisation. Nobody is available yet: whoever signs in says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ninelives.accounts.models import Brand, Person
from ninelives.demo.cast import ALICE, BOB, CHARLIE, PEOPLE, WARMTEWACHT, WINDKRACHT, ZONNESTROOM, Agent
from ninelives.routing import actions
from ninelives.routing.actions import Described, Ring
from ninelives.routing.models import Queue

CONTRACTS, HEAT, ENGLISH = "Energiecontracten", "Warmtepompen", "Engels"
EVA = next(agent for agent in PEOPLE if agent.first == "Eva")
LEVELS: dict[Agent, dict[str, int]] = {
    ALICE: {CONTRACTS: 4, HEAT: 2, ENGLISH: 4},
    BOB: {CONTRACTS: 3, HEAT: 4, ENGLISH: 2},
    CHARLIE: {CONTRACTS: 4},
    EVA: {CONTRACTS: 5, HEAT: 4, ENGLISH: 4},
}
_HOURS = "mo-fr 08:00-22:00, sa 09:00-17:00"
_LIVE = {"hours": _HOURS, "outside": "work", "within": 60, "handling": 300, "patience": 180, "wrap_up": 15}
_LATER = {"hours": _HOURS, "outside": "work", "within": 4 * 3600, "handling": 420, "offer_stands": 60}


@dataclass(frozen=True, slots=True)
class Made:
    brand: str
    name: str
    fields: Mapping[str, Any] = field(hash=False)
    # Each a skill, a level, and from how many seconds on.
    rings: tuple[tuple[str, int, int], ...] = ()
    # Whoever waits may choose that queue of the brand instead.
    experts: str = ""


QUEUES = (
    Made(ZONNESTROOM, "English", {**_LATER, "languages": ["en"]}, ((ENGLISH, 4, 0), (ENGLISH, 2, 120))),
    Made(
        ZONNESTROOM,
        "Chat en WhatsApp",
        {**_LIVE, "kinds": ["pretend", "webchat", "whatsapp", "telegram"], "value": 2.0, "floor": 0.8},
        ((CONTRACTS, 3, 0), (CONTRACTS, 0, 300)),
        experts="Specialisten",
    ),
    Made(ZONNESTROOM, "Klantenservice", _LATER, ((CONTRACTS, 3, 0),)),
    # Below what takes everything: only who chooses them comes into it.
    Made(ZONNESTROOM, "Specialisten", _LIVE, ((CONTRACTS, 4, 0),)),
    Made(WARMTEWACHT, "Warmtepompen", {**_LIVE, "value": 3.0}, ((HEAT, 4, 0), (HEAT, 2, 300))),
    Made(WINDKRACHT, "Zakelijk", _LATER, ((CONTRACTS, 3, 0),)),
)


def set_up(brands: Mapping[str, Brand], people: Mapping[Agent, Person]) -> None:
    for agent, levels in LEVELS.items():
        actions.set_levels(people[agent], [(actions.name_skill(name), level) for name, level in levels.items()])
    made: dict[str, Queue] = {}
    for one in QUEUES:
        described = Described(
            fields=dict(one.fields),
            rings=[Ring(skill, level, after) for skill, level, after in one.rings],
        )
        made[one.name] = actions.open_queue(brands[one.brand], one.name, described)
    for one in QUEUES:
        if one.experts:
            fields = {"experts": made[one.experts]}
            actions.change_queue(made[one.name], Described(fields=fields), actor=None)
