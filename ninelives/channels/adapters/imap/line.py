"""One connection to an IMAP server: its time-outs, its TLS and its buffer, under the standard library's client.

The library reads through a buffered file, of which nobody can tell whether a line is waiting in it: a push that came in
one packet with another line would be heard a minute late. Here the buffer is our own.
"""

import imaplib
import itertools
import select
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass

# A SEARCH answers with every number on one line: this is room for two million mails.
_MAX_LINE = 20_000_000
# We ask for less; a server that knows no partial fetch gives the whole.
_MAX_LITERAL = 64_000_000
_PACKET = 65_536


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 15.0
    answer: float = 45.0


class Line(imaplib.IMAP4):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, timeouts: Timeouts) -> None:
        self._context, self._timeouts = context, timeouts
        self._buffer = bytearray()
        self._idles = itertools.count(1)
        try:
            super().__init__(host, port, timeout=timeouts.connect)
        except BaseException:
            self.shutdown()
            raise

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout)
        # An answer is awaited after each command: holding back its last packet would only cost time.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=host)
        self.sock.settimeout(self._timeouts.answer)

    def encrypt(self, context: ssl.SSLContext) -> bool:
        """STARTTLS; False where the server does not know it."""
        if "STARTTLS" not in self.capabilities:
            return False
        kind, told = self.xatom("STARTTLS")
        if kind != "OK":
            raise self.abort(f"STARTTLS: {told!r}")
        # Whatever somebody slipped in before the encryption began is not the server's word.
        self._buffer.clear()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        return True

    def read(self, size: int) -> bytes:
        if size > _MAX_LITERAL:
            raise self.abort(f"{size} bytes at once")
        while len(self._buffer) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        looked_at = 0
        while (end := self._buffer.find(b"\n", looked_at)) < 0:
            looked_at = len(self._buffer)
            if looked_at > _MAX_LINE:
                raise self.abort("a line without an end")
            self._receive()
        return self._taken(end + 1)

    def shutdown(self) -> None:
        if sock := getattr(self, "sock", None):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def cut(self) -> None:
        """End it from another thread: whoever reads from it wakes up to an error."""
        with suppress(OSError):
            # Not the method of the TLS socket, which would let the reader go on unencrypted.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def idle_until_news(self, seconds: float, bell: int) -> None:
        """Let the server push until it tells of a mail, the bell is readable, or the time is up (RFC 2177).

        What it tells before it begins to push counts too: it tells that once.

        Raises IMAP4.error where the server refuses.
        """
        tag = b"IDLE%d" % next(self._idles)
        self.send(tag + b" IDLE\r\n")
        is_news = False
        while not (line := self._told()).startswith(b"+"):
            if line.startswith(tag):
                raise self.error(f"IDLE: {line!r}")
            is_news = is_news or _tells_of_mail(line)
        if not is_news:
            self._watch(time.monotonic() + seconds, bell)
        self.send(b"DONE\r\n")
        while not self._told().startswith(tag):
            pass

    def _watch(self, until: float, bell: int) -> None:
        while (left := until - time.monotonic()) > 0:
            if not self._has_input() and self.fileno() not in readable(left, self.fileno(), bell):
                return
            if _tells_of_mail(self._told()):
                return

    def count_told(self) -> int | None:
        """How many mails there are in the chosen folder, as the server told last, asked or not."""
        told = self.untagged_responses.get("EXISTS", [])
        last = told[-1] if told else None
        return int(last) if isinstance(last, bytes) else None

    def fileno(self) -> int:
        return self.sock.fileno()

    def _told(self) -> bytes:
        line = self.readline()
        if line.upper().startswith(b"* BYE"):
            raise self.abort(line.decode("ascii", "replace").strip())
        return line

    def _has_input(self) -> bool:
        return bool(self._buffer) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    def _receive(self) -> None:
        packet = self.sock.recv(_PACKET)
        if not packet:
            raise self.abort("the server closed the connection")
        self._buffer += packet

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def _tells_of_mail(line: bytes) -> bool:
    return line.upper().rstrip().endswith(b" EXISTS")


def readable(seconds: float, *files: int) -> set[int]:
    """Those of these files that can be read, or have ended; none when the time is up."""
    poll = select.poll()
    for file in files:
        poll.register(file, select.POLLIN)
    return {file for file, _event in poll.poll(max(0, round(seconds * 1000)))}
