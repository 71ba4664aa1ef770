"""The stream of a chat, over the real server: for those who have a session there."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from ninelives.reception.chat_stream import MOST_OPEN
from tests.servers import Ninelives
from tests.stories.shop import Chat

PATIENCE = 20


class Guest:
    """A visitor whose browser is only its words at the door."""

    def __init__(self, running: Ninelives, chat: Chat) -> None:
        self.host, self.base, self.token = urlsplit(running.url).netloc, f"/chat/{chat.key}/", ""
        self.token = self.posts("sessions", {})["token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def posts(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = HTTPConnection(self.host, timeout=PATIENCE)
        connection.request("POST", self.base + path, json.dumps(body), self.headers)
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        assert answer.status < 300, told
        return dict(json.loads(told or b"{}"))

    def says(self, text: str) -> None:
        self.posts("messages", {"key": str(uuid4()), "text": text})

    @contextmanager
    def listening(self) -> Iterator["Listening"]:
        with socket.create_connection(self.host.split(":"), timeout=PATIENCE) as line:
            head = [f"GET {self.base}stream HTTP/1.1", f"Host: {self.host}", *map(": ".join, self.headers.items())]
            line.sendall("\r\n".join([*head, "", ""]).encode())
            heard = Listening(line)
            heard.until(": welcome")
            yield heard


class Listening:
    def __init__(self, line: socket.socket) -> None:
        self._lines = line.makefile("r", newline="\n")
        # What was signalled before that which was waited for.
        self.topics: list[str] = []

    def until(self, wanted: str) -> None:
        event = ""
        while (read := self._lines.readline()) and read.strip() != wanted:
            name, _, value = read.strip().partition(": ")
            event = value if name == "event" else event
            if name == "data" and event == "signal":
                self.topics.append(value)
        assert read, "the stream ended"


def test_a_visitor_hears_that_something_was_said(running: Ninelives, chat: Chat) -> None:
    dora, erik = Guest(running, chat), Guest(running, chat)
    with dora.listening() as hers, erik.listening() as his:
        dora.says("For the shop alone")
        hers.until("data: message")
        erik.says("Mine")
        his.until("data: message")
        assert hers.topics == his.topics == []


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer nlv_guessed", "Basic YTpi"])
def test_without_a_session_nothing_is_to_be_heard(running: Ninelives, chat: Chat, token: str) -> None:
    connection = HTTPConnection(urlsplit(running.url).netloc, timeout=PATIENCE)
    connection.request("GET", f"/chat/{chat.key}/stream", headers={"Authorization": token})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (401, "*")
    assert json.loads(answer.read())["type"] == "urn:problem-type:ninelives:unauthorized"
    connection.close()


def test_a_session_of_another_account_hears_nothing(running: Ninelives, chat: Chat) -> None:
    dora, elsewhere = Guest(running, chat), Chat.add(running, f"Elsewhere {uuid4()}")
    connection = HTTPConnection(dora.host, timeout=PATIENCE)
    connection.request("GET", f"/chat/{elsewhere.key}/stream", headers=dora.headers)
    assert connection.getresponse().status == 401
    connection.close()


def test_one_visitor_cannot_take_all_the_streams(running: Ninelives, chat: Chat) -> None:
    dora, erik = Guest(running, chat), Guest(running, chat)
    with ExitStack() as lines:
        for _ in range(MOST_OPEN):
            lines.enter_context(dora.listening())
        connection = HTTPConnection(dora.host, timeout=PATIENCE)
        connection.request("GET", f"/chat/{chat.key}/stream", headers=dora.headers)
        assert connection.getresponse().status == 429
        connection.close()
        with erik.listening() as his:
            erik.says("There is room for me")
            his.until("data: message")


def test_a_browser_may_ask_whether_it_may_ask(running: Ninelives, chat: Chat) -> None:
    connection = HTTPConnection(urlsplit(running.url).netloc, timeout=PATIENCE)
    connection.request("OPTIONS", f"/chat/{chat.key}/stream", headers={"Origin": "https://shop.example"})
    answer = connection.getresponse()
    assert answer.status == 204
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    connection.close()
