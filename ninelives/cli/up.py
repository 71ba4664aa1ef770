"""`ninelives up`: everything on one machine, in one terminal."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from ninelives.cli import data_folder
from ninelives.cli.errors import CannotDo
from ninelives.config.environment import Endpoint, Environment
from ninelives.foundation.postgres import Cluster
from ninelives.foundation.processes import Service, Supervisor, child, leash

PATIENCE_WITH_START = 120.0
PARTS = ("web", "worker", "mail")
OURSELVES = (sys.executable, "-P", "-m", "ninelives")


def run(_options: object) -> int:
    settings = Environment.read()
    folder = data_folder.make(settings.data)
    with data_folder.owned_by_up(folder), Supervisor() as supervisor:
        check_ports(settings)
        start = Start(settings, supervisor)
        try:
            start.all()
        except Interrupted:
            return 0
        supervisor.run()
    return 0


class Interrupted(Exception):
    """Someone wanted us to stop before we were ready."""


def check_ports(settings: Environment) -> None:
    ports = {"NINELIVES_PORT": settings.port, "NINELIVES_SMTP_PORT": settings.smtp_port}
    if settings.port == settings.smtp_port:
        raise CannotDo(f"NINELIVES_PORT and NINELIVES_SMTP_PORT are both {settings.port}: choose two")
    for variable, port in ports.items():
        try:
            family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
            with socket.socket(family) as door:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                door.bind((settings.host, port))
        except OSError as reason:
            at = Endpoint(settings.host, port)
            raise CannotDo(f"cannot listen on {at} ({reason.strerror}): choose another {variable}") from None


@dataclass
class Start:
    settings: Environment
    supervisor: Supervisor

    def all(self) -> None:
        url = self.settings.database_url or self.database()
        environ = {**os.environ, "DATABASE_URL": url, "NINELIVES_DATA": str(self.settings.data)}
        sign_ins = self.prepare(environ)
        for part in PARTS:
            self.supervisor.add(child(part, [*OURSELVES, part], environ))
        self.wait_until_answering()
        if sign_ins:
            print(sign_ins.strip())
        print(f"ready {self.settings.url}", flush=True)

    def database(self) -> str:
        cluster = Cluster(self.settings.data)
        cluster.start(stop=lambda: self.supervisor.stopping)
        self.supervisor.add(cluster.service(), cluster.process)
        return cluster.url

    def prepare(self, environ: dict[str, str]) -> str:
        """Bring the database up to date, in a process of its own: the supervisor stays small for good.

        The sign-ins come back through a pipe, not through the output that everyone may be logging.
        """
        reader, writer = os.pipe()
        with ExitStack() as open_ends:
            open_ends.callback(os.close, reader)
            try:
                process = self.supervisor.add_once(_preparation(environ, writer))
            finally:
                os.close(writer)
            if not self.supervisor.run_until(lambda: process.poll() is not None):
                raise Interrupted
            self.supervisor.tend(0)
            if process.returncode:
                raise CannotDo("the database could not be prepared; the reason stands above")
            return os.read(reader, 65_536).decode()

    def wait_until_answering(self) -> None:
        deadline = time.monotonic() + PATIENCE_WITH_START
        host = self.settings.reachable_host
        ports = {"web": self.settings.port, "mail": self.settings.smtp_port}
        questions = {"web": b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", "mail": b""}
        answers = {"web": b" 200 ", "mail": b"220"}

        def answering() -> bool:
            for part in [part for part in ports if answers[part] in ask(host, ports[part], questions[part])]:
                del ports[part]
            if ports and time.monotonic() > deadline:
                raise CannotDo(f"no answer from {' and '.join(ports)}; the reason should stand above")
            return not ports

        if not self.supervisor.run_until(answering):
            raise Interrupted


def _preparation(environ: dict[str, str], writer: int) -> Service:
    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*OURSELVES, "prepare", "--sign-ins-to", str(writer)],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(writer,),
            preexec_fn=leash(signal.SIGKILL),
        )

    return Service("prepare", spawn)


def ask(host: str, port: int, question: bytes) -> bytes:
    """The first words a server of ours answers; nothing if it does not, or not at once."""
    try:
        with socket.create_connection((host, port), timeout=1.0) as line:
            line.sendall(question)
            return line.recv(64)
    except OSError:
        return b""
