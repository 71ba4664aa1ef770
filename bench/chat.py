"""Chat without a browser: from a visitor's POST to the signal that the desks hear, and what an open widget costs."""

import argparse
import asyncio
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import psycopg

from bench import cpu
from bench.product import PROJECT, Ninelives, environment, prepare


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between two messages")
    parser.add_argument("--widgets", type=int, default=500)
    parser.add_argument("--visitors", type=int, default=20, help="that write, in turn")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives() as ninelives:
        prepare(ninelives.database_url, ninelives.folder)
        key = opened(ninelives)
        visitors = [Visitor(ninelives.port, key) for _ in range(options.visitors)]
        for _ in one_by_one(ninelives, visitors, 2 * len(visitors), 0.02):
            pass
        before, began = cpu.spent(ninelives.pid), len(visitors)
        taken = list(one_by_one(ninelives, visitors, options.messages, options.pause))
        spent = cpu.difference(cpu.spent(ninelives.pid), before)
        streams = asyncio.run(open_widgets(ninelives, key, options.widgets))
    figures = {
        "post_ms": told([post for post, _all in taken]),
        "told_ms": told([whole for _post, whole in taken]),
        "cpu_ms_a_message": {part: round(1000 * seconds / options.messages, 1) for part, seconds in spent.items()},
        "visitors": began,
        **streams,
    }
    print(json.dumps(figures, indent=1))
    return figures


def opened(ninelives: Ninelives) -> str:
    """The key of a new account for chat."""
    made = subprocess.run(
        [sys.executable, "-P", "-m", "ninelives", "channel", "add", "webchat", "--name", "Shop"],
        env={**environment(ninelives.folder), "DATABASE_URL": ninelives.database_url},
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return str(json.loads(made.stdout)["key"])


class Visitor:
    """A browser that keeps its connection, as browsers do."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._path = f"/chat/{key}/"
        self.token = ""
        self.token = str(self.post("sessions", {})["token"])

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        answer, told = self._ask(path, json.dumps(body), headers)
        assert answer.status < 300, (answer.status, told)
        return dict(json.loads(told))

    def _ask(self, path: str, body: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request("POST", self._path + path, body, headers)
            answer = self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server lets go of a connection that was quiet for a while.
            self._connection.close()
            return self._ask(path, body, headers)
        return answer, answer.read()


def one_by_one(
    ninelives: Ninelives, visitors: list[Visitor], count: int, pause: float
) -> Iterator[tuple[float, float]]:
    """Milliseconds to the answer, and to the signal that the conversation changed."""
    with psycopg.connect(ninelives.database_url, autocommit=True) as listener:
        listener.execute("LISTEN ninelives_live")
        for number in range(count):
            began = time.monotonic()
            visitors[number % len(visitors)].post("messages", {"key": str(uuid4()), "text": f"Question {number}"})
            answered = time.monotonic()
            for notice in listener.notifies(timeout=20):
                if " conversation:" in notice.payload:
                    break
            yield 1000 * (answered - began), 1000 * (time.monotonic() - began)
            time.sleep(pause)


async def open_widgets(ninelives: Ninelives, key: str, count: int) -> dict[str, Any]:
    """Streams that only listen: memory of the web process for each, and CPU in a quiet half minute."""
    web = next(one.pid for one in cpu.tree(ninelives.pid) if one.part == "web")
    tokens = [Visitor(ninelives.port, key).token for _ in range(count)]
    await asyncio.sleep(1)
    before = cpu.memory(web)
    readers = [await listen(ninelives.port, key, token) for token in tokens]
    await asyncio.sleep(2)
    after = cpu.memory(web)
    spent = cpu.Process(web).seconds
    await asyncio.sleep(30)
    quiet = cpu.Process(web).seconds - spent
    for _reader, writer in readers:
        writer.close()
    return {
        "widgets": count,
        "kb_a_stream": round((after - before) / max(1, count) / 1000, 1),
        "quiet_cpu_percent": round(100 * quiet / 30, 1),
    }


async def listen(port: int, key: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    head = f"GET /chat/{key}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    while b"welcome" not in await reader.readline():
        assert not reader.at_eof()
    return reader, writer


def told(took: list[float]) -> dict[str, float]:
    ranks = quantiles(took, n=100, method="inclusive")
    return {"median": round(median(took), 1), "p95": round(ranks[94], 1), "max": round(max(took), 1)}
