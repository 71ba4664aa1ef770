"""Giving mails to the SMTP listener, with one or more senders at a time."""

import smtplib
import threading
import time
from collections.abc import Callable, Sequence

from bench.letters import TO, Letter

EIGHT_BIT = ["BODY=8BITMIME"]


class Feeder:
    """One sender on one lasting connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._line: smtplib.SMTP | None = None

    def send(self, raw: bytes, sender: str, to: str = TO) -> None:
        """Raises SMTPException and OSError."""
        if self._line is None:
            self._line = smtplib.SMTP("127.0.0.1", self.port, timeout=30)
        self._line.sendmail(sender, [to], raw, EIGHT_BIT)

    def send_until_taken(self, raw: bytes, sender: str, patience: float = 60.0) -> int:
        """As a mail server does: again and again until a 250; how often it was sent."""
        deadline = time.monotonic() + patience
        tries = 0
        while True:
            tries += 1
            try:
                self.send(raw, sender)
            except (smtplib.SMTPException, OSError):
                self.hang_up()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return tries

    def hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


def shares(letters: Sequence[Letter], count: int) -> list[list[Letter]]:
    """One share each; all of one sender in one share, in order, as an answer must not overtake its question."""
    parts: list[list[Letter]] = [[] for _ in range(count)]
    of_sender: dict[str, int] = {}
    for letter in letters:
        smallest = min(range(count), key=lambda number: len(parts[number]))
        parts[of_sender.setdefault(letter.sender, smallest)].append(letter)
    return parts


def feed(port: int, letters: Sequence[Letter], feeders: int, *, connection_each: bool = False) -> float:
    """When the first byte left; returns when the last was taken."""

    def one(share: list[Letter]) -> None:
        feeder = Feeder(port)
        for letter in share:
            feeder.send(letter.raw, letter.sender)
            if connection_each:
                feeder.hang_up()
        feeder.hang_up()

    return together([lambda share=share: one(share) for share in shares(letters, feeders)])  # type: ignore[misc]


def together(deeds: Sequence[Callable[[], None]]) -> float:
    failures: list[BaseException] = []

    def guarded(deed: Callable[[], None]) -> None:
        try:
            deed()
        except BaseException as failure:  # noqa: BLE001 - told to the caller below
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(deed,)) for deed in deeds]
    began = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return began
