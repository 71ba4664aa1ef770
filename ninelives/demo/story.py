"""One conversation of the demo's past: what arrived, and what the agents did beside answering."""

from dataclasses import dataclass
from datetime import datetime

from ninelives.demo.cast import Agent, Box


@dataclass(frozen=True, slots=True)
class Arrival:
    """Raw input for one of our boxes."""

    box: Box
    at: datetime
    raw: bytes
    external_id: str


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody took the conversation, noted something or closed it."""

    agent: Agent
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    arrivals: tuple[Arrival, ...]
    taken: Done | None = None
    notes: tuple[Done, ...] = ()
    closed: Done | None = None
