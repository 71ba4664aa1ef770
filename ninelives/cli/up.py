"""`ninelives up`: everything on one machine, in one terminal."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from ninelives.cli import data_folder
from ninelives.cli.doors import door
from ninelives.cli.errors import CannotDo
from ninelives.cli.preparing import OURSELVES, Interrupted, Preparation, fingerprint
from ninelives.config.environment import Endpoint, Environment
from ninelives.foundation.postgres import Cluster
from ninelives.foundation.processes import Supervisor, child

PATIENCE_WITH_START = 120.0
PARTS = ("web", "worker", "mail")


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


def check_ports(settings: Environment) -> None:
    ports = {"NINELIVES_PORT": settings.port, "NINELIVES_SMTP_PORT": settings.smtp_port}
    if settings.port == settings.smtp_port:
        raise CannotDo(f"NINELIVES_PORT and NINELIVES_SMTP_PORT are both {settings.port}: choose two")
    for variable, port in ports.items():
        try:
            door(settings.host, port).close()
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
        preparation = Preparation.begin(self.supervisor, environ)
        if not self.is_prepared():
            preparation.finish()
        for part in PARTS:
            count = self.settings.web_processes if part == "web" else 1
            for number in range(1, count + 1):
                name = part if number == 1 else f"{part} {number}"
                self.supervisor.add(child(name, [*OURSELVES, part], environ))
        self.wait_until_answering()
        preparation.finish()
        if not self.settings.database_url:
            self.stamp.write_text(fingerprint())
        if preparation.sign_ins:
            print(preparation.sign_ins)
        print(f"ready {self.settings.url}", flush=True)

    def database(self) -> str:
        cluster = Cluster(self.settings.data)
        cluster.start(stop=lambda: self.supervisor.stopping)
        self.supervisor.add(cluster.service(), cluster.process)
        return cluster.url

    @property
    def stamp(self) -> Path:
        return self.settings.data / "prepared"

    def is_prepared(self) -> bool:
        """Then the parts need not wait for `prepare`, which takes as long as they do and finds nothing to do.

        Known of our own server only: another one's database may have been replaced in the meantime.
        """
        known = not self.settings.database_url and self.stamp.exists()
        return known and self.stamp.read_text() == fingerprint()

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


def ask(host: str, port: int, question: bytes) -> bytes:
    """The first words a server of ours answers; nothing if it does not, or not at once."""
    try:
        with socket.create_connection((host, port), timeout=1.0) as line:
            line.sendall(question)
            return line.recv(64)
    except OSError:
        return b""
