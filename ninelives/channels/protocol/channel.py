"""What every channel can do for us, and what most of them say."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from ninelives.channels.protocol.abilities import Abilities
from ninelives.channels.protocol.account import AccountView, FileKeeper, FileOpener, Setting
from ninelives.channels.protocol.inbound import Envelope, Inbound, InboundFile, SenderCheck
from ninelives.channels.protocol.outbound import Outbound, Refused, Template
from ninelives.channels.protocol.provider import Provider, Reply
from ninelives.foundation.address import Address


class BadSignature(Exception):
    """The caller is not the provider."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to our door. `url` is the whole of it, as the outside world knows it; headers are in lower case."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


# The TXT record of a DNS name; None when there is none. OSError: ask again later.
TextLookup = Callable[[str], str | None]


class Channel(Protocol):
    """One way to reach customers. `read` is pure: same bytes, same facts, no clock, no network, no database."""

    @property
    def kind(self) -> str: ...

    @property
    def address_kind(self) -> str:
        """The kind of its customers' addresses: a mailbox that is fetched and one that is not have the same."""

    @property
    def icon(self) -> str:
        """One of `frontend/src/icons.json`."""

    @property
    def abilities(self) -> Abilities: ...

    @property
    def settings(self) -> Sequence[Setting]: ...

    @property
    def is_called(self) -> bool:
        """Whether its provider calls us over HTTP."""

    @property
    def takes_mail(self) -> bool:
        """Whether mail to the account's address is its input."""

    @property
    def is_paper(self) -> bool:
        """Whether letters come in: the first file of a message is one, and the others are pictures of its pages."""

    @property
    def is_stamped(self) -> bool:
        """Whether `written_at` is by the provider's clock; that of a customer's own machine may say anything."""

    @property
    def answered_by(self) -> str:
        """The kind of addresses to which answers leave, from another account of the brand; "": from its own."""

    @property
    def provider(self) -> Provider | None:
        """The other side, played: for tests, and to try a whole round without sending anything."""

    def handshake(self, query: Mapping[str, str], account: AccountView) -> Reply | None:
        """The provider's challenge, answered; None where this channel has none."""

    def check(self, call: Call, account: AccountView) -> None:
        """Raise BadSignature unless the provider sent this."""

    def answer(self, call: Call, account: AccountView) -> Reply:
        """What the provider must hear at once, when its call is stored."""

    def lane(self, body: bytes, envelope: Envelope) -> str:
        """Who it is from, cheaply: input of one lane is processed in order. Never raises."""

    def key(self, body: bytes, envelope: Envelope) -> str:
        """The provider's own id of this call; "" where every arrival is one of its own."""

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        """The facts in raw input. Raise Unreadable with a reason that a person understands."""

    def is_verifiable(self, body: bytes) -> bool:
        """Whether `verify_sender` may find out more than `read` did; cheap."""

    def verify_sender(self, body: bytes, envelope: Envelope, account: AccountView, lookup: TextLookup) -> SenderCheck:
        """Ask the network whether the sender is who they say; slow."""

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        """Get the bytes that a file's `reference` stands for: the file with its `sha256`, and what is known of it now.

        Raise Refused, TryLater or NotConfigured.
        """

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        """The provider's id. Raise Refused, TryLater, Uncertain or NotConfigured."""


@runtime_checkable
class Templated(Protocol):
    """A channel of which the provider approves messages beforehand."""

    def templates(self, account: AccountView) -> Sequence[Template]:
        """Those that there are now. Raise Refused, TryLater or NotConfigured."""


@runtime_checkable
class Naming(Protocol):
    """A channel whose provider tells what people are called when it is asked, and only then."""

    @property
    def address_kind(self) -> str: ...

    def name_of(self, address: Address, account: AccountView) -> str:
        """ "" where it tells none. Raise Refused, TryLater or NotConfigured."""


@runtime_checkable
class Drawing(Protocol):
    """A channel of which files are made of what came, such as the pages of a letter."""

    def draw(self, file: InboundFile, open_file: FileOpener, keep: FileKeeper) -> InboundFile:
        """As `fetch`; what came is opened by its sha256. Raise Refused."""


@runtime_checkable
class OnPaper(Protocol):
    """A channel whose input names no sender: what is known of one is what came."""

    def sender_of(self, content: bytes, account: AccountView) -> Address: ...


@dataclass(frozen=True, slots=True)
class Happened:
    """What an agent writes down: `what` is one of the channel's own choices, `place` and `by` the names of the
    account and of the agent, `key` is the same for the same click."""

    key: str
    what: str
    whose: Address
    name: str
    place: str
    by: str
    at: datetime


@runtime_checkable
class Registering(Protocol):
    """A channel of which agents write down what happened, such as a visit."""

    def choices(self, account: AccountView) -> Sequence[str]:
        """What can be written down with one click; "" where there is nothing to choose. It is told no secrets."""

    def registered(self, happened: Happened, account: AccountView) -> bytes:
        """As raw input: it takes the road of everything that comes in."""


@runtime_checkable
class Shared(Protocol):
    """A channel of which one webhook may be that of several accounts."""

    @property
    def own(self) -> str:
        """The setting by which a call names an account."""

    def told_of(self, body: bytes) -> Collection[str]:
        """What a call names, by that setting. Never raises."""


@dataclass(frozen=True, slots=True)
class Found:
    """Raw input, and what tells it from all other."""

    key: str
    raw: bytes


@runtime_checkable
class LookedAt(Protocol):
    """A channel whose provider tells nothing by itself."""

    def look(self, account: AccountView, since: datetime, *, is_thorough: bool) -> Iterable[Found]:
        """What is there of since then, newest first; what was found before is found again. A thorough look goes further
        back and costs more. Raise Refused, TryLater or NotConfigured."""


class Usual:
    """What most channels say. An adapter says what is different."""

    kind = address_kind = ""
    icon = "inbox"
    abilities = Abilities()
    settings: Sequence[Setting] = ()
    is_called = True
    takes_mail = False
    is_paper = False
    is_stamped = True
    answered_by = ""
    provider: Provider | None = None

    def handshake(self, query: Mapping[str, str], account: AccountView) -> Reply | None:
        return None

    def check(self, call: Call, account: AccountView) -> None:
        raise BadSignature

    def answer(self, call: Call, account: AccountView) -> Reply:
        return Reply()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return ""

    def key(self, body: bytes, envelope: Envelope) -> str:
        return ""

    def is_verifiable(self, body: bytes) -> bool:
        return False

    def verify_sender(self, body: bytes, envelope: Envelope, account: AccountView, lookup: TextLookup) -> SenderCheck:
        return SenderCheck()

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        raise Refused("nothing_to_fetch")
