"""A day of contacts taken again under the set-up as it is and one that is edited, reading it from PostgreSQL included.

The day is made up: eight queues of chats and mails in two languages, three hundred people with skills of their own and
shifts over fourteen hours, about nine tenths of whose time is taken.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from ninelives.foundation.ids import new_id

DAY = datetime(2026, 11, 24, tzinfo=UTC)
OPENS, CLOSES = 8, 22
KINDS = ("webchat", "webchat", "webchat", "webchat", "mail", "mail")
# Of each queue: the account, the language ("": all) and its share of what comes.
QUEUES = ((0, "nl", 0.2), (0, "en", 0.08), (1, "nl", 0.17), (1, "en", 0.05))
QUEUES += ((2, "", 0.16), (3, "", 0.14), (4, "", 0.12), (5, "", 0.08))
SKILLS = ("Dutch", "English", "Contracts", "Technical", "Complaints", "Moving")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3, help="the middle one of so many counts")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with own_database():
        made = _Centre(options.agents)
        made.fill(options.contacts)
        measure = made.measure
        # What the compiler does it does once and keeps.
        warming = _timed(measure)[0]
        rounds = sorted((_timed(measure) for _ in range(options.rounds)), key=lambda one: one[0])
        seconds, used, told = rounds[len(rounds) // 2]
        figures = {
            "contacts": told.contacts,
            "agents": options.agents,
            "queues": len(QUEUES),
            "replays": 2 * told.draws,
            "compiled": told.is_compiled,
            "seconds": round(seconds, 2),
            "slowest_seconds": round(rounds[-1][0], 2),
            "cpu_seconds": round(used, 2),
            "read_seconds": round(made.read_seconds, 2),
            "first_seconds": round(warming, 2),
        }
        print(figures, file=sys.stderr)
        for effect in told.effects:
            before, after = effect.before, effect.after
            if before and after:
                print(f"{effect.name}: {before.within:.3f} -> {after.within:.3f} ± {after.sure:.3f}", file=sys.stderr)
        return figures


def _timed(measure: Callable[[], Any]) -> tuple[float, float, Any]:
    began, used = time.monotonic(), time.process_time()
    told = measure()
    return time.monotonic() - began, time.process_time() - used, told


@contextmanager
def own_database() -> Iterator[None]:
    from ninelives.cli.database import database
    from ninelives.config.environment import Environment

    with tempfile.TemporaryDirectory() as folder:
        os.environ["NINELIVES_DATA"] = folder
        with database(Environment.read()):
            from ninelives.cli.prepare import bring_up_to_date

            bring_up_to_date()
            yield


class _Centre:
    def __init__(self, agents: int) -> None:
        from ninelives.accounts import actions as accounts
        from ninelives.channels.models import ChannelAccount
        from ninelives.routing import actions

        self.draw = np.random.default_rng(1)
        self.read_seconds = 0.0
        accounts.found("Bench")
        self.brand = accounts.open_brand("Bench")
        self.accounts = [
            ChannelAccount.objects.create(kind=kind, name=f"Account {place}", brand=self.brand)
            for place, kind in enumerate(KINDS)
        ]
        self.skills = [actions.name_skill(name) for name in SKILLS]
        self.queues = [self._queue(place, account, language) for place, (account, language, _) in enumerate(QUEUES)]
        self.people = self._people(agents)

    def _queue(self, place: int, account: int, language: str) -> Any:
        from ninelives.routing import actions
        from ninelives.routing.actions import Described, Ring

        fields = {"value": float(1 + place % 3), "handling": 240, "patience": 150, "within": 30, "wrap_up": 0}
        skill = self.skills[place % len(self.skills)]
        described = Described(
            fields=fields | {"languages": [language] if language else []},
            accounts=[self.accounts[account].pk],
            rings=[Ring(skill, 3), Ring(skill, 2, 60), Ring(skill, 0, 240)],
        )
        return actions.open_queue(self.brand, f"Queue {place}", described)

    def _people(self, agents: int) -> list[UUID]:
        from ninelives.accounts.models import Person
        from ninelives.routing.models import SkillLevel

        made = Person.objects.bulk_create(
            Person(email=f"agent{number}@bench.example", name=f"Agent {number}", role="agent")
            for number in range(agents)
        )
        Person.brands.through.objects.bulk_create(
            Person.brands.through(person_id=one.pk, brand_id=self.brand.pk) for one in made
        )
        SkillLevel.objects.bulk_create(
            SkillLevel(person=one, skill=self.skills[skill], level=int(self.draw.integers(2, 6)))
            for one in made
            for skill in self.draw.choice(len(SKILLS), size=3, replace=False)
        )
        return [one.pk for one in made]

    def fill(self, contacts: int) -> None:
        from django.db import connection

        languages = self.draw.random(contacts // 5 + 1) < 0.8
        customers = [(new_id(), self.brand.base_id, "person", "", "nl" if nl else "en", DAY) for nl in languages]
        of_language = {one: [row[0] for row in customers if row[4] == one] for one in ("nl", "en")}
        rows = [self._contact(of_language, moment) for moment in self._moments(contacts)]
        with connection.cursor() as cursor:
            _copy(cursor, "customers_customer (id, base_id, kind, name, language, created_at)", customers)
            _copy(cursor, _CONVERSATION, [row[0] for row in rows])
            _copy(cursor, _PLACEMENT, [row[1] for row in rows])
            _copy(cursor, _PRESENCE, list(self._presences()))
            for table in ("routing_placement", "routing_presence", "conversations_conversation", "customers_customer"):
                cursor.execute(f"ANALYZE {table}")

    def _moments(self, contacts: int) -> list[datetime]:
        """More before noon than after, and a few at night."""
        hours = np.where(
            self.draw.random(contacts) < 0.6, self.draw.normal(11, 2, contacts), self.draw.uniform(8, 22, contacts)
        )
        return [DAY + timedelta(hours=float(one)) for one in np.sort(np.clip(hours, 7.9, 21.9))]

    def _contact(self, of_language: dict[str, list[UUID]], at: datetime) -> tuple[Any, Any]:
        place = int(self.draw.choice(len(QUEUES), p=[share for _, _, share in QUEUES]))
        account, language, _ = QUEUES[place]
        those = of_language[language or "nl"]
        conversation, kind = new_id(), KINDS[account]
        has_left = kind == "webchat" and self.draw.random() < 0.08
        accepted = None if has_left else at + timedelta(seconds=float(self.draw.exponential(15)))
        lasted = timedelta(seconds=float(self.draw.exponential(120 if has_left else 200)))
        ended = (accepted or at) + lasted
        person = None if has_left else self.people[int(self.draw.integers(len(self.people)))]
        customer = those[int(self.draw.integers(len(those)))]
        spoken = (conversation, customer, self.accounts[account].pk, self.brand.pk, "", "closed", at, at, "", False)
        placed = (new_id(), conversation, self.queues[place].pk, "serve", kind, "ended", at, at, at, person, "{}", True)
        return spoken, (*placed, accepted, ended, "left" if has_left else "answered", True)

    def _presences(self) -> Iterator[Any]:
        """Eight hours each, with a break."""
        for person in self.people:
            begins = DAY + timedelta(hours=float(self.draw.uniform(OPENS - 0.2, CLOSES - 8)))
            pauses = begins + timedelta(hours=float(self.draw.uniform(3, 5)))
            for at, until, state in (
                (begins, pauses, "available"),
                (pauses, pauses + timedelta(minutes=30), "break"),
                (pauses + timedelta(minutes=30), begins + timedelta(hours=8), "available"),
            ):
                yield (new_id(), person, state, "chosen", "", "{}", at, until, at)

    def measure(self) -> Any:
        """With one queue that would ask less."""
        from ninelives.routing.actions import Described, Ring
        from ninelives.routing.replaying.arranging import set_up_as_if, set_up_now
        from ninelives.routing.replaying.comparing import compare
        from ninelives.routing.replaying.reading import read_day

        began = time.monotonic()
        seen = read_day(DAY, DAY + timedelta(days=1))
        now = set_up_now(DAY.date())
        edited = Described(rings=[Ring(self.skills[0], 2)])
        meant, _ = set_up_as_if(DAY.date(), self.brand, self.queues[0], edited, None)
        self.read_seconds = time.monotonic() - began
        return compare(seen, now, meant)


_CONVERSATION = (
    "conversations_conversation (id, customer_id, account_id, brand_id, subject, status, created_at, last_at, preview,"
    " is_automatic)"
)
_PLACEMENT = (
    "routing_placement (id, conversation_id, queue_id, purpose, kind, state, since, counts_from, at, person_id, passed,"
    " is_considered, accepted_at, ended_at, why, is_learnt)"
)
_PRESENCE = "routing_presence (id, person_id, state, why, reason, without, at, ended_at, idle_since)"


def _copy(cursor: Any, table: str, rows: list[Any]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
