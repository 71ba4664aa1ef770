"""The whole product, started and ended as its users do, or as the power does."""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from ninelives.foundation.postgres import live, running
from tests.servers import free_port, migrated_database


class Up:
    def __init__(self, folder, **environ):
        self.port, self.smtp_port = free_port(), free_port()
        own = {"PORT": self.port, "SMTP_PORT": self.smtp_port, "DATA": folder, "DEMO": 0}
        settings = {f"NINELIVES_{name}": str(value) for name, value in own.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ninelives", "up"],
            env={**os.environ, "DATABASE_URL": "", **settings, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.printed = ""

    def wait_for(self, pattern, patience=90.0):
        deadline = time.monotonic() + patience
        while not re.search(pattern, self.printed, re.MULTILINE):
            if select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                chunk = os.read(self.process.stdout.fileno(), 65536).decode()
                assert chunk, f"it ended with {self.process.wait(5)}: {self.printed}"
                self.printed += chunk
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.printed}"

    def wait_until_ready(self):
        self.wait_for(rf"^ready http://127\.0\.0\.1:{self.port}$")

    def answers(self):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            return answer.status == 200
        return False

    def greets(self):
        with socket.create_connection(("127.0.0.1", self.smtp_port), timeout=5) as line:
            return line.recv(3) == b"220"

    def children(self):
        return [pid for pid, parent in parents().items() if parent == self.process.pid]

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(40)


def parents():
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def listening(port):
    """How many sockets are at this port of IPv4."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def soon(question, patience=40.0):
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    yield path
    soon(lambda: not live.servers_of(path / "postgres"))
    shutil.rmtree(path)


@pytest.fixture
def start(folder):
    started = []

    def start(**environ):
        started.append(Up(folder, **environ))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)
        one.process.stdout.close()


@pytest.fixture
def migrated():
    """Migrating is nearly all of a first start, and not what every test of `up` is about."""
    return migrated_database("ninelives_up")


def test_it_starts_recovers_from_kills_and_ends_leaving_nothing(start, folder):
    up = start()
    up.wait_until_ready()
    assert up.answers()
    assert up.greets()

    server = live.postmaster(folder / "postgres")
    os.kill(server, signal.SIGKILL)
    soon(lambda: running(folder) and live.postmaster(folder / "postgres") != server)
    soon(up.answers)

    children = up.children()
    assert len(children) == 4
    assert up.end(signal.SIGKILL) == -9
    soon(lambda: not set(children) & set(parents()))

    again = start()
    again.wait_until_ready()
    children = again.children()
    assert again.end(signal.SIGINT) == 0
    assert not set(children) & set(parents())
    assert not live.servers_of(folder / "postgres")


def test_web_processes_share_the_port_and_the_others_go_on_when_one_ends(start, migrated):
    up = start(DATABASE_URL=migrated, NINELIVES_WEB_PROCESSES="2")
    up.wait_until_ready()
    soon(lambda: listening(up.port) == 2)
    web = [pid for pid in up.children() if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"\0web\0")]
    assert len(web) == 2
    os.kill(web[0], signal.SIGKILL)
    soon(lambda: listening(up.port) == 1)
    assert all(up.answers() for _ in range(20))
    soon(lambda: listening(up.port) == 2)
    assert all(up.answers() for _ in range(20))
    assert up.end(signal.SIGTERM) == 0


def test_a_database_url_is_used_instead_of_an_own_server(start, folder, migrated):
    up = start(DATABASE_URL=migrated)
    up.wait_until_ready()
    assert up.answers()
    assert up.end() == 0
    assert not (folder / "postgres").exists()
    with psycopg.connect(migrated) as database:
        assert database.execute("SELECT count(*) FROM accounts_organisation").fetchone() == (1,)
