"""Sixty days of a retailer's mail, told from a seed: same seed and same end, same letters to the byte."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from ninelives.demo import chats, customers, elsewhere
from ninelives.demo.cast import ALICE, BUSINESS_BOX, CHAT, HEAT_BOX, SERVICE_BOX, Box
from ninelives.demo.chats import Chat
from ninelives.demo.customers import Customer
from ninelives.demo.elsewhere import OnPaper, Talk
from ninelives.demo.letters import Letter, Side
from ninelives.demo.playing import Play
from ninelives.demo.shop import SHOPPERS
from ninelives.demo.story import Arrival, Done, Story
from ninelives.demo.texts_nl import SHORT

SEED = 9
DAYS = 60
HOUSEHOLDS, OF_HOUSEHOLDS, OF_COMPANIES, OF_HEAT, OF_DORA = 60, 104, 22, 16, 7
# How long before the end the newest conversations began, in minutes; one of them is Dora's eighth.
FRESH = (4, 17, 38, 65, 110, 170, 260, 400)
ZONE = ZoneInfo("Europe/Amsterdam")


def tell(seed: int, end: datetime) -> list[Story]:
    return list(_Teller(Random(seed), end.astimezone(ZONE).replace(microsecond=0)).stories())  # noqa: S311


def tell_chats(seed: int, end: datetime) -> list[Chat]:
    """Of the same customers."""
    rng, end = Random(seed), end.astimezone(ZONE).replace(microsecond=0)  # noqa: S311
    dora, *others = customers.households(rng, HOUSEHOLDS)
    return list(chats.tell(rng, end, dora, SHOPPERS["dora"].number, others))


def tell_elsewhere(seed: int, end: datetime) -> tuple[list[Talk], OnPaper]:
    """Of the same customers."""
    rng, end = Random(seed), end.astimezone(ZONE).replace(microsecond=0)  # noqa: S311
    dora, *others = customers.households(rng, HOUSEHOLDS)
    return list(elsewhere.talks(rng, end, dora, others)), elsewhere.on_paper(rng, end, dora)


class _Teller:
    def __init__(self, rng: Random, end: datetime) -> None:
        self.rng, self.end, self.numbers = rng, end, count(1)

    def stories(self) -> Iterator[Story]:
        dora, *others = customers.households(self.rng, HOUSEHOLDS)
        firms = customers.companies(self.rng)
        yield from self.spread([dora], SERVICE_BOX, OF_DORA)
        yield from self.spread(others, SERVICE_BOX, OF_HOUSEHOLDS)
        yield from self.spread(firms, BUSINESS_BOX, OF_COMPANIES)
        for minutes in FRESH:
            writer = dora if minutes == FRESH[2] else self.rng.choice(others)
            yield self.play(writer, SERVICE_BOX).story(self.end - timedelta(minutes=minutes), is_fresh=True)
        yield from (self.chat(self.rng.choice(others), words) for words in SHORT)
        yield from (self.newsletter(), self.bounce(others[0]), self.out_of_office(others[1]))
        yield from self.spread(others[:12], HEAT_BOX, OF_HEAT)

    def spread(self, writers: list[Customer], box: Box, number: int) -> Iterator[Story]:
        for done in range(number):
            yield self.play(self.rng.choice(writers), box).story(self.some_time(done / number))

    def play(self, customer: Customer, box: Box) -> Play:
        return Play(self.rng, self.numbers, self.end, customer, box)

    def some_time(self, part: float) -> datetime:
        """A moment when people write, this far into the sixty days."""
        day = self.end - timedelta(days=DAYS * (1 - part))
        at = day.replace(hour=0, minute=0, second=0) + timedelta(hours=self.rng.triangular(6.5, 23.4, 13))
        # Leaving the last hours to the newest.
        return min(at.replace(microsecond=0), self.end - timedelta(hours=self.rng.uniform(7, 9)))

    def chat(self, customer: Customer, words: str) -> Story:
        at = self.some_time(self.rng.random())
        known_by = f"chat-{next(self.numbers)}"
        said = {
            "id": known_by,
            "from": customer.phone.replace("-", ""),
            "name": customer.name,
            "text": words.format(city=customer.city),
            "at": at.timestamp(),
        }
        arrivals = (Arrival(CHAT, at, json.dumps(said, ensure_ascii=False).encode(), known_by),)
        if self.rng.random() < 0.3:
            return Story(arrivals)
        done = Done(ALICE, min(at + timedelta(minutes=self.rng.randint(4, 50)), self.end))
        return Story(arrivals, taken=done, closed=done)

    def newsletter(self) -> Story:
        letter = Letter(
            sender=Side("Energie Vandaag", "nieuwsbrief@energievandaag.example"),
            to=Side("", SERVICE_BOX.address),
            subject="Deze week: stroomprijzen dalen, netten vol",
            text="De prijzen op de dagmarkt daalden deze week met 4 %.\n\nMeer op onze site. Afmelden kan onderaan.",
            at=self.some_time(0.93),
            message_id=f"nieuws.{next(self.numbers)}@energievandaag.example",
            headers=(("List-Id", "<nieuwsbrief.energievandaag.example>"), ("Precedence", "bulk")),
        )
        return Story((_arrival(letter),))

    def bounce(self, customer: Customer) -> Story:
        letter = Letter(
            sender=Side("Mail Delivery System", "mailer-daemon@mx.zonnestroom.example"),
            to=Side("", SERVICE_BOX.address),
            subject="Undelivered Mail Returned to Sender",
            text=f"<{customer.email}>: host mx.example.org said: 550 5.1.1 User unknown",
            at=self.some_time(0.7),
            message_id=f"bounce.{next(self.numbers)}@mx.zonnestroom.example",
            headers=(
                ("Return-Path", "<>"),
                ("Auto-Submitted", "auto-replied"),
                ("X-Failed-Recipients", customer.email),
            ),
        )
        return Story((_arrival(letter),))

    def out_of_office(self, customer: Customer) -> Story:
        """Our answer meets an absence message."""
        play = self.play(customer, SERVICE_BOX)
        play.story(self.some_time(0.8))
        last = play.letters[-1]
        return play.as_it_stands(
            Letter(
                sender=Side(customer.name, customer.email),
                to=Side("", SERVICE_BOX.address),
                subject=f"Automatisch antwoord: {last.subject}",
                text="Ik ben met vakantie en lees mijn mail niet. Vanaf maandag antwoord ik weer.",
                at=min(last.at + timedelta(seconds=20), self.end),
                message_id=f"afwezig.{next(self.numbers)}@{customer.email.partition('@')[2]}",
                answers=last,
                headers=(("Auto-Submitted", "auto-replied"),),
            )
        )


def _arrival(letter: Letter) -> Arrival:
    return Arrival(SERVICE_BOX, letter.at, letter.raw(), letter.message_id)
