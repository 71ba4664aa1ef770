"""Starts named services, starts again what dies, and ends all of them in order.

One thread only: children are forked from it (see `leash`), and nothing can hold a lock while it forks.
"""

import os
import select
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from ninelives.foundation.processes.leash import leash

FIRST_PAUSE, LONGEST_PAUSE, GOOD_LIFE = 0.2, 5.0, 30.0
LONGEST_LINE = 16_384


class NotYet(Exception):
    """A service cannot start at this moment; it is tried again after a pause."""


@dataclass(frozen=True)
class Service:
    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    floor: int = 1
    """Lower floors start first and stop last: the database is floor 0."""
    stop_signal: int = signal.SIGTERM
    patience: float = 5.0
    last_resort: int = signal.SIGKILL


@dataclass
class Life:
    """How a service fares: its process, and when to try again if it has none."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    pause: float = FIRST_PAUSE
    retry_at: float = 0.0
    rest: bytes = b""


def child(name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> Service:
    """A service of our own code. It may be killed at any moment by design, so it dies at once if we do."""

    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(argv),
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=leash(signal.SIGKILL),
        )

    return Service(name, spawn)


@dataclass
class Supervisor:
    say: Callable[[str], None] = field(default=lambda text: write(f"{text}\n".encode()))
    stopping: bool = False
    lives: dict[str, Life] = field(default_factory=dict)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _signals: int = 0
    _wakeup: int = -1

    def __enter__(self) -> "Supervisor":
        reader, self._wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _plain_pipe()
        self._selector.register(reader, selectors.EVENT_READ, None)
        # SIGINT too when it came ignored, as it does for `command &` in a script; SIGHUP not, so that nohup works.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        signal.set_wakeup_fd(-1)

    def add(self, service: Service, process: subprocess.Popen[bytes] | None = None) -> None:
        """Keep this service alive from now on; `process` is given if it runs already."""
        life = self.lives[service.name] = Life(service)
        if process:
            self._adopt(life, process)
        else:
            self._start(life)

    def add_once(self, service: Service) -> subprocess.Popen[bytes]:
        """Run this one in the midst of the others, without starting it again when it ends."""
        life = Life(service)
        self._start(life)
        if life.process is None:
            raise NotYet(service.name)
        self.lives[service.name] = life
        life.retry_at = float("inf")
        return life.process

    def run_until(self, done: Callable[[], bool], every: float = 0.05) -> bool:
        """Look after everything until `done` or a signal to stop; True if done."""
        while not self.stopping:
            if done():
                return True
            self.tend(every)
        return False

    def run(self) -> None:
        self.run_until(lambda: False, every=60.0)

    def tend(self, longest: float) -> None:
        """One round: pass on output, notice who died, start again who is due."""
        for key, _ in self._selector.select(self._until_next_due(longest)):
            self._read(key)
        for life in list(self.lives.values()):
            if life.process and life.process.poll() is not None:
                self._bury(life)
            elif not life.process and life.retry_at <= time.monotonic() and not self.stopping:
                self._start(life)

    def stop(self) -> None:
        """End the highest floor first, each floor together; then the next."""
        self.stopping = True
        floors = sorted({life.service.floor for life in self.lives.values()}, reverse=True)
        for floor in floors:
            self._stop_floor([life for life in self.lives.values() if life.service.floor == floor])
        self.lives.clear()

    def _stop_floor(self, floor: Iterable[Life]) -> None:
        living = [life for life in floor if life.process]
        began = time.monotonic()
        for life in living:
            _send(life, life.service.stop_signal)
        resorted: set[str] = set()
        while any(life.process for life in living):
            self.tend(0.1)
            for life in living:
                late = time.monotonic() - began > life.service.patience or self._signals > 1
                if life.process and late and life.service.name not in resorted:
                    resorted.add(life.service.name)
                    _send(life, life.service.last_resort)

    def _start(self, life: Life) -> None:
        try:
            process = life.service.spawn()
        except (OSError, NotYet) as reason:
            self.say(f"{life.service.name} could not start: {reason}")
            self._plan_retry(life)
        else:
            self._adopt(life, process)

    def _adopt(self, life: Life, process: subprocess.Popen[bytes]) -> None:
        life.process, life.born = process, time.monotonic()
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, life)

    def _bury(self, life: Life) -> None:
        process, life.process = life.process, None
        assert process is not None  # noqa: S101 - the caller looked
        if process.stdout:
            self._pass_on(life, process.stdout)
            self._selector.unregister(process.stdout)
            process.stdout.close()
        if self.stopping or life.retry_at == float("inf"):
            return
        if time.monotonic() - life.born > GOOD_LIFE:
            life.pause = FIRST_PAUSE
        self.say(f"{life.service.name} ended ({how(process.returncode)}); starting it again in {life.pause:.1f} s")
        self._plan_retry(life)

    def _plan_retry(self, life: Life) -> None:
        life.retry_at = time.monotonic() + life.pause
        life.pause = min(life.pause * 2, LONGEST_PAUSE)

    def _until_next_due(self, longest: float) -> float:
        due = [life.retry_at for life in self.lives.values() if not life.process]
        return max(0.0, min([longest, *(moment - time.monotonic() for moment in due)]))

    def _read(self, key: selectors.SelectorKey) -> None:
        if isinstance(key.data, Life) and key.data.process and key.data.process.stdout:
            self._pass_on(key.data, key.data.process.stdout)
        elif isinstance(key.fileobj, int):
            os.read(key.fileobj, 4096)

    def _pass_on(self, life: Life, source: IO[bytes]) -> None:
        try:
            chunk = os.read(source.fileno(), 65_536)
        except BlockingIOError:
            return
        if not chunk and not life.rest and life.process:
            # The child closed its output but lives on: stop listening, or every round would wake at once.
            self._selector.unregister(source)
            source.close()
            life.process.stdout = None
        *lines, life.rest = (life.rest + chunk).split(b"\n")
        if life.rest and (not chunk or len(life.rest) > LONGEST_LINE):
            lines, life.rest = [*lines, life.rest], b""
        for line in lines:
            write(f"{life.service.name:<8} | ".encode() + line + b"\n")

    def _on_signal(self, number: int, _frame: object) -> None:
        self._signals += 1
        self.stopping = True


def how(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"code {returncode}"


def write(line: bytes) -> None:
    """Write to our output, or drop the line: who started us may have stopped reading, and we must not stall.

    A pipe that polls writable takes 4096 bytes without blocking (PIPE_BUF).
    """
    try:
        for start in range(0, len(line), select.PIPE_BUF):
            if not select.select([], [1], [], 0)[1]:
                return
            os.write(1, line[start : start + select.PIPE_BUF])
    except OSError:
        return


def _send(life: Life, number: int) -> None:
    if life.process and life.process.poll() is None:
        life.process.send_signal(number)


def _plain_pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    return reader, writer
