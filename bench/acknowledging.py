"""How long senders wait until what they sent is acknowledged, at a steady pace; also while others ask a lot of us.

Every message has its moment, set beforehand: one that leaves late because we were slow counts from its moment on.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from subprocess import CalledProcessError
from typing import Any
from urllib.parse import quote

import psycopg

from bench import cpu
from bench.browsing import Visitor
from bench.calls import Caller
from bench.feeding import Feeder, together
from bench.load import loaded, sizes
from bench.many import kept
from bench.product import Ninelives, command, prepare
from bench.roads import Mails, Webhooks

# So many senders that one slow answer delays no other message.
SENDERS = 32
FIRST = "/api/v1/conversations?limit=200"
SEARCHED = ("terugbelverzoek", "factuur meter", "jan de vries", "lekdetectiebon", "zonnepanelen teruglevering")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mail", action="store_true", help="mails over SMTP instead of signed calls to a webhook")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second while nothing else happens")
    parser.add_argument("--busy-rate", type=float, default=20.0, help="a second while others search and export")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each part")
    parser.add_argument("--conversations", type=int, default=20_000, help="in the database; 0 leaves the busy part out")
    parser.add_argument("--messages", type=int, default=5, help="in each conversation")
    parser.add_argument("--data", type=Path, help="a folder that is filled once and kept: for millions of messages")
    parser.add_argument("--searchers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    # As in our web process: what one sender computes must not count as another's waiting.
    sys.setswitchinterval(0.0005)
    if options.data:
        kept(options.data, options.conversations, options.messages, seed=options.seed)
        # What was sent in an earlier run is known there.
        options.seed = int(time.time())
    with Ninelives(folder=options.data, keep=bool(options.data)) as ninelives:
        prepare(ninelives.database_url, ninelives.folder)
        senders = Senders(ninelives, options)
        senders.steady(20.0, 3.0)
        figures: dict[str, Any] = {"steady": senders.steady(options.rate, options.seconds), "busy": None}
        print(f"steady {figures['steady']}")
        if options.conversations:
            figures["data"] = sizes(ninelives.database_url) if options.data else loaded(ninelives, options)
            with Crowd(ninelives, options.searchers) as crowd:
                figures["busy"] = senders.steady(options.busy_rate, options.seconds)
            figures["meanwhile"] = crowd.done
            print(f"busy {figures['busy']} while {figures['meanwhile']}")
        figures["reference_ms"] = cpu.reference_ms()
    return figures


class Senders:
    def __init__(self, ninelives: Ninelives, options: argparse.Namespace) -> None:
        self.ninelives = ninelives
        self.road = (Mails if options.mail else Webhooks)(ninelives, options.seed)
        self.send = [self._sender() for _ in range(SENDERS)]

    def steady(self, rate: float, seconds: float) -> dict[str, float]:
        """Milliseconds from each message's moment to its acknowledgement."""
        letters = self.road.letters(int(rate * seconds))
        begin = time.monotonic() + 0.2
        due = [(begin + number / rate, letter) for number, letter in enumerate(letters)]
        took: list[float] = []
        with Lateness() as lateness, Disk(self.ninelives.folder) as disk:
            together([partial(_keep_pace, self.send[n], due[n::SENDERS], took) for n in range(SENDERS)])
        lasted = time.monotonic() - begin
        return {
            **told(took),
            "machine_late_p99": told(lateness.took)["p99"],
            "disk_p99": told(disk.took)["p99"],
            "a_second": round(len(took) / lasted, 1),
            "processed_after_s": self._until_processed(),
        }

    def _sender(self) -> Callable[[Any], None]:
        if isinstance(self.road, Mails):
            feeder = Feeder(self.road.port)
            return lambda letter: feeder.send(letter.raw, letter.sender)
        caller = Caller(self.road.port, self.road.path)

        def call(letter: Any) -> None:
            status = caller.call(letter.body, letter.signature)
            assert status == 200, f"the webhook answers {status}"

        return call

    def _until_processed(self) -> float:
        began = time.monotonic()
        with psycopg.connect(self.ninelives.database_url, autocommit=True) as database:
            waiting = "SELECT 1 FROM channels_receipt WHERE state = 'stored' LIMIT 1"
            while database.execute(waiting).fetchone() and time.monotonic() - began < 120:
                time.sleep(0.02)
        return round(time.monotonic() - began, 2)


class Lateness:
    """The reference: how late a thread of ours wakes that does nothing but sleep, on this machine at this moment."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Lateness":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            due = time.monotonic() + 0.01
            time.sleep(0.01)
            self.took.append(1000 * (time.monotonic() - due))


class Disk(Lateness):
    """The reference: how long one block takes to the disk that the database is on, a few times a second."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def _run(self) -> None:
        with tempfile.TemporaryFile(dir=self._folder, buffering=0) as file:
            file.write(bytes(8192))
            os.fsync(file.fileno())
            while not self._stop.is_set():
                began = time.monotonic()
                os.pwrite(file.fileno(), os.urandom(8192), 0)
                os.fdatasync(file.fileno())
                self.took.append(1000 * (time.monotonic() - began))
                time.sleep(0.1)


def _keep_pace(send: Callable[[Any], None], due: Sequence[tuple[float, Any]], took: list[float]) -> None:
    for moment, letter in due:
        time.sleep(max(0.0, moment - time.monotonic()))
        send(letter)
        took.append(1000 * (time.monotonic() - moment))


def told(took: Sequence[float]) -> dict[str, float]:
    ranks = quantiles(took, n=100, method="inclusive")
    names = {"median": ranks[49], "p95": ranks[94], "p99": ranks[98], "max": max(took)}
    return {"messages": len(took), **{name: round(value, 1) for name, value in names.items()}}


class Crowd:
    """People who search without a pause, a machine that walks through everything over the API, and a backup of all.

    In a process of its own: what they compute must not delay those who send.
    """

    def __init__(self, ninelives: Ninelives, searchers: int) -> None:
        made = command(ninelives.database_url, ninelives.folder, "token", "create", "--name", "Export")
        told = (ninelives.port, ninelives.database_url, ninelives.folder, made.strip(), searchers)
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_crowd, args=(theirs, told), daemon=True)
        self.done: dict[str, int] = {}

    def __enter__(self) -> "Crowd":
        self._process.start()
        self._line.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.send("stop")
        self.done = self._line.recv()
        self._process.join(60)


def _crowd(line: Connection, told: tuple[int, str, Path, str, int]) -> None:
    walkers = Walkers(*told)
    walkers.begin()
    line.send("begun")
    line.recv()
    walkers.stop.set()
    line.send(walkers.done)


class Walkers:
    def __init__(self, port: int, database_url: str, folder: Path, bearer: str, searchers: int) -> None:
        self.port, self.database_url, self.folder, self.bearer = port, database_url, folder, bearer
        self.searchers, self.stop = searchers, threading.Event()
        self.done = {"searches": 0, "searches_refused": 0, "exported": 0, "backups": 0}

    def begin(self) -> None:
        for walk in [self._search] * self.searchers + [self._export, self._back_up]:
            threading.Thread(target=walk, daemon=True).start()

    def _search(self) -> None:
        visitor, number = Visitor(self.port).signed_in(), 0
        while not self.stop.is_set():
            status, _ = visitor.ask("GET", f"/desk/all/?q={quote(SEARCHED[number % len(SEARCHED)])}")
            self.done["searches" if status == 200 else "searches_refused"] += 1
            number += 1

    def _export(self) -> None:
        cursor = ""
        while not self.stop.is_set():
            page = self._asked(f"/api/v1/conversations?limit=200&cursor={quote(cursor)}" if cursor else FIRST)
            for one in page["items"]:
                if self.stop.is_set():
                    return
                self.done["exported"] += len(self._asked(f"/api/v1/conversations/{one['id']}")["messages"])
            cursor = page["next"] or ""

    def _asked(self, path: str) -> Any:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {self.bearer}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read())

    def _back_up(self) -> None:
        target = self.folder / "all.backup"
        while not self.stop.is_set():
            target.unlink(missing_ok=True)
            # It ends with 1: the rows that `bench.data` makes name files that nobody has.
            with suppress(CalledProcessError):
                command(self.database_url, self.folder, "backup", str(target))
            self.done["backups"] += target.exists()
