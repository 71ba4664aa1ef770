"""Say something, hear the answer. What counts is its status; of its body only the beginning is read, unless somebody
takes it as it comes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpcore

from ninelives.foundation.outgoing.errors import Broken, NotCalled, TooMuch
from ninelives.foundation.outgoing.line import Deadline, Line, trust
from ninelives.foundation.outgoing.places import Allowed, Place, Resolve, addresses, place_of


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for the connection, between two bytes, for everything up to the answer, and for its body after that."""

    connect: float = 5
    read: float = 15
    total: float = 20
    body: float = 2


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    # The beginning.
    body: bytes = b""


# Takes a body as it comes, if the status is one of success.
Taker = Callable[[Iterator[bytes]], None]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Allowed,
    patience: Patience | None = None,
    most: int = 1000,
    resolve: Resolve | None = None,
) -> Answer:
    """POST, once. No redirect is followed and no proxy asked. Raises NotCalled."""
    return call(
        "POST", url, body, headers, allowed=allowed, patience=patience or Patience(), most=most, resolve=resolve
    )


def call(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Allowed,
    patience: Patience,
    most: int,
    resolve: Resolve | None = None,
    take: Taker | None = None,
) -> Answer:
    """Once. No redirect is followed and no proxy asked. `take` gets the body of an answer that is a success, up to
    `most` bytes.

    Raises NotCalled: of one that `has_begun` the other side may have heard us. Raises TooMuch of a body that is taken
    and has no end in time.
    """
    place = place_of(url)
    deadline = Deadline(patience.total)
    line = Line(lambda: addresses(place, allowed, resolve), deadline)
    exchange = _Exchange(method, place, body, headers, patience, deadline, most, take)
    try:
        with httpcore.ConnectionPool(network_backend=line, ssl_context=trust()) as pool:
            return exchange.on(pool)
    except NotCalled as reason:
        reason.has_begun = line.is_open
        raise
    except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as reason:
        broken = Broken(str(reason))
        broken.has_begun = line.is_open
        raise broken from reason


@dataclass(frozen=True, slots=True)
class _Exchange:
    method: str
    place: Place
    body: bytes
    headers: Mapping[str, str]
    patience: Patience
    deadline: Deadline
    most: int
    take: Taker | None

    def on(self, pool: httpcore.ConnectionPool) -> Answer:
        place, patience = self.place, self.patience
        url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        headers = {"Host": place.authority, "Connection": "close", **self.headers}
        told = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        timeouts = {"connect": patience.connect, "read": patience.read, "write": patience.read}
        extensions = {"timeout": timeouts}
        with pool.stream(self.method, url, headers=told, content=self.body, extensions=extensions) as response:
            heard = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if self.take and 200 <= response.status < 300:
                self.take(self._up_to(response.iter_stream()))
                return Answer(response.status, heard)
            self.deadline.bring_forward(patience.body)
            return Answer(response.status, heard, _beginning(response, self.most))

    def _up_to(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        heard = 0
        for part in parts:
            heard += len(part)
            if heard > self.most:
                raise TooMuch(str(self.most))
            yield part


def _beginning(response: httpcore.Response, most: int) -> bytes:
    heard = bytearray()
    # The status is the answer. Whoever never comes to the end of the rest has answered all the same.
    with suppress(NotCalled, httpcore.ProtocolError, httpcore.NetworkError):
        for part in response.iter_stream():
            heard += part
            if len(heard) >= most:
                break
    return bytes(heard[:most])
