"""A mailbox of fifty thousand mails at a real mail server (Debian's dovecot), fetched while the worker is killed.

At the end every mail is there exactly once. Mails that come in meanwhile are timed: nobody who writes today waits for
the mail of last year.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg

from bench import cpu
from bench.dovecot import PASSWORD, USER, Dovecot
from bench.letters import Post
from bench.product import Ninelives

# Of the whole, in seconds; what hangs ends the bench.
PATIENCE = 5400.0
# The mailbox has been in use for so many seconds.
AGE = 90 * 86_400


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mails", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=3, help="of the worker, while it fetches")
    parser.add_argument("--new", type=int, default=10, help="mails that come in while old ones are fetched")
    parser.add_argument("--seed", type=int, default=1)


@dataclass
class Outcome:
    mails: int
    kills: int = 0
    fill_seconds: float = 0.0
    fetched_seconds: float = 0.0
    processed_seconds: float = 0.0
    mails_per_second: float = 0.0
    # From standing in the mailbox to standing on a timeline, of those that came in meanwhile.
    new_seconds_median: float = 0.0
    new_seconds_max: float = 0.0
    cpu_ms_a_mail: dict[str, float] = field(default_factory=dict)
    receipts: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    lost: int = 0
    twice: int = 0
    # How often the progress that is shown went back.
    fell_back: int = 0

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.twice or self.fell_back or self.receipts.get("stored"))


def bench(options: argparse.Namespace) -> dict[str, Any]:
    outcome = Outcome(options.mails)
    with Dovecot() as dovecot, Ninelives() as ninelives:
        post, began = Post(options.seed, mark="imap"), time.monotonic()
        dovecot.has((next(post).raw for _ in range(options.mails)), time.time() - AGE)
        dovecot.start()
        outcome.fill_seconds = round(time.monotonic() - began, 1)
        print(f"{options.mails} mails stand in the mailbox after {outcome.fill_seconds:.0f} s")
        Run(ninelives, dovecot, post, outcome, options).go()
    for name, value in vars(outcome).items():
        print(f"{name:<18} {value}")
    print("nothing is lost, nothing is twice" if outcome.is_well else "FAULT")
    return {**vars(outcome), "is_well": outcome.is_well}


class Run:
    def __init__(
        self, ninelives: Ninelives, dovecot: Dovecot, post: Post, outcome: Outcome, options: argparse.Namespace
    ) -> None:
        self.ninelives, self.dovecot, self.post, self.outcome = ninelives, dovecot, post, outcome
        total = options.mails
        self.kills = [total * (number + 1) // (options.kills + 1) for number in range(options.kills)]
        self.news = [total * (2 * number + 1) // (2 * options.new) for number in range(options.new)]
        # By subject, when a new mail was put into the mailbox; and how long it took.
        self.under_way: dict[str, float] = {}
        self.took: list[float] = []
        self.done = 0

    def go(self) -> None:
        with psycopg.connect(self.ninelives.database_url, autocommit=True) as self.database:
            spent, began = cpu.spent(self.ninelives.pid), time.monotonic()
            self._add_mailbox()
            while not self._is_fetched():
                self._step(began)
            self.outcome.fetched_seconds = round(time.monotonic() - began, 1)
            while self._count("SELECT count(*) FROM channels_receipt WHERE state = 'stored'") or self.under_way:
                self._step(began)
            seconds = time.monotonic() - began
            used = cpu.spent(self.ninelives.pid)
            used.subtract(spent)
            self._tell(seconds, used)

    def _add_mailbox(self) -> None:
        told = {"host": "127.0.0.1", "port": self.dovecot.port, "user": USER, "password": PASSWORD, "tls": 0}
        words = [word for name, value in told.items() for word in ("--set", f"{name}={value}")]
        command = [sys.executable, "-P", "-m", "ninelives", "channel", "add", "imap", "--name", "Service", *words]
        subprocess.run(command, env=self.ninelives.environ, check=True, capture_output=True)

    def _step(self, began: float) -> None:
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"{self.done} of {self.outcome.mails} after {PATIENCE:.0f} s")
        done = self._count("SELECT coalesce(sum(done), 0) FROM channels_mailboxposition")
        self.outcome.fell_back += done < self.done
        if done // 5000 > self.done // 5000:
            print(f"{done} fetched after {time.monotonic() - began:.0f} s")
        self.done = done
        if self.kills and done >= self.kills[0]:
            self.kills.pop(0)
            self._kill_worker()
        if self.news and done >= self.news[0]:
            self.news.pop(0)
            self._put_in_a_new_one()
        self._look_for_new()
        time.sleep(0.1)

    def _is_fetched(self) -> bool:
        row = self.database.execute("SELECT state, total, done FROM channels_mailboxposition").fetchone()
        return row is not None and row[0] == "watching" and row[1] == row[2] and not self.news and not self.kills

    def _kill_worker(self) -> None:
        for one in cpu.tree(self.ninelives.pid):
            if one.parent == self.ninelives.pid and one.part == "worker":
                os.kill(one.pid, signal.SIGKILL)
                self.outcome.kills += 1

    def _put_in_a_new_one(self) -> None:
        letter = next(self.post)
        self.under_way[letter.subject] = time.monotonic()
        self.dovecot.gets(letter.raw)

    def _look_for_new(self) -> None:
        for subject, at in list(self.under_way.items()):
            if self._count("SELECT count(*) FROM conversations_message WHERE subject = %s AND NOT is_import", subject):
                self.took.append(time.monotonic() - at)
                del self.under_way[subject]

    def _tell(self, seconds: float, used: "cpu.Counter[str]") -> None:
        told, mails = self.outcome, self.outcome.mails + len(self.took)
        told.processed_seconds, told.mails_per_second = round(seconds, 1), round(mails / seconds, 1)
        told.cpu_ms_a_mail = {part: round(1000 * spent / mails, 1) for part, spent in used.items()}
        told.new_seconds_median = round(median(self.took or [0]), 1)
        told.new_seconds_max = round(max(self.took, default=0), 1)
        told.receipts = dict(
            self.database.execute("SELECT state, count(*) FROM channels_receipt GROUP BY state").fetchall()
        )
        told.messages = self._count("SELECT count(*) FROM conversations_message")
        known = self._count("SELECT count(DISTINCT external_id) FROM conversations_message")
        told.lost, told.twice = mails - known, told.messages - known

    def _count(self, statement: str, *given: object) -> int:
        row = self.database.execute(statement, given).fetchone()
        return int(row[0]) if row else 0
