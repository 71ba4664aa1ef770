"""Say something, hear the answer. What counts is its status; of its body only the beginning is read."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpcore

from ninelives.foundation.outgoing.errors import Broken, NotCalled
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
    patience = patience or Patience()
    place = place_of(url)
    deadline = Deadline(patience.total)
    line = Line(lambda: addresses(place, allowed, resolve), deadline)
    told = {"Host": place.authority, "Connection": "close", **headers}
    try:
        with httpcore.ConnectionPool(network_backend=line, ssl_context=trust()) as pool:
            return _exchange(pool, place, body, told, patience, deadline, most)
    except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as reason:
        raise Broken(str(reason)) from reason


def _exchange(
    pool: httpcore.ConnectionPool,
    place: Place,
    body: bytes,
    headers: Mapping[str, str],
    patience: Patience,
    deadline: Deadline,
    most: int,
) -> Answer:
    url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    told = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    timeouts = {"connect": patience.connect, "read": patience.read, "write": patience.read}
    with pool.stream("POST", url, headers=told, content=body, extensions={"timeout": timeouts}) as response:
        deadline.bring_forward(patience.body)
        heard = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, heard, _beginning(response, most))


def _beginning(response: httpcore.Response, most: int) -> bytes:
    heard = bytearray()
    # The status is the answer. Whoever never comes to the end of the rest has answered all the same.
    with suppress(NotCalled, httpcore.ProtocolError, httpcore.NetworkError):
        for part in response.iter_stream():
            heard += part
            if len(heard) >= most:
                break
    return bytes(heard[:most])
