"""Mails through the SMTP listener, or signed calls to a webhook, to `processed`, beside the floor: the same input,
cluster and durability.

Runs of the product and of the floor alternate, so that whatever else the machine does falls on both.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import cpu
from bench.feeding import shares
from bench.floor import Floor
from bench.product import Ninelives, environment, prepare
from bench.roads import Mails, Road, Webhooks

PATIENCE = 120.0
FLOOR_DATABASE = "floor"
WARM_UP = 60


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--webhooks", action="store_true", help="a provider's calls instead of mails")
    parser.add_argument("--mails", "--calls", type=int, default=400, help="how many a run")
    parser.add_argument("--rounds", type=int, default=3, help="how often each run is done")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="where the worker's time goes, in this process instead")


@dataclass
class Runs:
    """All runs of one kind."""

    mails: int = 0
    seconds: float = 0.0
    cpu: Counter[str] = field(default_factory=Counter)
    rates: list[float] = field(default_factory=list)
    # Until the last was acknowledged, which is before it is processed.
    acknowledging: float = 0.0

    def add(self, mails: int, seconds: float, spent: dict[str, float], acknowledging: float = 0.0) -> None:
        self.mails += mails
        self.seconds += seconds
        self.acknowledging += acknowledging
        self.cpu.update(spent)
        self.rates.append(mails / seconds)

    @property
    def rate(self) -> float:
        return self.mails / self.seconds

    @property
    def acknowledged(self) -> float:
        return self.mails / self.acknowledging

    @property
    def cpu_ms(self) -> float:
        return 1000 * sum(self.cpu.values()) / self.mails

    @property
    def by_part(self) -> dict[str, float]:
        return {part: round(1000 * seconds / self.mails, 2) for part, seconds in self.cpu.most_common()}


def bench(options: argparse.Namespace) -> dict[str, Any]:
    if options.profile:
        from bench.intake_profile import profile

        return profile(options)
    with Ninelives() as ninelives:
        prepare(ninelives.database_url, ninelives.folder)
        road = (Webhooks if options.webhooks else Mails)(ninelives, options.seed)
        with Measuring(ninelives, road) as measuring:
            references = []
            for _ in range(options.rounds):
                references.append(cpu.reference_ms())
                measuring.round(options.mails)
        return {**told(measuring.runs, options), "reference_ms": references}


class Measuring:
    def __init__(self, ninelives: Ninelives, road: Road) -> None:
        self.ninelives, self.road = ninelives, road
        self.database = psycopg.connect(ninelives.database_url, autocommit=True)
        self.floor_url = make_floor(self.database, ninelives, road)
        self.floors = {count: Floor(self.floor_url, count, road.kind) for count in (1, 4)}
        self.runs: defaultdict[str, Runs] = defaultdict(Runs)

    def __enter__(self) -> "Measuring":
        for count in self.floors:
            self.product(count, WARM_UP)
            self.floor(count, WARM_UP)
        self.runs.clear()
        return self

    def __exit__(self, *_: object) -> None:
        for floor in self.floors.values():
            floor.end()
        self.database.close()

    def round(self, mails: int) -> None:
        for count in self.floors:
            self.product(count, mails)
            self.floor(count, mails)
        self.product(1, mails, connection_each=True)

    def product(self, feeders: int, mails: int, *, connection_each: bool = False) -> None:
        letters = self.road.letters(mails)
        before = self._spent()
        began = self.road.feed(letters, feeders, connection_each=connection_each)
        acknowledging = time.time() - began
        ended = self._wait_until_processed()
        spent = cpu.difference(self._spent(), before)
        self._check(letters)
        self._add(f"product_{'each' if connection_each else feeders}", mails, ended - began, spent, acknowledging)

    def floor(self, feeders: int, mails: int) -> None:
        letters = self.road.letters(mails)
        floor = self.floors[feeders]
        floor.hand_out([[letter.raw for letter in share] for share in shares(letters, feeders)])
        before = self._spent()
        seconds, python = floor.run()
        # Only the database's part of what happened meanwhile: nobody sent Ninelives anything.
        spent = {"postgres": cpu.difference(self._spent(), before)["postgres"], "python": python}
        self._add(f"floor_{feeders}", mails, seconds, spent)

    def _add(self, kind: str, mails: int, seconds: float, spent: dict[str, float], acknowledging: float = 0.0) -> None:
        self.runs[kind].add(mails, seconds, spent, acknowledging)
        cost = 1000 * sum(spent.values()) / mails
        print(f"  {kind:<13} {mails / seconds:7.1f} {self.road.noun}/s {cost:7.2f} ms of CPU each")

    def _spent(self) -> "Counter[str]":
        return cpu.spent(self.ninelives.pid, without=frozenset({self.database.info.backend_pid}))

    def _wait_until_processed(self) -> float:
        deadline = time.time() + PATIENCE
        while self._waiting():
            if time.time() > deadline:
                raise TimeoutError(f"{self._waiting()} receipts are not processed:\n{self.ninelives.log[-2000:]}")
            time.sleep(0.005)
        return time.time()

    def _waiting(self) -> int:
        row = self.database.execute("SELECT count(*) FROM channels_receipt WHERE state = 'stored'").fetchone()
        return int(row[0]) if row else 0

    def _check(self, letters: Sequence[Any]) -> None:
        wanted = [letter.message_id.strip("<>") for letter in letters]
        row = self.database.execute(
            "SELECT count(*) FROM conversations_message m JOIN channels_receipt r ON r.id = m.receipt_id"
            " WHERE r.state = 'processed' AND external_id = ANY(%s)",
            [wanted],
        ).fetchone()
        if not row or row[0] != len(letters):
            raise AssertionError(f"of {len(letters)} mails {row and row[0]} were taken in")


def make_floor(database: psycopg.Connection[Any], ninelives: Ninelives, road: Road) -> str:
    """A second database in the same cluster, with the same tables and indexes.

    Without our triggers: what search learns beside the full-text index is our own choice, and counts as ours alone.
    """
    database.execute(f"CREATE DATABASE {FLOOR_DATABASE}")
    url = urlunsplit(urlsplit(ninelives.database_url)._replace(path=f"/{FLOOR_DATABASE}"))
    settings = {**environment(ninelives.folder), "DATABASE_URL": url, "NINELIVES_DEMO": "0"}
    command = [sys.executable, "-P", "-m", "ninelives", "prepare"]
    subprocess.run(command, env=settings, check=True, stdout=subprocess.DEVNULL)
    prepare(url, ninelives.folder)
    with psycopg.connect(url) as floor:
        if road.kind != "mail":
            floor.execute("UPDATE channels_channelaccount SET kind = %s WHERE takes_all", [road.kind])
        floor.execute("ALTER TABLE conversations_message DISABLE TRIGGER USER")
        floor.execute("ALTER TABLE conversations_attachment DISABLE TRIGGER USER")
    return url


def told(runs: dict[str, Runs], options: argparse.Namespace) -> dict[str, Any]:
    product = _all(runs, "product_1", "product_4")
    floor = _all(runs, "floor_1", "floor_4")
    figures = {
        "mails_a_run": options.mails,
        "rounds": options.rounds,
        "acknowledged_rate_1": runs["product_1"].acknowledged,
        "acknowledged_rate_4": runs["product_4"].acknowledged,
        "rate_1": runs["product_1"].rate,
        "rate_4": runs["product_4"].rate,
        "rate_connection_each": runs["product_each"].rate,
        "floor_rate_1": runs["floor_1"].rate,
        "floor_rate_4": runs["floor_4"].rate,
        "ratio_1": runs["product_1"].rate / runs["floor_1"].rate,
        "ratio_4": runs["product_4"].rate / runs["floor_4"].rate,
        "cpu_ms": product.cpu_ms,
        "floor_cpu_ms": floor.cpu_ms,
        "cpu_ratio": product.cpu_ms / floor.cpu_ms,
    }
    rounded: dict[str, Any] = {name: round(value, 3) for name, value in figures.items()}
    for name, value in rounded.items():
        print(f"{name:<22} {value}")
    print(f"CPU each by part: {product.by_part}; of the floor: {floor.by_part}")
    spread = {name: [round(rate, 1) for rate in one.rates] for name, one in runs.items()}
    print(f"a second, of every run: {spread}")
    ratios = _ratios(runs)
    return {
        **rounded,
        "cpu_ms_by_part": product.by_part,
        "floor_cpu_ms_by_part": floor.by_part,
        "median_ratios": ratios,
    }


def _all(runs: dict[str, Runs], *names: str) -> Runs:
    total = Runs()
    for name in names:
        total.mails += runs[name].mails
        total.seconds += runs[name].seconds
        total.cpu.update(runs[name].cpu)
    return total


def _ratios(runs: dict[str, Runs]) -> dict[str, float]:
    """Of each round by itself: what a moment of other work on the machine moves less."""
    ratios = {}
    for count in (1, 4):
        pairs = zip(runs[f"product_{count}"].rates, runs[f"floor_{count}"].rates, strict=True)
        ratios[str(count)] = round(median(ours / theirs for ours, theirs in pairs), 3)
    return ratios
