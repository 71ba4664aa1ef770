"""kill -9 of every part in the middle of an intake, from a sender who tries again on anything but a 250.

At the end every mail is there exactly once, nothing waits, and no process is left. With `--kills` the work goes all the
way instead: offered to agents, accepted and closed by them (`bench offers`), and is lost to nobody and given to no two.
"""

import argparse
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from bench import cpu
from bench.feeding import Feeder, shares
from bench.letters import Letter, Post
from bench.product import Ninelives, NotReadyError
from ninelives.foundation.postgres.live import servers_of

PARTS = ("worker", "web", "mail", "database")
PATIENCE = 60.0
FEEDERS = 2
PACE_OF_KILLS = 3.5


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--times", type=int, default=3, help="how often each part is killed")
    parser.add_argument("--supervisor-times", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0, help="of parts at random, while contacts are routed and closed")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    if options.kills:
        return _of_routed_work(options)
    kills = list(PARTS) * options.times + ["supervisor"] * options.supervisor_times
    outcome = run(options.mails, kills, seed=options.seed)
    for name, value in vars(outcome).items():
        print(f"{name:<14} {value}")
    print("nothing is lost, nothing is twice" if outcome.is_well else "FAULT")
    return {**vars(outcome), "is_well": outcome.is_well}


def _of_routed_work(options: argparse.Namespace) -> dict[str, Any]:
    """A kill every few seconds: whoever is killed as soon as it begins is begun again later and later."""
    from bench import offers

    parser = argparse.ArgumentParser()
    offers.arguments(parser)
    seconds = str(PACE_OF_KILLS * options.kills)
    told = ["--agents", "20", "--rate", "0.7", "--load", "0.4", "--seconds", seconds]
    return offers.bench(parser.parse_args([*told, "--kills", str(options.kills), "--seed", str(options.seed)]))


@dataclass
class Outcome:
    mails: int
    kills: dict[str, int]
    seconds: float = 0.0
    # Sendings that were not answered with a 250.
    tried_again: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    receipts: dict[str, int] = field(default_factory=dict)
    duplicates_of_nothing: int = 0
    left_over: list[str] = field(default_factory=list)
    is_serving: bool = False

    @property
    def is_well(self) -> bool:
        stuck = self.receipts.get("stored", 0) + self.receipts.get("quarantined", 0)
        faults = self.lost or self.twice or stuck or self.duplicates_of_nothing or self.left_over
        return not faults and self.is_serving and self.messages == self.mails


def run(
    mails: int = 200,
    kills: Sequence[str] = ("worker", "web", "database"),
    *,
    seed: int = 1,
    folder: Path | None = None,
) -> Outcome:
    """Each of `kills` happens once, at a moment drawn from the seed."""
    outcome = Outcome(mails, dict(Counter(kills)))
    letters = Post(seed, mark="fault").letters(mails)
    with Ninelives(folder=folder) as ninelives:
        killing = Killing(ninelives, mails, kills, seed)
        began = time.monotonic()
        with ThreadPoolExecutor(FEEDERS) as pool:
            sends = [pool.submit(send, share, ninelives, killing, outcome) for share in shares(letters, FEEDERS)]
            killing.work(sends)
            for one in sends:
                one.result()
        outcome.is_serving = is_serving(ninelives)
        wait_until_processed(ninelives)
        outcome.seconds = round(time.monotonic() - began, 1)
        look(ninelives, letters, outcome)
        ninelives.stop()
        outcome.left_over = left_over(ninelives)
    return outcome


class Killing:
    """Kills when so many mails were taken, a moment later: mostly in the middle of something."""

    def __init__(self, ninelives: Ninelives, mails: int, kills: Sequence[str], seed: int) -> None:
        self.ninelives, self.random = ninelives, random.Random(seed)
        order = self.random.sample(list(kills), len(kills))
        # Not in the last tenth: what is killed then would mostly find nothing to do.
        moments = sorted(self.random.sample(range(mails // 10, mails * 9 // 10), len(kills)))
        self.due = list(zip(moments, order, strict=True))
        self.taken, self._lock = 0, threading.Lock()
        self._wanted = threading.Semaphore(0)

    def note_taken(self) -> None:
        with self._lock:
            self.taken += 1
            due = sum(moment == self.taken for moment, _ in self.due)
        for _ in range(due):
            self._wanted.release()

    def work(self, sends: Sequence["Future[None]"]) -> None:
        """In the main thread: a supervisor would end with the thread that started it (see `leash`)."""
        for _, part in self.due:
            while not self._wanted.acquire(timeout=0.5):
                if any(one.done() and one.exception() for one in sends):
                    return
            time.sleep(self.random.random() * 0.05)
            self._kill(part)

    def _kill(self, part: str) -> None:
        if part == "supervisor":
            process = self.ninelives.process
            assert process
            process.kill()
            process.wait()
            self.ninelives.start()
            return
        os.kill(self._pid_of(part), signal.SIGKILL)

    def _pid_of(self, part: str) -> int:
        """It may just be starting again after the kill before."""
        wanted = "postgres" if part == "database" else part
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for one in cpu.tree(self.ninelives.pid):
                if one.parent == self.ninelives.pid and one.part == wanted:
                    return one.pid
            time.sleep(0.02)
        raise TimeoutError(f"{part} does not come back:\n{self.ninelives.log[-2000:]}")


def send(letters: Sequence[Letter], ninelives: Ninelives, killing: Killing, outcome: Outcome) -> None:
    feeder = Feeder(ninelives.smtp_port)
    for letter in letters:
        tries = feeder.send_until_taken(letter.raw, letter.sender, PATIENCE)
        outcome.tried_again += tries - 1
        killing.note_taken()
    feeder.hang_up()


def is_serving(ninelives: Ninelives) -> bool:
    """Whether the screens come back."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with closing(HTTPConnection("127.0.0.1", ninelives.port, timeout=5)) as line, suppress(OSError, HTTPException):
            line.request("GET", "/healthz")
            with line.getresponse() as answer:
                if answer.status == 200:
                    return True
        time.sleep(0.1)
    return False


def wait_until_processed(ninelives: Ninelives) -> None:
    """Or until nothing moves any more: then the figures tell what is stuck."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError, NotReadyError), psycopg.connect(ninelives.database_url) as database:
            row = database.execute("SELECT count(*) FROM channels_receipt WHERE state = 'stored'").fetchone()
            if row and not row[0]:
                return
        time.sleep(0.05)


def look(ninelives: Ninelives, letters: Sequence[Letter], outcome: Outcome) -> None:
    with psycopg.connect(ninelives.database_url) as database:
        found = Counter(
            external_id
            for (external_id,) in database.execute(
                "SELECT external_id FROM conversations_message WHERE direction = 'inbound'"
            )
        )
        states = database.execute("SELECT state, count(*) FROM channels_receipt GROUP BY state").fetchall()
        orphans = database.execute(
            "SELECT count(*) FROM channels_receipt r LEFT JOIN channels_receipt f ON f.id = r.duplicate_of_id"
            " WHERE r.state = 'duplicate' AND f.state IS DISTINCT FROM 'processed'"
        ).fetchone()
    wanted = [letter.message_id.strip("<>") for letter in letters]
    outcome.messages = sum(found.values())
    outcome.lost = [one for one in wanted if not found[one]]
    outcome.twice = [one for one in wanted if found[one] > 1]
    outcome.receipts = dict(states)
    outcome.duplicates_of_nothing = int(orphans[0]) if orphans else 0


def left_over(ninelives: Ninelives) -> list[str]:
    """Whatever still runs on the data folder after `up` has ended."""
    of_database = servers_of(ninelives.folder.resolve() / "postgres")
    sign = f"NINELIVES_DATA={ninelives.folder}".encode()
    ours = [one for one in cpu.everybody().values() if one.pid in of_database or sign in _environment(one.pid)]
    return [f"{one.pid} {one.command}" for one in ours]


def _environment(pid: int) -> list[bytes]:
    try:
        return (Path("/proc") / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
