"""Customers' messages as a provider's signed calls, made from a seed, and giving them to the webhook.

The pretended provider stands for those that call us: JSON, signed with HMAC-SHA256 over the body.
"""

import json
import random
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from bench.feeding import shares, together
from bench.product import command
from bench.words import Language, languages, person
from ninelives.channels.adapters.pretend import sign

SECRET = "measured and signed"
HEADER = "X-Pretend-Signature"


@dataclass(frozen=True)
class Call:
    sender: str
    message_id: str
    body: bytes
    signature: str

    @property
    def raw(self) -> bytes:
        """For the floor, which has no headers."""
        return self.signature.encode() + b"\n" + self.body


class Calls:
    """An endless stream; the same seed gives the same calls. About half come from somebody who wrote before."""

    def __init__(self, seed: int, *, mark: str = "") -> None:
        self.random, self.mark, self.count = random.Random(seed), mark or f"c{seed}", 0
        self._writers: list[tuple[str, str, Language]] = []
        self._last: dict[str, str] = {}

    def letters(self, count: int) -> list[Call]:
        return [next(self) for _ in range(count)]

    def __iter__(self) -> Iterator[Call]:
        return self

    def __next__(self) -> Call:
        self.count += 1
        known = bool(self._writers) and self.random.random() < 0.5
        name, address, language = self.random.choice(self._writers[-200:]) if known else self._newcomer()
        id_ = f"{self.mark}.{self.count}.{self.random.getrandbits(64):x}"
        text = "\n\n".join(language.paragraph(self.random, self.random.randint(1, 4)) for _ in range(2))
        told = {"call": f"call-{id_}", "id": id_, "from": address, "name": name, "text": text, "at": 1_741_000_000}
        if known and self.random.random() < 0.85:
            told["answers"] = self._last[address]
        self._last[address] = id_
        body = json.dumps(told).encode()
        return Call(address, id_, body, sign(body, SECRET))

    def _newcomer(self) -> tuple[str, str, Language]:
        name, address = person(self.random)
        self._writers.append((name, f"{self.count}.{address}".lower(), languages()[self.random.random() < 0.3]))
        return self._writers[-1]


class Caller:
    """A provider on one lasting connection. By hand, as a library would cost more than what is measured."""

    def __init__(self, port: int, path: str, header: str = HEADER) -> None:
        self.port, self.path, self.header = port, path, header
        self._line: socket.socket | None = None

    def call(self, body: bytes, signature: str) -> int:
        """The status of the answer. Raises OSError, unless it was only that a line had been quiet for too long."""
        is_old = self._line is not None
        try:
            return self._ask(body, signature)
        except OSError:
            if not is_old:
                raise
            return self._ask(body, signature)

    def _ask(self, body: bytes, signature: str) -> int:
        if self._line is None:
            self._line = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"{self.header}: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            self._line.sendall(head.encode() + body)
            return self._answer(self._line)
        except OSError:
            self.hang_up()
            raise

    def call_until_taken(self, body: bytes, signature: str, patience: float = 60.0) -> int:
        """As a provider does: again and again until a 200; how often it was sent."""
        deadline, tries = time.monotonic() + patience, 0
        while True:
            tries += 1
            try:
                status = self.call(body, signature)
            except OSError:
                status = 0
            if status == 200:
                return tries
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.path} answers {status}")
            time.sleep(0.1)

    def hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None

    def _answer(self, line: socket.socket) -> int:
        told = b""
        while b"\r\n\r\n" not in told:
            told += self._piece(line)
        head, _, body = told.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(one[15:]) for one in lines if one.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._piece(line)
        if b"connection: close" in lines:
            self.hang_up()
        return int(lines[0].split()[1])

    def _piece(self, line: socket.socket) -> bytes:
        piece = line.recv(65_536)
        if not piece:
            raise ConnectionResetError("the server hung up")
        return piece


def webhook(database_url: str, folder: Path) -> str:
    """The path of a new account's webhook."""
    name = f"Calls {secrets.token_hex(4)}"
    made = command(database_url, folder, "channel", "add", "pretend", "--name", name, "--set", f"secret={SECRET}")
    return f"/in/pretend/{UUID(json.loads(made)['id'])}"


def feed_calls(port: int, path: str, calls: Sequence[Call], feeders: int, *, connection_each: bool = False) -> float:
    """When the first byte left; returns when the last was taken."""

    def one(share: Sequence[Call]) -> None:
        caller = Caller(port, path)
        for call in share:
            status = caller.call(call.body, call.signature)
            if status != 200:
                raise AssertionError(f"the webhook answers {status}")
            if connection_each:
                caller.hang_up()
        caller.hang_up()

    return together([partial(one, share) for share in shares(calls, feeders)])
