"""The last day of the demo's web chats, told from the same seed as its mail, by customers who mailed too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ninelives.demo.cast import ALICE, BOB, WEBCHAT, Agent, Box
from ninelives.demo.customers import Customer, slots
from ninelives.demo.story import Done
from ninelives.demo.texts_chat import CHATS, CLAIMED, DORA
from ninelives.demo.texts_nl import DUTCH

# When the newest begin, in minutes before the end, and how far back the others reach, in hours.
FRESH = (3, 9, 21)
HOURS = 26.0
DORA_HOURS = 19.0
OPENS, CLOSES = 8, 22
_AGENTS = (ALICE, ALICE, BOB)


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    text: str
    # None: the customer.
    by: Agent | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation. `number` is the customer's own at the shop, where it signs who they are."""

    box: Box
    name: str
    email: str
    number: str
    lines: tuple[Line, ...]
    taken: Done | None = None
    closed: Done | None = None


def tell(rng: Random, end: datetime, dora: Customer, dora_number: str, others: Sequence[Customer]) -> Iterator[Chat]:
    """In no order; nothing in them is later than `end`."""
    yield _chat(rng, end, WEBCHAT, dora, dora_number, DORA, end - timedelta(hours=DORA_HOURS))
    talks = [(box, talk) for box, of_box in CHATS.items() for talk in of_box]
    # Who got no answer yet came just now; of the others the newest may still be going on.
    unanswered = sorted(talks, key=lambda one: len(one[1]) > 1)
    for number, ((box, talk), customer) in enumerate(zip(unanswered, rng.sample(others, len(talks)), strict=True)):
        minutes = FRESH[number] if number < len(FRESH) else 60 * HOURS * (number / len(talks)) ** 1.5
        yield _chat(rng, end, box, customer, customer.number, talk, end - timedelta(minutes=minutes))
    yield Chat(WEBCHAT, dora.name, dora.email, "", (Line(end - timedelta(minutes=6), CLAIMED),))


def _chat(
    rng: Random, end: datetime, box: Box, customer: Customer, number: str, talk: Sequence[str], at: datetime
) -> Chat:
    at = awake(at) if len(talk) > 1 else at
    agent, given = rng.choice(_AGENTS), slots(customer, DUTCH, at, rng) | {"email": customer.email}
    lines: list[Line] = []
    for turn, text in enumerate(talk):
        lines.append(Line(at, text.format_map(given), agent if turn % 2 else None))
        at += timedelta(seconds=rng.randint(25, 140))
    said = tuple(line for line in lines if line.at <= end)
    answered = [line.at for line in said if line.by]
    taken = Done(agent, answered[0] - timedelta(seconds=10)) if answered else None
    is_over = len(said) > 1 and at + timedelta(minutes=5) < end
    closed = Done(agent, at + timedelta(minutes=5)) if is_over else None
    return Chat(box, customer.name, customer.email, number, said, taken, closed)


def awake(at: datetime) -> datetime:
    """Nobody answers at night."""
    return at if OPENS <= at.hour < CLOSES else at - timedelta(hours=11)
