"""Servers for the stories: Ninelives as its users start it, and the post office of its customers."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psutil
import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imap_tools import MailBoxUnencrypted

from ninelives.foundation import backups
from ninelives.foundation.postgres import Cluster
from ninelives.foundation.processes import leash

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], what: str, patience: float = PATIENCE, every: float = 0.02) -> Found:
    """The first thing found by looking again and again."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s for {what}")
        time.sleep(every)
    return found


# Below the range from which connections get theirs, and for each of those that test at once a range of its own: nobody
# else takes a port between our finding it free and its being used.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_RANGE = 1000
_PORTS = itertools.count(os.getpid())


def free_port() -> int:
    lowest = 12_000 + _RANGE * (int(WORKER.removeprefix("gw")) % 20)
    for port in (lowest + number % _RANGE for number in itertools.islice(_PORTS, _RANGE)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


def fresh_database(name: str, *, like: str = "") -> str:
    """The URL of an empty database on the tests' server, or of a copy of one that nobody has open; its name is ours
    alone, also beside others that test."""
    name = f"{name}_{WORKER}"
    server = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(server), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        of = f' TEMPLATE "{urlsplit(like).path[1:]}"' if like else ""
        admin.execute(f'CREATE DATABASE "{name}"{of}')
    return urlunsplit(server._replace(path=f"/{name}"))


def migrated_database(name: str) -> str:
    """As `fresh_database`, with all migrations applied: once a process, which takes ten times as long as all else."""
    return fresh_database(name, like=_migrated_once())


def migrated_folder() -> Path:
    """A data folder whose own server has all migrations applied, for whoever kills that server too."""
    folder = Path(tempfile.mkdtemp(prefix="ninelives-migrated-"))
    copy, files = folder / "migrated.tar", folder / "files"
    backups.write(copy, _migrated_once(), files, "", with_key=False)
    cluster = Cluster(folder)
    cluster.start()
    try:
        backups.restore(copy, cluster.url, files)
    finally:
        cluster.stop()
        copy.unlink()
    return folder


def keep_as_migrated(database: str) -> None:
    """This one, which nobody has open, as it is now."""
    like = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    _migrated[:] = [fresh_database("ninelives_migrated", like=like)]


_migrated: list[str] = []


def _migrated_once() -> str:
    if not _migrated:
        url = fresh_database("ninelives_migrated")
        run_module("django", "migrate", "--verbosity=0", DATABASE_URL=url)
        _migrated.append(url)
    return _migrated[0]


def run_module(name: str, *arguments: str, **environ: str) -> str:
    """What `python -m name` prints."""
    command = [sys.executable, "-m", name, *arguments]
    ran = subprocess.run(command, env={**os.environ, **environ}, cwd=PROJECT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


# A pause after a try that failed stays.
_HURRY = """
UPDATE channels_delivery SET due_at = now() WHERE state = 'waiting' AND attempts = 0 AND due_at > now()
"""


class Ninelives:
    """`ninelives up` on a given database, with a data folder of its own."""

    def __init__(self, database_url: str, outgoing: str) -> None:
        # Of a token that may do all, for whoever speaks to the API.
        self.bearer = ""
        self.folder = Path(tempfile.mkdtemp(prefix="ninelives-stories-"))
        self.port, self.smtp_port = free_port(), free_port()
        self.environ = {
            "DATABASE_URL": database_url,
            "NINELIVES_DATA": str(self.folder),
            "NINELIVES_DEMO": "0",
            "NINELIVES_DNS": "off",
            "NINELIVES_LOG": "warning",
            "NINELIVES_OUTGOING_ALLOW": "127.0.0.1",
            "NINELIVES_OUTGOING_SMTP": outgoing,
            "NINELIVES_PORT": str(self.port),
            "NINELIVES_SMTP_PORT": str(self.smtp_port),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def __enter__(self) -> Self:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ninelives", "up"],
                env={**os.environ, **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=leash(signal.SIGTERM),
            )
        try:
            wait_for(self._is_ready, "`ready`")
        except BaseException:
            print(self.log)
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self, part: str) -> None:
        """As a power cut would, without a word; `up` starts it again."""
        parts = psutil.Process(self.process.pid).children()
        killed = next(one for one in parts if one.cmdline()[-1] == part)
        killed.kill()
        psutil.wait_procs([killed], PATIENCE)

    def wait_for_sent(self, look: Callable[[], Found], what: str) -> Found:
        """As `wait_for`. Nobody takes anything back: what can still be undone leaves at once."""
        with psycopg.connect(self.environ["DATABASE_URL"], autocommit=True) as database:

            def hurry() -> Found:
                if database.execute(_HURRY).rowcount:
                    database.execute("SELECT pg_notify('ninelives_deliveries', '')")
                return look()

            return wait_for(hurry, what, 20)

    def wait_until_it_answers(self) -> None:
        wait_for(self._answers, "an answer of web")

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, "ended before it was ready"
        return "\nready " in f"\n{self.log}"

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


class PostOffice:
    """Takes the mail that leaves Ninelives and keeps it by recipient; a customer's own mail server may hear of it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.hands_on: Callable[[str, bytes], Any] = lambda address, raw: None
        self._letters: list[tuple[str, bytes]] = []
        self._news = threading.Condition()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self.hands_on(str(address), raw)
            with self._news:
                self._letters.append((str(address), raw))
                self._news.notify_all()
        return "250 OK"

    def letters_to(self, address: str) -> list[EmailMessage]:
        found = [raw for recipient, raw in list(self._letters) if recipient == address]
        return [message_from_bytes(raw, policy=policy.default) for raw in found]

    def wait_for_letters(self, address: str, count: int = 1, patience: float = 20) -> list[EmailMessage]:
        with self._news:
            came = self._news.wait_for(lambda: len(self.letters_to(address)) >= count, patience)
        assert came, f"{len(self.letters_to(address))} of {count} letters to {address} came"
        return self.letters_to(address)


class MailServer:
    """A customer's own mailbox, on a real IMAP server: what their mail program would show."""

    def __init__(self, user: str = "dora", password: str = "sunflower") -> None:
        self.port, self._login = free_port(), (user, password)
        self._folder = Path(tempfile.mkdtemp(prefix="ninelives-mailbox-"))

    def __enter__(self) -> Self:
        user, password = self._login
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        owner = ["dict", "--demo-user", user, "--demo-password", password]
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import pymap.main; pymap.main.main()", *options, *owner],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=leash(signal.SIGTERM),
        )
        try:
            wait_for(self._listens, "the IMAP server")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self) -> MailBoxUnencrypted:
        mailbox = MailBoxUnencrypted("127.0.0.1", self.port, timeout=20)
        mailbox.login(*self._login)
        return mailbox

    def keep(self, raw: bytes) -> None:
        with self.open() as mailbox:
            mailbox.append(raw, "INBOX")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
