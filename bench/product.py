"""A Ninelives of the bench's own: free ports, a temporary data folder, stopped when the bench is."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ninelives.foundation.postgres import Cluster, running
from ninelives.foundation.processes import leash

PROJECT = Path(__file__).resolve().parent.parent
UP = (sys.executable, "-P", "-m", "ninelives", "up")
PATIENCE = 150.0
EMAIL, PASSWORD = "measurer@bench.example", "measure-measure-measure"


class NotReadyError(Exception):
    """It ended, or said nothing, before it was ready."""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Ours without what the person who measures has set for a Ninelives of their own."""
    own = ("NINELIVES_", "DATABASE_URL", "DJANGO_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "NINELIVES_DATA": str(folder), "NINELIVES_DNS": "off", **more}


class Ninelives:
    def __init__(
        self,
        *,
        demo: bool = False,
        command: Sequence[str] = UP,
        folder: Path | None = None,
        keep: bool = False,
        web: int = 1,
    ) -> None:
        self.keep = keep
        self.folder = folder or Path(tempfile.mkdtemp(prefix="ninelives-bench-"))
        self.port, self.smtp_port = free_ports(2)
        self.command = command
        self.environ = environment(
            self.folder,
            NINELIVES_PORT=str(self.port),
            NINELIVES_SMTP_PORT=str(self.smtp_port),
            NINELIVES_DEMO="1" if demo else "0",
            NINELIVES_WEB_PROCESSES=str(web),
        )
        self.lines: list[tuple[float, str]] = []
        self.process: subprocess.Popen[str] | None = None
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            if not self.keep:
                shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        url = running(self.folder)
        if url is None:
            raise NotReadyError("its database does not run")
        return url

    @property
    def pid(self) -> int:
        if self.process is None:
            raise NotReadyError("not started")
        return self.process.pid

    @property
    def log(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def start(self) -> float:
        """Seconds until it says that it is ready."""
        began = time.monotonic()
        self._ready.clear()
        self.process = subprocess.Popen(
            self.command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=leash(signal.SIGTERM),
        )
        self._listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self._listener.start()
        while not self._ready.wait(0.2):
            if self.process.poll() is not None or time.monotonic() - began > PATIENCE:
                time.sleep(0.2)
                raise NotReadyError(f"not ready:\n{self.log[-3000:]}")
        return next(at for at, line in reversed(self.lines) if line.startswith("ready ")) - began

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds until it ended."""
        began = time.monotonic()
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            finally:
                self._listener.join(5)
        return time.monotonic() - began

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                self.lines.append((time.monotonic(), line.rstrip()))
                if line.startswith("ready "):
                    self._ready.set()


class OnOwnServer(Ninelives):
    """Whose database is on a server of somebody else's, that can go away and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.server_folder = Path(tempfile.mkdtemp(prefix="ninelives-bench-server-"))
        self.server = Cluster(self.server_folder)

    def __enter__(self) -> Self:
        self.server.start()
        self.environ["DATABASE_URL"] = self.server.url
        return super().__enter__()

    def __exit__(self, *_: object) -> None:
        try:
            super().__exit__()
        finally:
            self.server.stop()
            shutil.rmtree(self.server_folder, ignore_errors=True)

    @property
    def database_url(self) -> str:
        return self.server.url

    def do_without(self, seconds: float) -> None:
        """Nothing listens where the database was."""
        self.server.stop()
        time.sleep(seconds)
        self.server.start()


def one_brand_email() -> str:
    """Of an agent who may see the last brand alone."""
    return "onebrand@bench.example"


def agent_email(number: int) -> str:
    return f"agent{number}@bench.example"


def command(database_url: str, folder: Path, *words: str) -> str:
    """What `ninelives …` prints, on this database."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ninelives", *words],
        env={**environment(folder), "DATABASE_URL": database_url},
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def commands(database_url: str, folder: Path, each: Sequence[Sequence[str]]) -> list[str]:
    """What each `ninelives …` prints."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "bench.commands"],
        env={**environment(folder), "DATABASE_URL": database_url, "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
        check=True,
        input=json.dumps(each),
        stdout=subprocess.PIPE,
        text=True,
    )
    return list(json.loads(ran.stdout))


def prepare(database_url: str, folder: Path, *, brands: int = 1, agents: int = 1) -> None:
    """An organisation, a mailbox that takes all and people who may sign in, as far as they are missing."""
    subprocess.run(
        [sys.executable, "-m", "bench.organisation", str(brands), str(agents)],
        env={**environment(folder), "DATABASE_URL": database_url},
        cwd=PROJECT,
        check=True,
    )
