"""What every channel can do for us, and the facts that cross the border: bytes in, facts out.

Nothing here knows Django or a provider. An adapter lives in `adapters/`, is listed in `registry.py`, and is asked for
its `abilities`, never for its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ninelives.foundation.address import Address, Proof


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel allows, as data. The composer and the sender ask this and nothing else."""

    max_length: int | None = None
    attachments: bool = True
    max_attachment_bytes: int = 25_000_000
    subject: bool = False
    html: bool = False
    undo: timedelta = timedelta(0)
    reply_window: timedelta | None = None
    # Mail may be sent again under the same Message-ID after an unsure end; others must ask before a second try.
    repeatable: bool = False
    # False: what is there can be read, and nobody can be answered.
    answers: bool = True
    # The customer's side listens: it hears at once that something was said, typed, read or closed.
    live: bool = False
    # One conversation runs with each sender, and a message up to so long after it was closed goes on in it.
    # None: what a message answers decides.
    reopens_within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport told about raw input, beside the bytes themselves.

    `sender` is "" when nothing is known, and "<>" for a mail's null sender, to which nothing may be answered.
    """

    sender: str = ""
    recipients: tuple[str, ...] = ()
    peer_ip: str = ""
    helo: str = ""


class Machine(StrEnum):
    """Why a message was not written by a person at that moment."""

    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BOUNCE = "bounce"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class InboundFile:
    """One attachment as it came. `content_id` is set for pictures that the text shows in place (without <>).

    With a `sha256` its bytes are kept under that hash already, and `content` is empty.
    """

    name: str
    media_type: str
    content: bytes = b""
    content_id: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    address: Address
    name: str = ""


@dataclass(frozen=True, slots=True)
class SenderCheck:
    """What is known of the sender's proof: results as in RFC 8601 (`pass`, `fail`, `none`, …); "" = not looked at.

    `pass` only where the domain that passed is the sender's; for another domain the result is `policy`.
    """

    dkim: str = ""
    spf: str = ""
    dmarc: str = ""
    checked_by: str = ""

    @property
    def aligned(self) -> bool:
        return self.dmarc == "pass" or (self.dkim == "pass" and self.dmarc != "fail")


@dataclass(frozen=True, slots=True)
class Page:
    """A web page on which somebody wrote: a web address or "", its title, and pairs of words of the page's own."""

    url: str = ""
    title: str = ""
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a customer, as read from raw bytes.

    `external_id` is the provider's id ("" if it gave none: then it never matches anything); `refers_to` the external
    ids this message answers, nearest first; `thread_token` what our own signed reply address carried; `fingerprint`
    a hash that is equal for two arrivals of the same content and different for other content.
    """

    sender: Participant
    fingerprint: str
    external_id: str = ""
    refers_to: tuple[str, ...] = ()
    thread_tokens: tuple[str, ...] = ()
    recipients: tuple[Participant, ...] = ()
    # Whom to answer, where that is not the sender: a web form writes for somebody else.
    reply_to: Participant | None = None
    subject: str = ""
    text: str = ""
    own_text: str = ""
    html: str = ""
    own_html: str = ""
    files: tuple[InboundFile, ...] = ()
    written_at: datetime | None = None
    machine: Machine | None = None
    proof: Proof = Proof.USUAL
    check: SenderCheck = field(default_factory=SenderCheck)
    # False when the content alone cannot tell a second arrival from a second message (no id and no date).
    distinguishable: bool = True
    # Things that were skipped, cut or guessed, as codes that `channels/remarks.py` words for people.
    remarks: tuple[str, ...] = ()
    language: str = ""
    # Addresses that are shown to be the same sender's, and such as the sender only says are theirs.
    also: tuple[Address, ...] = ()
    claimed: tuple[Address, ...] = ()
    # Where it was written, and what that place told along with it.
    page: Page | None = None


class DeliveryNews(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InboundStatus:
    """News of something we sent: `external_id` is the id under which we sent it."""

    external_id: str
    news: DeliveryNews
    reason: str = ""


Inbound = InboundMessage | InboundStatus


@dataclass(frozen=True, slots=True)
class OutboundFile:
    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to send, complete in itself: whoever sends it need not look anything up but the files."""

    to: Participant
    text: str
    external_id: str
    from_name: str = ""
    # Of an account that takes all and has no address of its own: the address the customer wrote to.
    from_address: str = ""
    reply_token: str = ""
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    cc: tuple[Participant, ...] = ()
    files: tuple[OutboundFile, ...] = ()
    automatic: bool = False
    language: str = ""


class Unreadable(Exception):
    """Raw input that cannot become a message. `reason` is a code that `channels/remarks.py` words for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class SendProblem(Exception):
    """`reason` is what the provider said, fit to be shown to an agent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(SendProblem):
    """It will never be taken: tell the agent."""


class TryLater(SendProblem):
    """It was surely not taken; the same call may go well later."""


class Uncertain(SendProblem):
    """It may have arrived. Only a `repeatable` channel may simply send it again."""


class NotConfigured(SendProblem):
    """There is no way out yet. It is kept and shown, and waits until somebody asks again."""


class BadSignature(Exception):
    """The caller is not the provider."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a channel account must be told. `secret` values are encrypted at rest and never shown again.

    Of one that `is_made` a random value is made when the account is opened, unless it is told; shown once, then.
    """

    name: str
    required: bool = False
    secret: bool = False
    default: str = ""
    is_made: bool = False
    # What a value must look like (a regular expression for the whole of it), and how that is told to people.
    pattern: str = ""
    like: str = ""


@dataclass(frozen=True, slots=True)
class AccountView:
    """What an adapter may know of the account it works for."""

    id: str
    address: str
    display_name: str
    settings: Mapping[str, str]


class FileOpener(Protocol):
    def __call__(self, sha256: str) -> bytes: ...


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
    def abilities(self) -> Abilities: ...

    @property
    def settings(self) -> Sequence[Setting]: ...

    def handshake(self, query: Mapping[str, str], account: AccountView) -> str | None:
        """The provider's challenge, answered; None where this channel has none."""

    def check(self, headers: Mapping[str, str], body: bytes, account: AccountView) -> None:
        """Raise BadSignature unless the provider sent this."""

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

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        """The provider's id. Raise Refused, TryLater, Uncertain or NotConfigured."""
