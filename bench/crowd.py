"""`python -m bench.crowd SETTINGS`: many desks and widgets at once, each with a stream of its own.

They ask as the real ones do, in a process of their own, so that a browser beside them is not held up. It says `open`,
waits for a line, and prints one JSON object.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from uuid import uuid4

PATIENCE = 60.0
# As `live-region` has it, in seconds.
SPREAD = 0.01


@dataclass(frozen=True)
class Settings:
    port: int
    key: str
    cookies: list[str]
    desks: int
    widgets: int
    rate: float
    seconds: float
    path: str = "/live/all/"


class Line:
    """One lasting HTTP/1.1 connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, bytes]:
        status, told = await self.begin(method, path, headers, body)
        assert self._reader
        if told.get("transfer-encoding") == "chunked":
            return status, b"".join([part async for part in self.parts()])
        return status, await self._reader.readexactly(int(told.get("content-length", "0")))

    async def begin(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str]]:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        assert self._reader
        all_ = {"Host": f"127.0.0.1:{self._port}", **headers, "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in all_.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        told = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        return int(lines[0].split()[1]), told

    async def parts(self) -> AsyncIterator[bytes]:
        assert self._reader
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)


@dataclass
class Crowd:
    settings: Settings
    sent: dict[str, float] = field(default_factory=dict)
    seen: list[dict[str, float]] = field(default_factory=list)
    heard: int = 0
    open: int = 0

    async def run(self) -> dict[str, Any]:
        told = self.settings
        tokens = [await self._visitor(number) for number in range(told.widgets)]
        streams = [asyncio.create_task(self._widget(token)) for token in tokens]
        streams += [asyncio.create_task(self._desk(number)) for number in range(told.desks)]
        await self._until_open(told.desks + told.widgets)
        print("open", flush=True)
        sys.stdin.readline()
        await self._write(tokens)
        await asyncio.sleep(3)
        for stream in streams:
            stream.cancel()
        return self._told()

    async def _visitor(self, number: int) -> str:
        status, body = await self._chat("POST", "sessions", {"name": f"Crowd {number}"})
        assert status == 201, body
        return str(json.loads(body)["token"])

    async def _chat(self, method: str, noun: str, body: Any, token: str = "") -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return await Line(self.settings.port).ask(
            method, f"/chat/{self.settings.key}/{noun}", {**headers, "Connection": "close"}, json.dumps(body).encode()
        )

    async def _until_open(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.open < count and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        assert self.open >= count, f"{self.open} of {count} streams opened"

    async def _write(self, tokens: list[str]) -> None:
        began, told = time.monotonic(), self.settings
        for number in range(round(told.rate * told.seconds)):
            await asyncio.sleep(max(0.0, began + number / told.rate - time.monotonic()))
            mark = f"fan-{number}!"
            self.sent[mark] = time.time()
            body = {"key": str(uuid4()), "text": f"{mark} Is daar iemand?"}
            status, answer = await self._chat("POST", "messages", body, tokens[number % len(tokens)])
            assert status == 202, answer

    async def _widget(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        async for event, _data in self._events(f"/chat/{self.settings.key}/stream", headers):
            self.heard += event == "signal"

    async def _events(self, path: str, headers: Mapping[str, str]) -> AsyncIterator[tuple[str, str]]:
        line = Line(self.settings.port)
        status, _told = await line.begin("GET", path, headers)
        assert status == 200, status
        self.open += 1
        rest = ""
        async for part in line.parts():
            *blocks, rest = (rest + part.decode()).split("\n\n")
            for block in blocks:
                fields = dict(one.split(": ", 1) for one in block.split("\n") if ": " in one and one[0] != ":")
                if "event" in fields:
                    yield fields["event"], fields.get("data", "")

    async def _desk(self, number: int) -> None:
        cookie = self.settings.cookies[number % len(self.settings.cookies)]
        desk = Desk(self.settings, cookie)
        self.seen.append(desk.seen)
        asking = asyncio.create_task(desk.ask())
        try:
            async for event, data in self._events("/live/", {"Cookie": cookie}):
                desk.hear(event, data)
        finally:
            asking.cancel()

    def _told(self) -> dict[str, Any]:
        took = [1000 * (desk[mark] - at) for desk in self.seen for mark, at in self.sent.items() if mark in desk]
        ranks = quantiles(took, n=100, method="inclusive") if len(took) > 1 else [0.0] * 99
        wanted = len(self.sent) * self.settings.desks
        return {
            "desks": self.settings.desks,
            "widgets": self.settings.widgets,
            "messages": len(self.sent),
            "not_seen": wanted - len(took),
            "answered_ms_median": round(ranks[49]),
            "answered_ms_p95": round(ranks[94]),
            "sent": self.sent,
        }


class Desk:
    """Asks for the rows that changed, no more often than the server's pace and than it answers, as `live-list` does."""

    def __init__(self, settings: Settings, cookie: str) -> None:
        self._settings, self._cookie = settings, cookie
        self._line = Line(settings.port)
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._pace = 0.04
        self.seen: dict[str, float] = {}

    def hear(self, event: str, data: str) -> None:
        noun, _, id_ = data.partition(":")
        if event == "pace":
            self._pace = float(data) / 1000
        elif event == "signal" and noun == "conversation":
            self._changed.add(id_)
            self._news.set()

    async def ask(self) -> None:
        while await self._news.wait():
            await asyncio.sleep(random.random() * SPREAD)
            ids, self._changed = self._changed, set()
            self._news.clear()
            began = time.monotonic()
            headers = {"Cookie": self._cookie, "HX-Request": "true", "HX-Target": "list"}
            status, body = await self._line.ask("GET", f"{self._settings.path}?rows={','.join(ids)}", headers)
            assert status == 200, (status, body)
            self._look(body)
            await asyncio.sleep(max(self._pace, time.monotonic() - began))

    def _look(self, body: bytes) -> None:
        now = time.time()
        for part in body.split(b"fan-")[1:]:
            self.seen.setdefault(f"fan-{part.split(b'!')[0].decode()}!", now)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Crowd(Settings(**json.loads(sys.argv[1]))).run())))
