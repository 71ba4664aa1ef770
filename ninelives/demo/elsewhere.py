"""A small past on the channels of others, on paper and at the counter, told from the same seed as the demo's mail.

Dora is there too: who opens her sees one customer over five channels.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zlib import crc32

from ninelives.demo.cast import ALICE, BOB, COUNTER, FACEBOOK, POST, TELEGRAM, WHATSAPP, Agent, Box
from ninelives.demo.chats import Line, awake
from ninelives.demo.customers import Customer, slots
from ninelives.demo.papers import paper
from ninelives.demo.story import Done
from ninelives.demo.texts_elsewhere import FACEBOOK as ON_FACEBOOK
from ninelives.demo.texts_elsewhere import (
    FACEBOOK_OPEN,
    FACEBOOK_POST,
    LETTER_DORA,
    VISIT_DORA,
    WHATSAPP_DORA,
    WHATSAPP_OTHER,
)
from ninelives.demo.texts_elsewhere import (
    TELEGRAM as ON_TELEGRAM,
)
from ninelives.demo.texts_nl import DUTCH


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: what the customer says goes in raw, what we say was sent."""

    box: Box
    customer: Customer
    lines: tuple[Line, ...]
    taken: Done | None = None
    closed: Done | None = None

    def raw(self, number: int) -> bytes:
        """The line with this number, as the provider tells it."""
        told = _TOLD[self.box](
            self.customer, self.lines[number], crc32(f"{self.box.kind}:{self.customer.number}".encode()) + number
        )
        return json.dumps(told, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What Dora handed over at a counter and put in the post."""

    visit_at: datetime
    visited: str
    place: Box
    by: Agent
    letter: bytes
    post: Box


def talks(rng: Random, end: datetime, dora: Customer, others: Sequence[Customer]) -> Iterator[Talk]:
    """Nothing in them is later than `end`."""
    one, two, three, four = rng.sample(others, 4)
    yield _talk(rng, end, WHATSAPP, dora, WHATSAPP_DORA, timedelta(hours=20), ALICE, is_over=True)
    yield _talk(rng, end, WHATSAPP, one, WHATSAPP_OTHER, timedelta(minutes=12), ALICE)
    yield _talk(rng, end, TELEGRAM, two, ON_TELEGRAM, timedelta(hours=30), BOB, is_over=True)
    yield _talk(rng, end, FACEBOOK, three, ON_FACEBOOK, timedelta(hours=28), BOB, is_over=True)
    yield _talk(rng, end, FACEBOOK, four, FACEBOOK_OPEN, timedelta(minutes=95), BOB)


def on_paper(rng: Random, end: datetime, dora: Customer) -> OnPaper:
    at = awake(end - timedelta(hours=4))
    written = LETTER_DORA.format_map(slots(dora, DUTCH, at, rng))
    return OnPaper(at, VISIT_DORA, COUNTER, BOB, paper(written), POST)


def _talk(
    rng: Random,
    end: datetime,
    box: Box,
    customer: Customer,
    said: Sequence[str],
    ago: timedelta,
    agent: Agent,
    *,
    is_over: bool = False,
) -> Talk:
    at = awake(end - ago) if is_over else end - ago
    given = slots(customer, DUTCH, at, rng)
    lines = []
    for turn, text in enumerate(said):
        lines.append(Line(at, text.format_map(given), agent if turn % 2 else None))
        at += timedelta(minutes=rng.randint(2, 9))
    taken = Done(agent, lines[1].at - timedelta(minutes=1)) if is_over else None
    return Talk(box, customer, tuple(lines), taken, Done(agent, at) if is_over else None)


def international(phone: str) -> str:
    return f"31{phone.replace('-', '').removeprefix('0')}"


def _on_whatsapp(customer: Customer, line: Line, number: int) -> dict[str, Any]:
    phone = international(customer.phone)
    said = {"from": phone, "id": f"wamid.demo.{number}", "timestamp": _seconds(line), "type": "text"}
    value = {
        "metadata": {"phone_number_id": dict(WHATSAPP.told)["phone_number_id"]},
        "contacts": [{"wa_id": phone, "profile": {"name": customer.name}}],
        "messages": [{**said, "text": {"body": line.text}}],
    }
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def _on_telegram(customer: Customer, line: Line, number: int) -> dict[str, Any]:
    who, (first, _space, last) = int(customer.number), customer.name.partition(" ")
    sender = {"id": who, "is_bot": False, "first_name": first, "last_name": last}
    chat = {"id": who, "type": "private", "first_name": first}
    message = {"message_id": number, "date": int(_seconds(line)), "from": sender, "chat": chat, "text": line.text}
    return {"update_id": number, "message": message}


def _on_facebook(customer: Customer, line: Line, number: int) -> dict[str, Any]:
    page = dict(FACEBOOK.told)["page_id"]
    value = {
        "item": "comment",
        "verb": "add",
        "from": {"id": customer.number, "name": customer.name},
        "post_id": f"{page}_1001",
        "parent_id": f"{page}_1001",
        "comment_id": f"1001_{number}",
        "created_time": int(_seconds(line)),
        "message": line.text,
        "post": {"permalink_url": "https://www.facebook.com/zonnestroom/posts/1001", "message": FACEBOOK_POST},
    }
    return {"object": "page", "entry": [{"id": page, "time": 1, "changes": [{"field": "feed", "value": value}]}]}


def _seconds(line: Line) -> str:
    return str(int(line.at.timestamp()))


_TOLD: dict[Box, Callable[[Customer, Line, int], dict[str, Any]]] = {
    WHATSAPP: _on_whatsapp,
    TELEGRAM: _on_telegram,
    FACEBOOK: _on_facebook,
}
