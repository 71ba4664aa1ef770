"""Another system that webhooks call: it keeps what it hears, and behaves as it is told, badly too."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from standardwebhooks import Webhook

Behave = Callable[[socket.socket], None]
Say = bytes | Behave

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {code} So", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """What was told, by the reference implementation: it raises when the signature or the time is wrong."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Answers with what it was given to say, one after the other, and then with success."""

    def __init__(self, *says: Say, always: Say = OK) -> None:
        self.says, self.always = list(says), always
        self.heard: list[Heard] = []
        self._news = threading.Condition()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def wait_for(self, count: int, patience: float = 20) -> list[Heard]:
        """So many calls, at least."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, patience), f"{len(self.heard)} of {count} came"
            return list(self.heard)

    @property
    def types(self) -> list[str]:
        return [one.told["type"] for one in self.heard]

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            heard = _read(line)
            with self._news:
                say = self.says.pop(0) if self.says else self.always
                self.heard.append(heard)
                self._news.notify_all()
            line.sendall(say) if isinstance(say, bytes) else say(line)


def _read(line: socket.socket) -> Heard:
    told = line.makefile("rb")
    told.readline()
    headers: dict[str, str] = {}
    while text := told.readline().decode("latin-1").strip():
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Heard(headers, told.read(int(headers["content-length"])))
