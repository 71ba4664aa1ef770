"""How well one person is known again over channels: people of a file with known truth, met contact by contact.

Each contact goes through the product's own recognising, joining and suggesting, on a database of its own. Pairs of
contacts are counted: joined by the product alone; and joined or suggested.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import people
from bench.people import Contact
from bench.product import environment
from ninelives.cli.database import set_up_django
from ninelives.foundation.postgres import Cluster

if TYPE_CHECKING:
    from ninelives.accounts.models import Person
    from ninelives.customers.models import Customer

# How many of the mistakes are shown with --mistakes.
SHOWN = 15


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=Path, required=True, metavar="FILE.csv", help="people, one record a row")
    parser.add_argument("--truth", required=True, metavar="COLUMN", help="whose record it is; of `x-dup-0`, x")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mistakes", action="store_true", help="show some of the pairs that were told wrongly")


@dataclass(frozen=True)
class Judged:
    """Of pairs: how many were told, were right, and should have been."""

    told: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def figures(self) -> dict[str, Any]:
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {name: round(value, 4) for name, value in rates.items()} | asdict(self)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    try:
        rows = people.read(options.people, options.truth)
    except people.UnfitError as reason:
        sys.exit(f"bin/bench stitching: {reason}")
    met = people.contacts(rows, options.seed)
    with own_database():
        outcome = Run(founded()).go(met)
    if options.mistakes:
        outcome.show_mistakes()
    figures = {"rows": len(rows), "people": len({person for person, _ in rows}), **outcome.figures()}
    _say(options.people.name, figures)
    return figures


def _say(name: str, figures: Mapping[str, Any]) -> None:
    print(
        f"{name}: {figures['rows']} rows of {figures['people']} people, {figures['contacts']} contacts,"
        f" {figures['pairs']} pairs of one person; {figures['customers']} customers, {figures['joins']} joins"
        f" ({figures['seconds']:.0f} s, {figures['suggesting_ms']} ms a customer's suggestions)"
    )
    for what in ("automatic", "suggestions", "suggestions_alone"):
        told = figures[what]
        rates = "  ".join(f"{rate} {told[rate]:.4f}" for rate in ("precision", "recall", "f1"))
        print(f"{what:<18} {rates}  ({told['right']} right of {told['told']} told, {told['true']} true)")
    print(f"joined on a name alone: {figures['joined_on_a_name']}")


@contextmanager
def own_database() -> Iterator[None]:
    """Without durability: nothing is timed here but what a suggestion costs."""
    with tempfile.TemporaryDirectory(prefix="ninelives-bench-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), durable=False)
        os.environ.update(environment(Path(folder)))
        cluster.start()
        try:
            set_up_django(cluster.url)
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", verbosity=0)
            yield
            connections.close_all()
        finally:
            cluster.stop()


def founded() -> "Person":
    from ninelives.accounts import actions as accounts
    from ninelives.accounts.permissions import Role

    accounts.found("Bench")
    brand = accounts.open_brand("Bench")
    name = "Measurer"
    return accounts.take_on("measurer@bench.example", name, Role.AGENT, brands=[brand], language="en", password=None)


class Run:
    def __init__(self, agent: "Person") -> None:
        self.agent = agent
        self.base_id = agent.brands.get().base_id
        self.heard = 0
        # Whose customer each contact is.
        self.customers: list[Customer] = []

    def go(self, met: Sequence[Contact]) -> "Outcome":
        began = time.monotonic()
        at = datetime.now(UTC) - timedelta(days=500)
        for number, contact in enumerate(met):
            self._meet(contact, at + timedelta(minutes=number))
        records = self._records()
        looked = time.monotonic()
        suggested = self._suggested(set(records))
        ended = time.monotonic()
        return Outcome(
            met=met,
            records=records,
            suggested=suggested,
            joins=self._joins(),
            seconds=ended - began,
            suggesting_ms=round(1000 * (ended - looked) / max(1, len(set(records))), 1),
        )

    def _meet(self, contact: Contact, at: datetime) -> None:
        from django.db import transaction

        from ninelives.customers import actions
        from ninelives.foundation.address import Address, Proof

        with transaction.atomic():
            customer = actions.recognise(
                Address(*contact.address),
                base_id=self.base_id,
                proof=Proof.PROVEN if contact.is_proven else Proof.USUAL,
                at=at,
                name=contact.name,
                also=[Address(*one) for one in contact.also],
                source=contact.channel,
            )
            for one in contact.claimed:
                actions.claim(customer, Address(*one))
        # What the worker does of itself a moment later: before a colleague has asked for anything else, and after it.
        self._react()
        actions.tell(customer, {kind: [value] for kind, value in contact.details.items()}, source="agent")
        self._react()
        self.customers.append(customer)

    def _react(self) -> None:
        from procrastinate.contrib.django import app as jobs

        from ninelives.foundation.models import Fact
        from ninelives.reactions import REACTIONS

        reactions = {fact.__name__: tasks for fact, tasks in REACTIONS.items()}
        for fact in Fact.objects.filter(pk__gt=self.heard).order_by("pk"):
            self.heard = fact.pk
            for task in reactions.get(fact.name, ()):
                jobs.tasks[task](fact_id=fact.pk, **fact.told)

    def _records(self) -> list[Hashable]:
        from ninelives.customers.models import Customer

        roots = {pk: root or pk for pk, root in Customer.objects.values_list("pk", "root_id")}
        return [roots[customer.pk] for customer in self.customers]

    def _suggested(self, records: set[Hashable]) -> dict[frozenset[Hashable], tuple[float, tuple[str, ...]]]:
        from ninelives.conversations.doubles import likely_doubles
        from ninelives.customers.models import Customer

        told: dict[frozenset[Hashable], tuple[float, tuple[str, ...]]] = {}
        for customer in Customer.objects.filter(pk__in=records):
            for double in likely_doubles(self.agent, customer):
                told[frozenset((customer.pk, double.customer.pk))] = (double.score, tuple(map(str, double.reasons)))
        return told

    def _joins(self) -> int:
        from ninelives.customers.models import CustomerMerge

        return CustomerMerge.objects.count()


@dataclass(frozen=True)
class Outcome:
    met: Sequence[Contact]
    records: Sequence[Hashable]  # of each contact
    suggested: Mapping[frozenset[Hashable], tuple[float, tuple[str, ...]]]
    joins: int
    seconds: float
    suggesting_ms: float

    def figures(self) -> dict[str, Any]:
        true = _pairs(Counter(contact.person for contact in self.met))
        joined = Judged(_pairs(Counter(self.records)), self._right_joined(), true)
        told, right = self._suggestions()
        return {
            "contacts": len(self.met),
            "pairs": true,
            "customers": len(set(self.records)),
            "joins": self.joins,
            "automatic": joined.figures(),
            "suggestions": Judged(joined.told + told, joined.right + right, true).figures(),
            "suggestions_alone": Judged(told, right, true - joined.right).figures(),
            "joined_on_a_name": self._joined_on_a_name(),
            "seconds": round(self.seconds, 1),
            "suggesting_ms": self.suggesting_ms,
        }

    def _right_joined(self) -> int:
        return _pairs(Counter((contact.person, record) for contact, record in zip(self.met, self.records, strict=True)))

    def _suggestions(self) -> tuple[int, int]:
        """Pairs over two records of which one is suggested at the other: told, and right."""
        people_of = self._people_of()
        told = right = 0
        for pair in self.suggested:
            one, other = (people_of[record] for record in pair)
            told += one.total() * other.total()
            right += sum(count * other[person] for person, count in one.items())
        return told, right

    def _people_of(self) -> dict[Hashable, Counter[str]]:
        found: dict[Hashable, Counter[str]] = defaultdict(Counter)
        for contact, record in zip(self.met, self.records, strict=True):
            found[record][contact.person] += 1
        return found

    def _joined_on_a_name(self) -> int:
        """Records that hold contacts which no chain of equal addresses ties together."""
        of_record: dict[Hashable, list[set[tuple[str, str]]]] = defaultdict(list)
        for contact, record in zip(self.met, self.records, strict=True):
            of_record[record].append({contact.address, *contact.also})
        return sum(not _hangs_together(sets) for sets in of_record.values())

    def show_mistakes(self, seed: int = 1) -> None:
        draw, people_of = random.Random(seed), self._people_of()
        mixed = [record for record, found in people_of.items() if len(found) > 1]
        for record in draw.sample(mixed, min(SHOWN, len(mixed))):
            self._show("joined wrongly", record)
        wrong = [pair for pair in self.suggested if not set.intersection(*(set(people_of[one]) for one in pair))]
        for pair in draw.sample(wrong, min(SHOWN, len(wrong))):
            self._show(f"suggested wrongly {self.suggested[pair]}", *pair)
        missed = [pair for pair in self._apart() if frozenset(pair) not in self.suggested]
        print(f"{len(mixed)} records mixed, {len(wrong)} suggestions wrong, {len(missed)} missed")
        for pair in draw.sample(missed, min(SHOWN, len(missed))):
            self._show("missed", *pair)

    def _apart(self) -> list[tuple[Hashable, ...]]:
        """Records of one person that were not joined."""
        of_person: dict[str, set[Hashable]] = defaultdict(set)
        for contact, record in zip(self.met, self.records, strict=True):
            of_person[contact.person].add(record)
        return [pair for found in of_person.values() for pair in combinations(sorted(found, key=str), 2)]

    def _show(self, what: str, *records: Hashable) -> None:
        print(f"-- {what}")
        for record in records:
            for contact, its in zip(self.met, self.records, strict=True):
                if its == record:
                    told = (contact.address[1], *(value for _, value in (*contact.also, *contact.claimed)))
                    print(
                        f"  {str(record)[-4:]} {contact.person:<10} {contact.channel:<9} {contact.name:<26}"
                        f" {' '.join(told)} {contact.details}"
                    )


def _pairs(counts: Mapping[Any, int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _hangs_together(sets: Sequence[set[tuple[str, str]]]) -> bool:
    rest, reached = list(sets[1:]), set(sets[0])
    while touching := [one for one in rest if one & reached]:
        reached.update(*touching)
        rest = [one for one in rest if one not in touching]
    return not rest
