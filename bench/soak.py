"""All channels at once, with every part killed at random, or the database away for a while; in the end it is counted.

Every thing that came in stands exactly once, in its conversation and in its order; every answer reached its customer
once, or is marked uncertain.
"""

import argparse
import json
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from bench import cpu
from bench.product import Ninelives, NotReadyError, OnOwnServer, command, prepare
from bench.soak_lines import Line, Sink, lines

PARTS = ("worker", "web", "mail", "database")
PATIENCE = 180.0
# Each customer of each line; and of so many messages one is answered.
CUSTOMERS, ANSWERED, PAUSE = 2, 3, 0.25


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=12.0, help="seconds between two kills, on average")
    parser.add_argument("--outage", type=float, default=0.0, help="seconds without a database, instead of kills")
    parser.add_argument("--seed", type=int, default=1)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    counts = run(options.minutes * 60, every=options.every, outage=options.outage, seed=options.seed)
    for name, value in vars(counts).items():
        print(f"{name:<22} {value}")
    print("every thing is there once" if counts.is_well else "FAULT")
    return {**vars(counts), "is_well": counts.is_well}


@dataclass
class Counts:
    # What customers said and what was answered, acknowledged both; what came of it.
    sent: int = 0
    answered: int = 0
    stored: int = 0
    processed: int = 0
    duplicate: int = 0
    quarantined: int = 0
    missing: int = 0
    doubled: int = 0
    misplaced: int = 0
    uncertain: int = 0
    answers_missing: int = 0
    answers_doubled: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    memory_mb: list[dict[str, float]] = field(default_factory=list)
    rows_a_message: float = 0.0
    bytes_a_message: int = 0

    @property
    def is_well(self) -> bool:
        wrong = self.quarantined + self.missing + self.doubled + self.misplaced
        return not (wrong + self.answers_missing + self.answers_doubled or self.faults) and self.sent > 0


def run(
    seconds: float, *, every: float = 12.0, outage: float = 0.0, seed: int = 1, folder: Path | None = None
) -> Counts:
    sink, counts = Sink(), Counts()
    ninelives = OnOwnServer() if outage else Ninelives(folder=folder)
    ninelives.environ |= {"NINELIVES_OUTGOING_SMTP": f"127.0.0.1:{sink.port}", "NINELIVES_OUTGOING_ALLOW": "127.0.0.1"}
    with ninelives:
        prepare(ninelives.database_url, ninelives.folder)
        soak = Soak(ninelives, lines(ninelives, sink), counts)
        try:
            before = size(ninelives)
            with soak.writing():
                if isinstance(ninelives, OnOwnServer):
                    soak.lose_the_database(ninelives, seconds, outage)
                else:
                    soak.kill_parts(seconds, every, random.Random(seed))
            soak.settle()
            look(soak)
            after = size(ninelives)
        finally:
            for line in soak.lines:
                line.end()
    said = max(1, counts.sent + counts.answered)
    counts.rows_a_message = round((after[0] - before[0]) / said, 1)
    counts.bytes_a_message = (after[1] - before[1]) // said
    return counts


class Soak:
    def __init__(self, ninelives: Ninelives, lines: list[Line], counts: Counts) -> None:
        self.ninelives, self.lines, self.counts = ninelives, lines, counts
        self.said: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.answers: dict[str, str] = {}
        self._lock, self._ends = threading.Lock(), threading.Event()
        token = command(ninelives.database_url, ninelives.folder, "token", "create", "--name", "Soak")
        self._bearer = token.strip()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Customers write all the while, and at its end until each is heard."""
        writers = [
            threading.Thread(target=self._write, args=(line, f"{line.kind}{number}"), daemon=True)
            for line in self.lines
            for number in range(CUSTOMERS)
        ]
        self._weigh()
        for one in writers:
            one.start()
        yield
        self._ends.set()
        for one in writers:
            one.join(PATIENCE)
            if one.is_alive():
                self.counts.faults.append("somebody is still not heard")

    def kill_parts(self, seconds: float, every: float, chance: random.Random) -> None:
        began = time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            time.sleep(min(left, chance.uniform(0.5, 1.5) * every))
            if time.monotonic() - began < seconds:
                self._kill(chance.choice(PARTS))
            if len(self.counts.memory_mb) == 1 and time.monotonic() - began > seconds / 2:
                self._weigh()

    def lose_the_database(self, ninelives: OnOwnServer, seconds: float, outage: float) -> None:
        """Once, after a third of the time and not counted in it."""
        time.sleep(seconds / 3)
        ninelives.do_without(outage)
        self.counts.kills["outage"] = 1
        time.sleep(seconds * 2 / 3)

    def settle(self) -> None:
        """Until nothing waits any more. Leases of the killed and pauses after a try are shortened, as time would."""
        deadline = time.monotonic() + PATIENCE
        quiet_since = time.monotonic()
        while time.monotonic() < deadline:
            with suppress(psycopg.Error, NotReadyError), psycopg.connect(self.ninelives.database_url) as database:
                waiting = one(database, _WAITING)
                if not waiting:
                    break
                if time.monotonic() - quiet_since > 8:
                    # No call to a provider takes so long: whoever made it is no more.
                    database.execute("UPDATE channels_delivery SET due_at = now() WHERE state IN ('waiting','sending')")
            time.sleep(1)
        else:
            self.counts.faults.append(f"{waiting} receipts and deliveries do not end")
        self._weigh()

    def _write(self, line: Line, who: str) -> None:
        try:
            for number in self._numbers():
                text = f"{who} says {number:05}"
                line.say(who, text)
                with self._lock:
                    self.said[line.kind, who].append(text)
                if number % ANSWERED == 0:
                    self._answer(text)
                self._ends.wait(PAUSE)
        except Exception as fault:  # noqa: BLE001 - told at the end
            self.counts.faults.append(f"{who}: {type(fault).__name__}: {fault}")

    def _numbers(self) -> Iterator[int]:
        number = 0
        while not self._ends.is_set():
            number += 1
            yield number

    def _answer(self, text: str) -> None:
        """Where it stands, again and again until it is taken, under one key."""
        answer, deadline = f"answer to {text}", time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(psycopg.Error, NotReadyError, OSError, urllib.error.URLError):
                with psycopg.connect(self.ninelives.database_url) as database:
                    found = database.execute(_STANDS, [f"{text}%"]).fetchone()
                if found and self._post(found[0], answer):
                    with self._lock:
                        self.answers[answer] = str(found[0])
                    return
            time.sleep(0.2)
        raise TimeoutError(f"no answer to {text}")

    def _post(self, conversation: Any, answer: str) -> bool:
        asked = urllib.request.Request(
            f"{self.ninelives.url}/api/v1/conversations/{conversation}/messages",
            json.dumps({"text": answer}).encode(),
            {
                "Authorization": f"Bearer {self._bearer}",
                "Content-Type": "application/json",
                "Idempotency-Key": answer.replace(" ", "-"),
            },
        )
        with urllib.request.urlopen(asked, timeout=20) as heard:
            return heard.status == 201

    def _kill(self, part: str) -> None:
        wanted = "postgres" if part == "database" else part
        for process in cpu.tree(self.ninelives.pid):
            if process.parent == self.ninelives.pid and process.part == wanted:
                os.kill(process.pid, signal.SIGKILL)
                self.counts.kills[part] = self.counts.kills.get(part, 0) + 1
                return

    def _weigh(self) -> None:
        found: Counter[str] = Counter()
        for process in cpu.tree(self.ninelives.pid):
            with suppress(OSError):
                found[process.part] += cpu.memory(process.pid)
        self.counts.memory_mb.append({part: round(size / 1e6, 1) for part, size in sorted(found.items())})


def look(soak: Soak) -> None:
    counts = soak.counts
    with psycopg.connect(soak.ninelives.database_url) as database:
        states = dict(database.execute("SELECT state, count(*) FROM channels_receipt GROUP BY state").fetchall())
        rows = database.execute(_INBOUND).fetchall()
        sent = database.execute(_OUTBOUND).fetchall()
    counts.stored = sum(states.values())
    counts.processed, counts.duplicate = states.get("processed", 0), states.get("duplicate", 0)
    counts.quarantined = states.get("quarantined", 0)
    _count_inbound(soak, rows)
    _count_outbound(soak, sent)


def _count_inbound(soak: Soak, rows: list[Any]) -> None:
    counts, stands = soak.counts, defaultdict(list)
    for text, conversation in rows:
        stands[text.strip()].append(conversation)
    is_one = {line.kind: line.is_one_conversation for line in soak.lines}
    place = {text.strip(): number for number, (text, _) in enumerate(rows)}
    for (kind, _who), said in soak.said.items():
        counts.sent += len(said)
        counts.by_kind[kind] = counts.by_kind.get(kind, 0) + len(said)
        counts.missing += sum(not stands[text] for text in said)
        counts.doubled += sum(len(stands[text]) > 1 for text in said)
        places = [place[text] for text in said if text in place]
        counts.misplaced += sum(after < before for before, after in pairwise(places))
        if is_one[kind]:
            counts.misplaced += len({where for text in said for where in stands[text]} - {None}) - 1


def _count_outbound(soak: Soak, sent: list[Any]) -> None:
    """What has reached them beside what we say of it."""
    counts = soak.counts
    states: dict[str, list[str]] = defaultdict(list)
    for text, state in sent:
        states[text.strip()].append(state)
    reached: Counter[str] = Counter()
    for line in soak.lines:
        reached += line.reached()
    for answer in soak.answers:
        counts.answered += 1
        is_uncertain = states[answer] == ["uncertain"]
        counts.uncertain += is_uncertain
        counts.answers_missing += not reached[answer] and not is_uncertain
        counts.answers_doubled += reached[answer] > 1 or len(states[answer]) > 1


def one(database: "psycopg.Connection[Any]", statement: str) -> int:
    row = database.execute(statement).fetchone()
    return int(row[0]) if row else 0


def size(ninelives: Ninelives) -> tuple[int, int]:
    """Rows and bytes of the whole database."""
    with psycopg.connect(ninelives.database_url, autocommit=True) as database:
        database.execute("ANALYZE")
        return one(database, _ROWS), one(database, "SELECT pg_database_size(current_database())")


_WAITING = (
    "SELECT (SELECT count(*) FROM channels_receipt WHERE state = 'stored')"
    " + (SELECT count(*) FROM channels_delivery WHERE state IN ('waiting', 'sending'))"
)
_STANDS = "SELECT conversation_id FROM conversations_message WHERE direction = 'inbound' AND text LIKE %s"
_INBOUND = (
    "SELECT text, conversation_id FROM conversations_message WHERE direction = 'inbound' ORDER BY occurred_at, id"
)
_OUTBOUND = (
    "SELECT m.text, d.state FROM conversations_message m JOIN channels_delivery d ON d.id = m.delivery_id"
    " WHERE m.direction = 'outbound'"
)
_ROWS = (
    "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE relkind = 'r' AND nspname = 'public'"
)
