"""From an agent who is free, or a contact that comes, to the offer on the desk; and with kills, that nothing is lost.

Mails come at a steady pace into queues that ask skills; agents with desks of their own take what they are offered,
work on it and close it. Everything is real: SMTP, PostgreSQL, the streams, the pages.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import quantiles
from typing import Any

import psycopg

from bench import cpu
from bench.feeding import Feeder
from bench.offers_marks import address, contact
from bench.product import PROJECT, Ninelives, NotReadyError, environment, prepare

PARTS = ("worker", "web", "database")
PATIENCE = 240.0
# Seconds in which a part begins, where the reference takes so many milliseconds.
SERVES_AFTER, REFERENCE_MS = 3.0, 9.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--queues", type=int, default=8)
    parser.add_argument("--rate", type=float, default=10.0, help="contacts a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--load", type=float, default=0.95, help="share of the agents' time that is needed")
    parser.add_argument("--web", type=int, default=2, help="web processes, as NINELIVES_WEB_PROCESSES")
    parser.add_argument("--kills", type=int, default=0, help="of worker, web and database while work flows")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="what each deed on the way costs, one after another")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    if options.profile:
        from bench.offers_profile import profile

        return profile(options)
    outcome = run(options)
    figures = outcome.figures()
    for name, value in figures.items():
        print(f"{name:<26} {value}")
    if options.kills:
        print("nothing is lost, nothing is given twice" if figures["is_well"] else "FAULT")
    return figures


@dataclass
class Outcome:
    contacts: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[int, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    accepted_twice: int = 0
    never_taken: int = 0
    still_open: int = 0
    reference_ms: float = 0.0
    cpu_a_contact_ms: float = 0.0
    cpu_of_parts_ms: dict[str, float] = field(default_factory=dict)
    # Middle and slowest of a hundred, in milliseconds, of each stage of the road as the database knows it.
    stages: dict[str, dict[str, float]] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        waited, came = self._spans()
        return {
            "contacts": self.contacts,
            "taken": len({one["mark"] for one in self.taken}),
            "free_to_offer_ms": _ranks(waited),
            "contact_to_offer_ms": _ranks(came),
            "reference_ms": self.reference_ms,
            "cpu_a_contact_ms": round(self.cpu_a_contact_ms, 1),
            "cpu_of_parts_ms": self.cpu_of_parts_ms,
            "stages_ms": self.stages,
            "kills": dict(self.kills),
            "never_taken": self.never_taken,
            "accepted_twice": self.accepted_twice,
            "still_open": self.still_open,
            "is_well": not (self.never_taken or self.accepted_twice or self.still_open),
        }

    def _spans(self) -> tuple[list[float], list[float]]:
        """Of who was free when something waited, and of what came when somebody was free."""
        waited, came = [], []
        for one in self.taken:
            sent = self.sent.get(one["mark"])
            if sent is None:
                continue
            if one["free"] > sent:
                waited.append(1000 * (one["seen"] - one["free"]))
            else:
                came.append(1000 * (one["seen"] - sent))
        return waited, came


def _ranks(spans: list[float]) -> dict[str, float]:
    if len(spans) < 2:
        return {"count": len(spans)}
    ranks = quantiles(spans, n=100, method="inclusive")
    return {"count": len(spans), "median": round(ranks[49]), "p95": round(ranks[94]), "p99": round(ranks[98])}


def run(options: argparse.Namespace) -> Outcome:
    outcome = Outcome(reference_ms=cpu.reference_ms())
    with Ninelives(web=options.web) as ninelives:
        prepare(ninelives.database_url, ninelives.folder, agents=options.agents)
        told = json.dumps({"agents": options.agents, "queues": options.queues, "seed": options.seed})
        cookies = json.loads(_module(ninelives, "bench.offers_centre", told))
        handling = options.load * options.agents / options.rate
        desks = _desks(
            ninelives, {"port": ninelives.port, "cookies": cookies, "handling": handling, "seed": options.seed}
        )
        try:
            reading = threading.Thread(target=_read, args=(desks, outcome), daemon=True)
            _until(desks, "open")
            reading.start()
            _module(ninelives, "bench.offers_available", "")
            before = cpu.spent(ninelives.pid)
            _write(ninelives, options, outcome)
            _until_all_taken(ninelives, outcome)
            # Beats and streams of all desks included; of parts that were killed only what came after.
            spent = cpu.difference(cpu.spent(ninelives.pid), before)
            each = {part: round(1000 * seconds / max(1, outcome.contacts), 1) for part, seconds in spent.items()}
            outcome.cpu_of_parts_ms = {part: milliseconds for part, milliseconds in each.items() if milliseconds}
            outcome.cpu_a_contact_ms = sum(each.values())
        finally:
            with suppress(OSError):
                assert desks.stdin
                desks.stdin.write("\n")
                desks.stdin.flush()
            desks.wait(20)
        reading.join(10)
        _count(ninelives, outcome)
    return outcome


def _module(ninelives: Ninelives, name: str, told: str) -> str:
    environ = {**environment(ninelives.folder), "DATABASE_URL": ninelives.database_url, "PYTHONPATH": str(PROJECT)}
    ran = subprocess.run(
        [sys.executable, "-P", "-m", name], input=told, env=environ, cwd=PROJECT, capture_output=True, text=True
    )
    if ran.returncode:
        raise SystemExit(ran.stderr[-3000:])
    return ran.stdout


def _desks(ninelives: Ninelives, settings: dict[str, Any]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.offers_desks", json.dumps(settings)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _until(desks: "subprocess.Popen[str]", word: str) -> None:
    """Raises NotReadyError when they end, as they do if their streams do not open in time."""
    assert desks.stdout
    for line in desks.stdout:
        if line.strip() == word:
            return
    raise NotReadyError("the desks ended")


def _read(desks: "subprocess.Popen[str]", outcome: Outcome) -> None:
    assert desks.stdout
    for line in desks.stdout:
        outcome.taken.append(json.loads(line))


def _write(ninelives: Ninelives, options: argparse.Namespace, outcome: Outcome) -> None:
    chance = random.Random(options.seed)
    count = round(options.rate * options.seconds)
    outcome.contacts = count
    killing = _Killing(ninelives, options, chance, outcome)
    killing.start()
    feeder, began, at = Feeder(ninelives.smtp_port), time.monotonic(), 0.0
    for number in range(count):
        at += chance.expovariate(options.rate)
        time.sleep(max(0.0, began + at - time.monotonic()))
        to = address(chance.randrange(options.queues))
        letter = contact(number, to)
        outcome.sent[number] = time.time()
        _send(feeder, letter.raw, letter.sender, to)
    killing.finish()


def _send(feeder: Feeder, raw: bytes, sender: str, to: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            feeder.send(raw, sender, to)
        except Exception:  # Whatever a mail server meets while parts are killed, it tries again.
            feeder.hang_up()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


class _Killing(threading.Thread):
    def __init__(
        self, ninelives: Ninelives, options: argparse.Namespace, chance: random.Random, outcome: Outcome
    ) -> None:
        super().__init__(daemon=True)
        self.ninelives, self.outcome, self.kills = ninelives, outcome, options.kills
        self.chance = random.Random(chance.random())
        self.pause = options.seconds / (options.kills + 1)
        self.serves_after = SERVES_AFTER * max(1.0, outcome.reference_ms / REFERENCE_MS)
        self._done = threading.Event()

    def run(self) -> None:
        for _ in range(self.kills):
            if self._done.wait(self.chance.uniform(0.2, 1.8) * self.pause):
                return
            part = self.chance.choice(PARTS)
            # One that was killed just now is waited for: each kill is of something that serves. Who is killed as soon
            # as it begins is begun again later and later.
            while not kill(self.ninelives, part, self.serves_after):
                if self._done.wait(0.1):
                    return
            self.outcome.kills[part] += 1

    def finish(self) -> None:
        """When all mails are sent, the kills that are left come at their pace."""
        self.join(2 * self.pause * (self.kills + 2) + PATIENCE)
        self._done.set()


def kill(ninelives: Ninelives, part: str, serves_after: float) -> bool:
    with suppress(ProcessLookupError, NotReadyError, StopIteration, IndexError):
        os.kill(_pid_of(ninelives, part, serves_after), signal.SIGKILL)
        return True
    return False


def _pid_of(ninelives: Ninelives, part: str, serves_after: float) -> int:
    wanted = "postgres" if part == "database" else part
    below = (one for one in cpu.tree(ninelives.pid) if one.parent == ninelives.pid)
    return next(one.pid for one in below if one.part == wanted and one.age > serves_after)


def _until_all_taken(ninelives: Ninelives, outcome: Outcome) -> None:
    """Or until nothing more is closed for long: the last may all be for the same few."""
    deadline, left = time.monotonic() + PATIENCE, -1
    while time.monotonic() < deadline:
        with suppress(psycopg.Error, NotReadyError), psycopg.connect(ninelives.database_url) as database:
            row = database.execute(
                "SELECT count(*) FILTER (WHERE status = 'open'), count(*) FROM conversations_conversation"
            ).fetchone()
            if row and row[0] == 0 and row[1] >= outcome.contacts:
                return
            if row and row[0] != left:
                deadline, left = time.monotonic() + PATIENCE, row[0]
        time.sleep(0.5)


def _count(ninelives: Ninelives, outcome: Outcome) -> None:
    """By the database: each contact one conversation, closed by one person, accepted once at a time."""
    with psycopg.connect(ninelives.database_url) as database:
        held: defaultdict[Any, list[tuple[Any, Any, Any]]] = defaultdict(list)
        for conversation, person, at, ended in database.execute(
            "SELECT conversation_id, person_id, at, ended_at FROM conversations_assignment ORDER BY at"
        ):
            held[conversation].append((at, ended, person))
        outcome.accepted_twice = sum(_overlap(spans) for spans in held.values())
        (closed,) = database.execute(
            "SELECT count(*) FROM conversations_conversation WHERE status = 'closed'"
        ).fetchone() or (0,)
        (open_,) = database.execute("SELECT count(*) FROM routing_placement WHERE ended_at IS NULL").fetchone() or (0,)
        outcome.stages = _stages(database)
        outcome.never_taken = outcome.contacts - closed
        outcome.still_open = open_


_STAGES = """
    SELECT extract(epoch FROM placement.at - message.received_at),
           extract(epoch FROM offer.at - placement.at), extract(epoch FROM offer.ended_at - offer.at)
    FROM routing_placement placement
    JOIN conversations_message message USING (conversation_id)
    JOIN routing_offer offer ON offer.placement_id = placement.id
    WHERE offer.state = 'accepted'
"""


def _stages(database: "psycopg.Connection[Any]") -> dict[str, dict[str, float]]:
    """Each contact's own, before the transaction that wrote it down was over."""
    rows = database.execute(_STAGES).fetchall()
    names = "placed", "offered", "accepted"
    return {name: _ranks([1000 * float(row[place]) for row in rows]) for place, name in enumerate(names)}


def _overlap(spans: list[tuple[Any, Any, Any]]) -> bool:
    """Somebody had it while another had it."""
    return any(
        (before[1] is not None and after[0] < before[1]) or before[1] is None for before, after in pairwise(spans)
    )
