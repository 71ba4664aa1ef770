"""One database cluster in the data folder: made, started, watched, stopped, recovered."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ninelives.foundation.postgres import live
from ninelives.foundation.postgres.binaries import Binaries, find, within_reach
from ninelives.foundation.postgres.errors import NotOurs, PostgresError, StillRunning, Unreachable, WouldNotStart
from ninelives.foundation.postgres.places import Places
from ninelives.foundation.postgres.settings import settings
from ninelives.foundation.postgres.system_user import SystemUser, database_user
from ninelives.foundation.processes import Service, leash
from ninelives.foundation.processes.supervisor import NotYet

NAME = "ninelives"
PATIENCE_WITH_PREDECESSOR = 60.0
PATIENCE_AT_STOP = 30.0


@dataclass
class Cluster:
    """The caller holds the lock of the data folder: two clusters on one folder must never be tried."""

    folder: Path
    durable: bool = True
    """False for tests: a crash of the machine may lose everything, and nothing waits for the disk."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @cached_property
    def places(self) -> Places:
        return Places(self.folder)

    @cached_property
    def user(self) -> SystemUser | None:
        return database_user()

    @cached_property
    def binaries(self) -> Binaries:
        return within_reach(find(self.places.data), self.user, self.places.folder)

    @property
    def url(self) -> str:
        return url_of(self.places, self.places.sockets)

    def start(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Make the cluster if there is none, start it and wait until it answers, however long recovery takes."""
        self.prepare()
        self._wait_for_predecessor()
        self.spawn()
        self.wait_until_ready(stop)

    def prepare(self) -> None:
        """Everything before the first process: folders, owner, binaries, and the cluster itself."""
        self._make_folders()
        rotate(self.places.log)
        if not (self.places.data / "PG_VERSION").exists():
            self._make_cluster()
        _ = self.binaries

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server, without waiting for it. `NotYet` while processes of a killed one are still ending."""
        self._clear_stale_notes()
        self.places.log.touch(mode=0o600)
        with self.places.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", str(self.places.data), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=leash(signal.SIGINT),  # A fast shut-down if we die.
                **self._as_user(),
            )
        return self.process

    def wait_until_ready(self, stop: Callable[[], bool] = lambda: False) -> None:
        while not self.is_ready() and not stop():
            if self.process is None or self.process.poll() is not None:
                raise WouldNotStart(self.places.log, last_words(self.places.log))
            time.sleep(0.01)

    def is_ready(self) -> bool:
        if self.process is None:
            return False
        lines = live.noted(self.places.data)
        return len(lines) >= 8 and (lines[0], lines[7]) == (str(self.process.pid), "ready")

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(PATIENCE_AT_STOP)
        except subprocess.TimeoutExpired:
            # Ends at once and recovers at the next start; nothing committed is lost.
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def service(self) -> Service:
        """For a supervisor: first up, last down, and its own signals."""
        return Service("database", self.spawn, 0, signal.SIGINT, PATIENCE_AT_STOP, signal.SIGQUIT)

    def _make_folders(self) -> None:
        places = self.places
        places.folder.mkdir(mode=0o711 if self.user else 0o700, parents=True, exist_ok=True)
        if self.user:
            self._let_in(self.user)
        places.make_sockets(self.user)

    def _let_in(self, user: SystemUser) -> None:
        """The data folder itself is ours to open; a folder above it is not."""
        folder = self.places.folder
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode & 0o7777 | 0o011)
        closed = user.is_kept_out_of(folder)
        if closed:
            raise Unreachable(folder, closed, user.name)

    def _make_cluster(self) -> None:
        """Made aside and renamed when whole, so that a start that was cut off is simply done again."""
        draft = self.places.data.with_name("postgres.making")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.places.draft_password()
        for path in (draft, password):
            if self.user:
                self.user.give(path)
        self._run("initdb", "-D", str(draft), f"--pwfile={password}", *self._initdb_options())
        self._run("postgres", "--single", "-D", str(draft), "template1", given=f"CREATE DATABASE {NAME}\n")
        os.replace(password, self.places.password)
        if self.user:
            os.chown(self.places.password, os.geteuid(), os.getegid())
        draft.rename(self.places.data)

    def _initdb_options(self) -> list[str]:
        options = ["-U", NAME, "--encoding=UTF8", "--auth=scram-sha-256", "--auth-local=scram-sha-256"]
        options += ["--data-checksums", "--no-instructions", "--locale=C.UTF-8"]
        if self.binaries.major >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return options if self.durable else [*options, "--no-sync"]

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        command = [self.binaries.program(program), *arguments]
        told = subprocess.run(command, input=given, capture_output=True, text=True, check=False, **self._as_user())
        if told.returncode:
            raise PostgresError(f"{program} failed: {(told.stderr or told.stdout).strip()[-800:]}")

    def _as_user(self) -> dict[str, Any]:
        # Only these variables: one of the PG… family in the caller's environment would change what is started.
        environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return {"cwd": "/", "env": environ, **(self.user.popen_arguments() if self.user else {})}

    def _options(self) -> list[str]:
        own = {
            "unix_socket_directories": str(self.places.sockets),
            "cluster_name": live.cluster_name(self.places.data),
            **settings(self.binaries, self.durable),
        }
        return [part for name, value in own.items() for part in ("-c", f"{name}={value}")]

    def _wait_for_predecessor(self) -> None:
        """After a kill -9 of the supervisor its server is still ending itself: it got our leash's signal."""
        deadline = time.monotonic() + PATIENCE_WITH_PREDECESSOR
        while left := live.servers_of(self.places.data):
            if time.monotonic() > deadline:
                raise StillRunning(self.places.data, left[0])
            time.sleep(0.02)

    def _clear_stale_notes(self) -> None:
        """PostgreSQL refuses to start while the number in its notes is alive, even as some other program.

        Only when no process of this folder is left; the file of a dead server stays, for it also guards the
        shared memory of back ends that may still be ending.
        """
        if left := live.servers_of(self.places.data):
            raise NotYet(f"process {left[0]} of the former one is still ending")
        pid = live.noted_pid(self.places.data)
        if pid and is_alive(pid):
            (self.places.data / live.POSTMASTER_PID).unlink(missing_ok=True)
        for left_over in self.places.sockets.glob(".s.PGSQL.*"):
            left_over.unlink(missing_ok=True)


def running(folder: Path) -> str | None:
    """The URL of the live server of this data folder, if one answers; it may be another process's."""
    places = Places(folder)
    try:
        if not live.postmaster(places.data):
            return None
        sockets = Path(live.noted(places.data)[4])
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(sockets / ".s.PGSQL.5432"))
        ready = live.noted(places.data)[7] == "ready"
    except PermissionError:
        raise NotOurs(places.folder) from None
    except (OSError, IndexError):
        return None
    return url_of(places, sockets) if ready else None


def url_of(places: Places, sockets: Path) -> str:
    try:
        password = places.password.read_text().strip()
    except FileNotFoundError:
        raise PostgresError(f"{places.password} is gone: without it nobody can sign in to the database") from None
    return f"postgresql://{NAME}:{quote(password, safe='')}@{quote(str(sockets), safe='')}/{NAME}"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def rotate(log: Path, largest: int = 10_000_000) -> None:
    if log.exists() and log.stat().st_size > largest:
        log.replace(log.with_name(f"{log.name}.1"))


def last_words(log: Path, length: int = 1200) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - length))
        return file.read().decode(errors="replace").strip()
