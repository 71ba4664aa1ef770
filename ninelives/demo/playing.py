"""A conversation played forward in time: question, answer, perhaps more, and the end.

What would lie after the end of the demo's past has not happened yet, so the newest conversations are open, waiting or
nobody's by themselves.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from random import Random

from ninelives.demo import pictures
from ninelives.demo.cast import ALICE, BOB, BUSINESS_BOX, CHARLIE, HEAT_BOX, Box
from ninelives.demo.customers import Customer, slots
from ninelives.demo.letters import File, Letter, Side, as_html, as_table, quote
from ninelives.demo.story import Arrival, Done, Story
from ninelives.demo.texts_business import BUSINESS
from ninelives.demo.texts_en import ENGLISH
from ninelives.demo.texts_heat import HEAT
from ninelives.demo.texts_nl import DUTCH

_OF_BOX = {BUSINESS_BOX: BUSINESS, HEAT_BOX: HEAT}
OPENS, CLOSES = time(8, 30), time(17, 30)
WAKES, SLEEPS = time(7, 0), time(23, 0)


class NotYet(Exception):
    """This will happen after the end."""


class Play:
    def __init__(self, rng: Random, numbers: Iterator[int], end: datetime, customer: Customer, box: Box) -> None:
        self.rng, self.numbers, self.end = rng, numbers, end
        self.customer, self.box = customer, box
        self.tongue = _OF_BOX.get(box) or (ENGLISH if customer.language == "en" else DUTCH)
        self.agent = CHARLIE if box is BUSINESS_BOX else rng.choice((ALICE, ALICE, BOB))
        self.topic = rng.choice(self.tongue.topics)
        self.talk = rng.choice(self.topic.talks)
        self.writes_html = self.talk.file == "table" or rng.random() < 0.4
        self.letters: list[Letter] = []
        self.taken: Done | None = None
        self.notes: list[Done] = []
        self.closed: Done | None = None

    def story(self, at: datetime, *, is_fresh: bool = False) -> Story:
        self.slots = slots(self.customer, self.tongue, at, self.rng)
        self.subject = self.rng.choice(self.topic.subjects).format_map(self.slots)
        with suppress(NotYet):
            self._ask(at)
            if not is_fresh:
                self._go_on()
        return self.as_it_stands()

    def as_it_stands(self, *more: Letter) -> Story:
        arrivals = (Arrival(self.box, one.at, one.raw(), one.message_id) for one in (*self.letters, *more))
        return Story(tuple(arrivals), self.taken, tuple(self.notes), self.closed)

    def _go_on(self) -> None:
        self._answer(self.talk.answer)
        if self.talk.reply and self.rng.random() < 0.75:
            self._reply()
            if self.talk.closing:
                self._answer(self.talk.closing)
        self._close()

    def _ask(self, at: datetime) -> None:
        lead = self.rng.choice(self.tongue.leads) if self.topic.asks else ""
        self._customer_writes(lead + self.talk.question, at, self._files())

    def _reply(self) -> None:
        wait = timedelta(hours=min(self.rng.lognormvariate(1.6, 1.2), 90))
        self._customer_writes(self.talk.reply, self._awake(self.letters[-1].at + wait), ())

    def _customer_writes(self, said: str, at: datetime, files: tuple[File, ...]) -> None:
        choose, answered = self.rng.choice, self.letters[-1] if self.letters else None
        tail = choose(self.tongue.tails) if self.topic.asks and not answered else ""
        greeting = choose(self.tongue.greetings)
        if answered:
            greeting = self.tongue.our_greeting.format(name=self.agent.first)
        text = self._filled(greeting, said, tail, choose(self.tongue.partings), choose(self.tongue.marks))
        quotation = quote(answered, self.tongue) if answered else ""
        self._add(
            Letter(
                sender=Side(self.customer.name, self.customer.email),
                to=Side(self.box.brand, self.box.address),
                subject=self._subject(),
                text=text,
                at=at,
                message_id=self._message_id(self.customer.email),
                answers=answered,
                quotation=quotation,
                html=as_html(text, quotation, self._below(files)) if self.writes_html else "",
                files=files,
            )
        )

    def _answer(self, said: str) -> None:
        asked = self.letters[-1]
        at = self._in_office(asked.at + timedelta(minutes=8 + min(self.rng.expovariate(1 / 160), 2_000)))
        self._take(at - timedelta(minutes=self.rng.randint(2, 7)))
        if not self.notes and self.topic.notes and self.rng.random() < 0.4:
            note = self.rng.choice(self.topic.notes).format_map(self.slots)
            self.notes.append(Done(self.agent, self._passed(at - timedelta(minutes=1)), note))
        greeting = self.tongue.our_greeting.format(name=self.customer.first)
        parting = self.tongue.our_parting.format(agent=self.agent.name, brand=self.box.brand)
        self._add(
            Letter(
                sender=Side(f"{self.agent.name} · {self.box.brand}", self.box.address),
                to=asked.sender,
                subject=self._subject(),
                text=self._filled(greeting, said, "", parting, ""),
                at=at,
                message_id=self._message_id(self.box.address),
                answers=asked,
                quotation=quote(asked, self.tongue),
            )
        )

    def _take(self, at: datetime) -> None:
        """Some of what is not answered yet has been taken by somebody all the same."""
        if self.taken is None and (at <= self.end or self.rng.random() < 0.3):
            asked = self.letters[-1].at
            self.taken = Done(self.agent, max(asked, min(at, self.end - timedelta(minutes=2))))

    def _close(self) -> None:
        if self.rng.random() < 0.93:
            at = self._in_office(self.letters[-1].at + timedelta(minutes=self.rng.randint(1, 30)))
            self.closed = Done(self.agent, self._passed(at))

    def _add(self, letter: Letter) -> None:
        self._passed(letter.at)
        self.letters.append(letter)

    def _passed(self, at: datetime) -> datetime:
        if at > self.end:
            raise NotYet
        return at

    def _subject(self) -> str:
        return f"Re: {self.subject}" if self.letters else self.subject

    def _filled(self, *paragraphs: str) -> str:
        return "\n\n".join(part for part in paragraphs if part).format_map(self.slots)

    def _message_id(self, address: str) -> str:
        return f"{self.rng.getrandbits(48):012x}.{next(self.numbers)}@{address.partition('@')[2]}"

    def _files(self) -> tuple[File, ...]:
        if self.talk.file == "meter":
            shown = f"foto.{next(self.numbers)}@mail" if self.writes_html else ""
            return (File("meterstand.png", "image/png", pictures.meter(self.slots["reading"]), shown),)
        if self.talk.file == "bill":
            lines = [
                self.box.brand,
                "",
                f"{self.customer.number}  {self.customer.name}",
                f"€ {self.slots['amount']},00",
            ]
            return (File(f"rekening-{self.slots['month']}.pdf", "application/pdf", pictures.bill(lines)),)
        return ()

    def _below(self, files: tuple[File, ...]) -> str:
        """What stands in the HTML under the words: a photo in its place, or a table of readings."""
        pictured = "".join(f'<br><img src="cid:{one.content_id}" alt="{one.name}">' for one in files if one.content_id)
        if self.talk.file != "table" or self.letters:
            return pictured
        low, high = int(self.slots["reading"]), int(self.slots["reading2"])
        rows = [(f"1 {self.slots['month']}", str(low - 214), str(high - 214))]
        rows += [(f"1 {self.slots['month1']}", str(low), str(high))]
        return as_table(self.tongue.table, rows)

    def _in_office(self, at: datetime) -> datetime:
        while at.weekday() >= 5 or not OPENS <= at.time() < CLOSES:
            at = at if at.time() < OPENS else at + timedelta(days=1)
            at = at.replace(hour=OPENS.hour, minute=OPENS.minute)
            if at.weekday() < 5:
                return at + timedelta(minutes=self.rng.randint(0, 90))
            at = at.replace(hour=CLOSES.hour, minute=CLOSES.minute)
        return at

    def _awake(self, at: datetime) -> datetime:
        if WAKES <= at.time() < SLEEPS:
            return at
        at = at if at.time() < WAKES else at + timedelta(days=1)
        return at.replace(hour=WAKES.hour, minute=self.rng.randint(0, 59))
