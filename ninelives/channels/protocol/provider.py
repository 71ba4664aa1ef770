"""The provider's side, played: what it posts to us when a customer writes, and how it answers what we ask of it.

It ships with the product, so that a whole round can be tried over HTTP without a provider (see `pretending.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from ninelives.channels.protocol.account import AccountView
from ninelives.channels.protocol.inbound import DeliveryNews


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    body: bytes = b""
    media_type: str = "text/plain"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """One call to our door, signed as the provider signs it."""

    body: bytes
    headers: Mapping[str, str]
    # What comes after the account's own address, such as `?bodySHA256=…`.
    query: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer says at the provider. `sender` is the customer's address as the provider gives it, `file` the
    bytes of a picture that goes along."""

    id: str
    sender: str
    text: str
    at: datetime
    name: str = ""
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of ours to the provider's interface."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What we asked the provider to send: `told_id` is our own id of it, where we may tell one."""

    id: str
    to: str
    text: str
    told_id: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How the provider answers, and what it will send because of it."""

    reply: Reply
    sent: Sent | None = None


@runtime_checkable
class Listing(Protocol):
    """A provider that tells some things only when it is asked."""

    def lists(self, said: Sequence[Said], asked: Asked, account: AccountView) -> Reply | None:
        """Out of what was said, oldest first, what is asked for; None: this asks for something else."""


class Provider(Protocol):
    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        """The calls in which the provider tells of these, in order."""

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        """The call in which it tells what became of a message of ours; None where it tells nothing."""

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        """A request of ours. `new_id` is the id it gives to what it sends."""

    def limits(self) -> Reply:
        """How it says that we ask too much."""

    def refuses(self) -> Reply:
        """How it says that it will not send this."""
