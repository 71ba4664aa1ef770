"""The line for one call, under httpcore: it goes only to addresses that were judged, and it hangs up at the deadline
however slowly the other side speaks. (httpcore's own time-outs are for each read: who drips bytes is never late.)"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import certifi
from httpcore import NetworkBackend, NetworkStream

from ninelives.foundation.outgoing.errors import Broken, NoConnection, NotCalled, NotTrusted, TimeOut

Judge = Callable[[], list[str]]


class Deadline:
    """When all must be over. It may be brought forward."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def bring_forward(self, seconds: float) -> None:
        self._at = min(self._at, time.monotonic() + seconds)

    def left(self, most: float | None = None) -> float:
        """Seconds, at most so many. Raises TimeOut when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeOut
        return left if most is None else min(left, most)


class Line(NetworkBackend):
    """`judge` gives the addresses that may be called; the name that httpcore asks for is not looked up again."""

    def __init__(self, judge: Judge, deadline: Deadline) -> None:
        self._judge, self._deadline = judge, deadline
        # Something was said on it; of https, not before the other side has shown who it is.
        self.is_open = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        failed: NotCalled = NoConnection(host)
        for address in self._judge():
            try:
                opened = socket.create_connection((address, port), self._deadline.left(timeout))
            except TimeoutError:
                failed = TimeOut(address)
            except OSError as reason:
                failed = NoConnection(f"{address}: {reason.strerror or reason}")
            else:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return Stream(opened, self._deadline, self._note_open)
        raise failed

    def _note_open(self) -> None:
        self.is_open = True


class Stream(NetworkStream):
    def __init__(self, opened: socket.socket, deadline: Deadline, note_said: Callable[[], None]) -> None:
        self._socket, self._deadline, self._note_said = opened, deadline, note_said

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        heard: bytes = self._in_time(lambda: self._socket.recv(max_bytes), timeout)
        return heard

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._note_said()
        self._in_time(lambda: self._socket.sendall(buffer), timeout)

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        try:
            self._socket.settimeout(self._deadline.left(timeout))
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except ssl.SSLCertVerificationError as reason:
            raise NotTrusted(reason.verify_message) from reason
        except TimeoutError as reason:
            raise TimeOut from reason
        except (OSError, ssl.SSLError) as reason:
            raise Broken(str(reason)) from reason
        return Stream(secured, self._deadline, self._note_said)

    def get_extra_info(self, info: str) -> Any:
        return None

    def _in_time(self, deed: Callable[[], Any], timeout: float | None) -> Any:
        self._socket.settimeout(self._deadline.left(timeout))
        try:
            return deed()
        except TimeoutError as reason:
            raise TimeOut from reason
        except OSError as reason:
            raise Broken(reason.strerror or str(reason)) from reason


@lru_cache(maxsize=1)
def trust() -> ssl.SSLContext:
    """The system's certificates and those every browser knows: a bare container has none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
