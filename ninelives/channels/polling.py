"""What is asked of a channel whose provider calls nobody, such as a mailbox at a mail server.

Nothing here knows Django or a provider. `fetching.py` asks, `watching.py` waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from ninelives.channels.protocol import AccountView, Envelope


class FetchProblem(Exception):
    """`reason` is a code that `channels/remarks.py` words for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LineLost(FetchProblem):
    """No connection, or no more: it may go better in a moment."""


class NotLetIn(FetchProblem):
    """Somebody must look: the password, the folder, the certificate. Asked again slowly, as providers lock out those
    who knock too often."""


class NotHandedOver(FetchProblem):
    """The server is there and does not give what was asked for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail that waits at its server. A size of 0: not told."""

    uid: int
    size: int
    arrived_at: datetime | None
    # What it is called there, where it is a file.
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """What raw input shows without being read. `imprint` is equal for two fetches of the same thing, from wherever."""

    lane: str
    envelope: Envelope
    written_at: datetime | None
    imprint: str


class OpenFolder(Protocol):
    """What waits at a provider, numbered upwards. All of it may raise FetchProblem."""

    server: str
    name: str
    # The numbers hold as long as this is the same.
    validity: int
    # Whatever comes in from now on has at least this number.
    next_uid: int
    count: int

    def choose(self) -> None:
        """Look anew: the numbers may have changed."""

    def uids(self, first: int, last: int | None = None) -> list[int]: ...

    def since(self, day: datetime) -> list[int]: ...

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]: ...

    def take(self, uids: Sequence[int]) -> dict[int, bytes]: ...

    def pieces(self, uid: int, most: int) -> Iterator[bytes]: ...

    def head(self, uid: int) -> bytes: ...

    def settle(self, uids: Sequence[int]) -> None:
        """They are kept here: do with them there what the account was told."""

    def wait(self, seconds: float, bell: int) -> None:
        """Until there may be something new, the file `bell` can be read, or the time is up."""

    def cut(self) -> None:
        """From another thread: whoever waits for an answer gets LineLost."""

    def close(self) -> None: ...


@runtime_checkable
class Polled(Protocol):
    """A channel whose provider calls nobody: we ask what there is."""

    # How it is told that only the beginning of something was fetched: a code of `remarks.py`.
    too_large: str

    def own_address(self, told: Mapping[str, str]) -> str:
        """Our address, where the settings show it; else ""."""

    def folder(self, told: Mapping[str, str]) -> str:
        """Its name; "" where this account has none."""

    def open(self, account: AccountView) -> OpenFolder:
        """Raises LineLost or NotLetIn."""

    def history(self, account: AccountView) -> int | None:
        """Days of input from before the account was made that are wanted; None: all."""

    def max_bytes(self, account: AccountView) -> int:
        """Of what is larger, only the beginning is fetched, and told to be so."""

    def glance(self, chunks: Iterable[bytes]) -> Glance: ...
