"""The roads on which customers' messages come in, for benches that measure each in the same way."""

from collections.abc import Sequence
from typing import Any, Protocol

from bench.calls import Calls, feed_calls, webhook
from bench.feeding import feed
from bench.letters import Post
from bench.product import Ninelives


class Road(Protocol):
    noun: str
    kind: str

    def letters(self, count: int) -> Sequence[Any]:
        """The next ones; each has a `sender`, a `message_id` and, for the floor, `raw` bytes."""

    def feed(self, letters: Sequence[Any], feeders: int, *, connection_each: bool = False) -> float:
        """When the first byte left; returns when the last was acknowledged."""


class Mails:
    noun, kind = "mails", "mail"

    def __init__(self, ninelives: Ninelives, seed: int) -> None:
        self.port, self.post = ninelives.smtp_port, Post(seed)

    def letters(self, count: int) -> Sequence[Any]:
        return self.post.letters(count)

    def feed(self, letters: Sequence[Any], feeders: int, *, connection_each: bool = False) -> float:
        return feed(self.port, letters, feeders, connection_each=connection_each)


class Webhooks:
    noun, kind = "calls", "pretend"

    def __init__(self, ninelives: Ninelives, seed: int) -> None:
        self.port, self.calls = ninelives.port, Calls(seed)
        self.path = webhook(ninelives.database_url, ninelives.folder)

    def letters(self, count: int) -> Sequence[Any]:
        return self.calls.letters(count)

    def feed(self, letters: Sequence[Any], feeders: int, *, connection_each: bool = False) -> float:
        return feed_calls(self.port, self.path, letters, feeders, connection_each=connection_each)
