"""`python -m bench.offers_desks SETTINGS`: agents who take what they are offered, work on it and close it.

In a process of its own. Each has a stream of its own, asks when it signals, and says that it is there, as the real desk
does. It prints `open` when all streams are, one JSON object a contact that was taken, and ends when it is told to.
"""

import asyncio
import json
import random
import sys
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bench.crowd import Line
from bench.offers_marks import CONVERSATION, MARK, OFFER

BEAT_EVERY = 4.0
PATIENCE = 60.0
UNSURE_FOR, LOOK_AGAIN = 30.0, 2.0
BROKEN = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError, IndexError)


@dataclass(frozen=True)
class Settings:
    port: int
    cookies: list[str]
    handling: float
    seed: int


class Agent:
    def __init__(self, number: int, settings: Settings, chance: random.Random) -> None:
        self.number, self.settings, self.chance = number, settings, chance
        self.cookie = settings.cookies[number]
        self.token = self.cookie.rpartition("=")[2]
        self.news = asyncio.Event()
        self.free_at = time.time()
        self.is_open = False
        # What was asked for when the line broke may still be written after the next answer of another process.
        self.unsure_until = 0.0
        self.line = Line(settings.port)

    async def run(self) -> None:
        try:
            await asyncio.gather(self._listen(), self._beat(), self._work())
        except Exception:
            # An agent who ends does not go unseen.
            traceback.print_exc()
            raise

    async def _listen(self) -> None:
        while True:
            with suppress(*BROKEN):
                async for topic in self._topics():
                    if topic == "offers":
                        self.news.set()
            await asyncio.sleep(0.2 + self.chance.random())
            self.news.set()

    async def _topics(self) -> AsyncIterator[str]:
        line = Line(self.settings.port)
        status, _ = await line.begin("GET", "/live/", {"Cookie": self.cookie})
        if status != 200:
            return
        if not self.is_open:
            self.is_open = True
        self.news.set()
        rest = ""
        async for part in line.parts():
            *blocks, rest = (rest + part.decode()).split("\n\n")
            for block in blocks:
                fields = dict(one.split(": ", 1) for one in block.split("\n") if ": " in one and one[0] != ":")
                if fields.get("event") == "signal":
                    yield fields.get("data", "")
                elif fields.get("event") == "resync":
                    yield "offers"

    async def _beat(self) -> None:
        line = Line(self.settings.port)
        await asyncio.sleep(self.chance.random() * BEAT_EVERY)
        while True:
            try:
                await asyncio.wait_for(line.ask("POST", "/live/beat/", self._headers()), 10)
            except BROKEN:
                line = Line(self.settings.port)
            await asyncio.sleep(BEAT_EVERY)

    async def _work(self) -> None:
        pause = 0.0
        while True:
            await self.news.wait()
            self.news.clear()
            try:
                await self._look()
                pause = 0.0
            except BROKEN:
                # A line that nothing was asked on for a while is shut: as a browser does, another is opened at once.
                self.line = Line(self.settings.port)
                self.news.set()
                await asyncio.sleep(pause)
                pause = 0.3

    async def _look(self) -> None:
        if time.time() < self.unsure_until:
            # What was accepted when the line broke is theirs, as a desk that is opened again shows.
            status, page = await self._ask("GET", "/desk/mine/")
            if mine := CONVERSATION.search(page.decode()) if status == 200 else None:
                self.unsure_until = 0.0
                await self._finish(mine[1])
                return
            asyncio.get_running_loop().call_later(LOOK_AGAIN, self.news.set)
        status, page = await self._ask("GET", "/offers/")
        offer, mark = OFFER.search(page), MARK.search(page)
        if status != 200 or not offer or not mark:
            return
        seen = time.time()
        conversation = await self._accept(offer[1].decode())
        if not conversation:
            return
        print(json.dumps({"agent": self.number, "mark": int(mark[1]), "free": self.free_at, "seen": seen}), flush=True)
        # Long ones are cut, so that the end does not wait for the last of them.
        await asyncio.sleep(min(3 * self.settings.handling, self.chance.expovariate(1 / self.settings.handling)))
        await self._finish(conversation)

    async def _finish(self, conversation: str) -> None:
        while True:
            began = time.time()
            try:
                status, _ = await self._ask("POST", f"/desk/mine/{conversation}/closure/")
            except BROKEN:
                self.line = Line(self.settings.port)
                status = 0
            if 200 <= status < 300:
                break
            await asyncio.sleep(0.5)
        self.free_at = began
        self.news.set()

    async def _accept(self, offer: str) -> str:
        path = f"/offers/{offer}/acceptance/"
        self.unsure_until = time.time() + UNSURE_FOR
        if self.line._writer is None:
            await self._ask("GET", "/healthz")
        status, told = await self.line.begin("POST", path, self._headers())
        if length := int(told.get("content-length", "0")):
            assert self.line._reader
            await self.line._reader.readexactly(length)
        # Another answer than these may have been written after it became theirs.
        if status in (204, 409):
            self.unsure_until = 0.0
        else:
            self.news.set()
        found = CONVERSATION.search(told.get("hx-redirect", ""))
        return found[1] if status == 204 and found else ""

    async def _ask(self, method: str, path: str) -> tuple[int, bytes]:
        return await asyncio.wait_for(self.line.ask(method, path, self._headers()), 20)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "HX-Request": "true", "X-CSRFToken": self.token}


async def run(settings: Settings) -> None:
    agents = [Agent(number, settings, random.Random(settings.seed + number)) for number in range(len(settings.cookies))]
    tasks = [asyncio.create_task(agent.run()) for agent in agents]
    deadline = time.monotonic() + PATIENCE
    while not all(agent.is_open for agent in agents):
        if time.monotonic() > deadline:
            sys.exit("the streams do not open")
        await asyncio.sleep(0.1)
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(run(Settings(**given)))
