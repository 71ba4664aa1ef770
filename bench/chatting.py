"""Chat on a desk: from the visitor's press of Enter to the frame at the desk, for one and for a full house."""

import http.client
import json
import re
import subprocess
import sys
import time
from statistics import quantiles
from typing import Any
from uuid import uuid4

import psycopg
from playwright.sync_api import Browser, Page

from bench import cpu
from bench.browsing import Visitor as SignedIn
from bench.live import Timing, desk, watch
from bench.product import PASSWORD, PROJECT, Ninelives, agent_email, environment

SESSIONS = 10


def chat_account(ninelives: Ninelives) -> str:
    """The public key of a web chat of the brand with the busiest mailbox."""
    with psycopg.connect(ninelives.database_url) as database:
        row = database.execute(
            "SELECT b.name FROM accounts_brand b JOIN channels_channelaccount a ON a.brand_id = b.id WHERE a.takes_all"
        ).fetchone()
    assert row
    done = subprocess.run(
        [sys.executable, "-m", "ninelives", "channel", "add", "webchat", "--name", "Chat", "--brand", row[0]],
        env={**environment(ninelives.folder), "DATABASE_URL": ninelives.database_url},
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return str(json.loads(done.stdout)["key"])


class Chatter:
    """One visitor with one widget."""

    def __init__(self, ninelives: Ninelives, key: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", ninelives.port, timeout=30)
        self._path = f"/chat/{key}/"
        self.token = str(self._ask("sessions", {"name": "Dora"}, 201)["token"])

    def says(self, text: str) -> None:
        self._ask("messages", {"key": str(uuid4()), "text": text}, 202)

    def _ask(self, noun: str, body: dict[str, str], wanted: int) -> Any:
        headers = {"Content-Type": "application/json"}
        if noun != "sessions":
            headers["Authorization"] = f"Bearer {self.token}"
        self._line.request("POST", self._path + noun, json.dumps(body), headers)
        response = self._line.getresponse()
        told = response.read()
        assert response.status == wanted, told
        return json.loads(told)


def chat(chromium: Browser, ninelives: Ninelives, key: str, count: int) -> Timing:
    """One open conversation, two messages a second."""
    page, visitor, timing = desk(chromium, ninelives, 0), Chatter(ninelives, key), Timing()
    visitor.says("Begin of a chat")
    page.goto(f"{ninelives.url}/desk/all/")
    page.locator("a.row").filter(has_text="Begin of a chat").click()
    page.locator(".bubbles").get_by_text("Begin of a chat").wait_for()
    watch(page, r"word-\d+!", ".bubbles")
    for number in range(count):
        mark = f"word-{number}!"
        timing.taken[mark] = time.time()
        visitor.says(f"{mark} Hallo?")
        page.wait_for_timeout(500)
    return _painted(page, timing)


def fanout(
    chromium: Browser, ninelives: Ninelives, key: str, *, desks: int, widgets: int, seconds: float
) -> dict[str, Any]:
    """A full house at five messages a second, with one desk of it painted for real."""
    cookies = ["; ".join(f"{k}={v}" for k, v in _signed_in(ninelives, number).items()) for number in range(SESSIONS)]
    page = desk(chromium, ninelives, 0)
    page.goto(f"{ninelives.url}/desk/all/")
    watch(page, r"fan-\d+!", ".rows")
    before = cpu.memory(_web(ninelives))
    told = {"port": ninelives.port, "key": key, "cookies": cookies, "desks": desks - 1, "widgets": widgets}
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench.crowd", json.dumps({**told, "rate": 5.0, "seconds": seconds})],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert crowd.stdin
    assert crowd.stdout
    assert crowd.stdout.readline().strip() == "open"
    grown = cpu.memory(_web(ninelives)) - before
    spent = cpu.spent(ninelives.pid)
    crowd.stdin.write("go\n")
    crowd.stdin.flush()
    while crowd.poll() is None:
        page.wait_for_timeout(200)
    cores = {part: round(s / (seconds + 3), 2) for part, s in cpu.difference(cpu.spent(ninelives.pid), spent).items()}
    figures = json.loads(crowd.stdout.read())
    timing = _painted(page, Timing(taken=figures.pop("sent")))
    painted = timing.told()
    stream_kb = round(grown / 1000 / (desks + widgets), 1)
    return {**figures, "painted": painted, "kb_a_stream": stream_kb, "cores_busy": cores}


def p95_of(timing: Timing) -> float:
    return round(quantiles(timing.milliseconds, n=20, method="inclusive")[18], 1)


def _painted(page: Page, timing: Timing) -> Timing:
    page.wait_for_timeout(3000)
    timing.painted = {text: at / 1000 for text, at in page.evaluate("window.painted").items()}
    return timing


def _signed_in(ninelives: Ninelives, number: int) -> dict[str, str]:
    return SignedIn(ninelives.port).signed_in(agent_email(number), PASSWORD).cookies


def _web(ninelives: Ninelives) -> int:
    return next(one.pid for one in cpu.tree(ninelives.pid) if re.fullmatch("web", one.part))
