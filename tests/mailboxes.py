"""A real IMAP server with mailboxes on the disk, and a bad line to it: for what goes wrong between the two."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

from imap_tools import MailBoxUnencrypted
from pysasl.hashing import BuiltinHash

from ninelives.foundation.processes import leash
from tests.certificates import Certificate
from tests.servers import PATIENCE, free_port, wait_for

PASSWORD = "sunflower and moon"


@dataclass(frozen=True)
class Owner:
    """Somebody with a mailbox on the server."""

    server: "ImapServer"
    user: str

    def open(self) -> MailBoxUnencrypted:
        box = MailBoxUnencrypted("127.0.0.1", self.server.port, timeout=20)
        # Two packets a mail without it, and the second waits for the server's word on the first.
        box.client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        box.login(self.user, PASSWORD)
        return box

    def gets(self, *mails: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        with self.open() as box:
            for raw in mails:
                box.append(raw, folder, at)

    def flags(self) -> list[tuple[str, ...]]:
        with self.open() as box:
            return [mail.flags for mail in box.fetch(mark_seen=False)]

    def uids(self, folder: str = "INBOX") -> list[str]:
        with self.open() as box:
            box.folder.set(folder)
            return list(box.uids())

    def loses(self, *uids: str) -> None:
        """Somebody with another mail program throws mails away."""
        with self.open() as box:
            box.delete(list(uids))

    def gets_while_away(self, raw: bytes) -> None:
        """Delivered to the disk by the mail server's other half while nobody can be asked over IMAP."""
        name = f"{time.time():.6f}.{next(_NUMBERS)}.elsewhere"
        (self.folder / "new" / name).write_bytes(raw)

    @property
    def folder(self) -> Path:
        return self.server.folder / self.user

    def settings(self, **more: str) -> dict[str, str]:
        """What a channel account is told."""
        told = {"host": "127.0.0.1", "port": str(self.server.port), "user": self.user, "password": PASSWORD, "tls": "0"}
        return told | more


_NUMBERS = count(1)


class ImapServer:
    """pymap on Maildirs: what is in the mailboxes outlives a restart."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        """With a certificate it knows STARTTLS."""
        self.port = free_port()
        self._tls = ["--no-tls"]
        if certificate:
            self._tls = ["--cert", str(certificate.chain), "--key", str(certificate.key)]
        self.folder = Path(tempfile.mkdtemp(prefix="ninelives-imap-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._password = BuiltinHash(rounds=1).hash(PASSWORD)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        command = [sys.executable, "-c", "import pymap.main; pymap.main.main()", "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), *self._tls, "maildir", str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=leash(signal.SIGTERM),
        )
        wait_for(self._listens, "the IMAP server")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(PATIENCE)

    def owner(self, name: str = "service") -> Owner:
        """A new mailbox, empty."""
        user = f"{name}{next(_NUMBERS)}@zonnestroom.example"
        for file, line in {"passwd": f"x::::{user}:", "shadow": f"{self._password}::::::"}.items():
            with (self.folder / f"pymap-etc-{file}").open("a") as users:
                users.write(f"{user}:{line}\r\n")
        owner = Owner(self, user)
        with owner.open():
            return owner

    def renumber(self, owner: Owner) -> None:
        """As after a repair or a move: every mail gets another number, and the folder another validity."""
        self.stop()
        (owner.folder / "dovecot-uidlist").unlink()
        self.start()

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


# What happens to a command: None, nothing. `cut`: the line. `hang`: no answer, ever. Bytes: this instead of an answer,
# with TAG for the command's own. A number: the answer, cut off after so many bytes.
Fault = str | bytes | int | None


class BadLine:
    """Stands between us and the server. `fault(command)` decides what happens to each command."""

    def __init__(
        self,
        target: int,
        fault: Callable[[bytes], Fault] = lambda command: None,
        certificate: Certificate | None = None,
    ) -> None:
        """With a certificate it speaks TLS to whoever calls, and none to the server."""
        self.target, self.fault = target, fault
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if certificate else None
        if self._tls and certificate:
            self._tls.load_cert_chain(certificate.chain, certificate.key)
        self.refuses = False
        # Nothing gets through either way, and nobody is told: a cable pulled out, or a router that forgot us.
        self.is_frozen = False
        self.commands: list[bytes] = []
        self.most_open = 0
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        self.cut()

    def cut(self) -> None:
        for sock in list(self._open):
            _close(sock)

    def say(self, words: bytes) -> None:
        """To whoever is on the line, out of turn."""
        for client in list(self._open):
            with suppress(OSError):
                client.sendall(words)

    @property
    def is_in_use(self) -> bool:
        return bool(self._open)

    def sent(self, word: bytes) -> int:
        """How many commands with this word in them came by."""
        return sum(word in command for command in list(self.commands))

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._door.accept()
                if self.refuses:
                    _close(client)
                    continue
                self._open.add(client)
                self.most_open = max(self.most_open, len(self._open))
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        plain = client
        with suppress(OSError):
            client = self._tls.wrap_socket(client, server_side=True) if self._tls else client
            self._open.add(client)
            self._talk(client)
        self._open -= {client, plain}
        _close(client)

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.target), 5) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            way = _Way(client, self)
            threading.Thread(target=way.answers, args=(server,), daemon=True).start()
            for line in client.makefile("rb"):
                self.commands.append(line)
                if self.is_frozen:
                    continue
                if not way.goes(line, self.fault(line), server):
                    break


class _Way:
    """One connection."""

    def __init__(self, client: socket.socket, line: BadLine) -> None:
        self.client, self.line = client, line
        self.left: int | None = None

    def answers(self, server: socket.socket) -> None:
        with suppress(OSError):
            while packet := server.recv(65_536):
                if self.line.is_frozen:
                    continue
                if self.left is not None:
                    packet, self.left = packet[: self.left], max(0, self.left - len(packet))
                self.client.sendall(packet)
                if self.left == 0:
                    break
        _close(self.client)

    def goes(self, line: bytes, fault: Fault, server: socket.socket) -> bool:
        match fault:
            case "cut":
                return False
            case "hang":
                return True
            case bytes():
                self.client.sendall(fault.replace(b"TAG", line.split(b" ")[0]))
                return True
            case int():
                self.left = fault
        server.sendall(line)
        return True


def fetches(uid: str, command: bytes) -> bool:
    """Whether this command asks for the body of the mail with this number."""
    found = re.search(rb"UID FETCH (\S+) .*BODY\.PEEK\[\]", command)
    if not found:
        return False
    for part in found[1].split(b","):
        first, _colon, last = part.partition(b":")
        if int(first) <= int(uid) <= int(last or first):
            return True
    return False


def _close(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
