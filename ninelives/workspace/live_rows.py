"""`/live/<view>/?rows=<id>,<id>`: the rows of a list that changed, as fragments.

Beside Django, like the stream whose signals make desks ask. Those who ask while a round is being answered are answered
together in the next one, so that rounds grow with the number of desks and their cost hardly does.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

from django.db import close_old_connections

from ninelives.foundation.streams import Receive, Scope, Send
from ninelives.workspace.live_stream import session_key_of
from ninelives.workspace.rounds import Answer, Question, answer

log = logging.getLogger(__name__)

_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
]


def is_for_rows(path: str) -> bool:
    return path.startswith("/live/") and path.endswith("/") and path.count("/") == 3


async def rows(scope: Scope, _receive: Receive, send: Send) -> None:
    """The ASGI route."""
    told = await rounds.ask(_question(scope)) if scope["method"] == "GET" else Answer(405, "")
    body = told.text.encode()
    headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _question(scope: Scope) -> Question:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    given = {name: values[-1] for name, values in query.items()}
    view = scope["path"].removeprefix("/live/").removesuffix("/")
    return Question(session_key_of(scope), view, given.get("q", ""), given.get("rows", ""))


class Rounds:
    def __init__(self) -> None:
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._going: asyncio.Task[None] | None = None
        # Of its own, as a thread holds a connection to the database.
        self._thread = ThreadPoolExecutor(1, "rounds")

    async def ask(self, question: Question) -> Answer:
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, told))
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._go())
        return await told

    async def _go(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            questions = [question for question, _ in waiting]
            answers = await asyncio.get_running_loop().run_in_executor(self._thread, _answered, questions)
            for (_, told), one in zip(waiting, answers, strict=True):
                if not told.done():  # else the browser has left
                    told.set_result(one)


def _answered(questions: list[Question]) -> list[Answer]:
    close_old_connections()
    try:
        return answer(questions)
    except Exception:  # one round that fails must not end them all
        log.exception("live: a round failed")
        return [Answer(503, "")] * len(questions)
    finally:
        close_old_connections()


rounds = Rounds()
