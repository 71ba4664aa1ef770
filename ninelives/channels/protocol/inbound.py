"""What comes in: bytes, and the facts that are read in them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ninelives.foundation.address import Address, Proof


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport told about raw input, beside the bytes themselves.

    `sender` is "" when nothing is known, and "<>" for a mail's null sender, to which nothing may be answered.
    """

    sender: str = ""
    recipients: tuple[str, ...] = ()
    peer_ip: str = ""
    helo: str = ""
    # Of what came as a file: what it was called where it came from.
    file_name: str = ""


class Machine(StrEnum):
    """Why a message was not written by a person at that moment."""

    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BOUNCE = "bounce"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class InboundFile:
    """One attachment as it came. `content_id` is set for pictures that the text shows in place (without <>).

    With a `sha256` its bytes are kept under that hash already, and `content` is empty. With a `reference` they still
    wait at the provider: the channel's `fetch` gets them by it. `size` is what was told of it, 0 where nothing was.
    """

    name: str
    media_type: str
    content: bytes = b""
    content_id: str = ""
    sha256: str = ""
    reference: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    address: Address
    name: str = ""
    # The name is one of our own making, for somebody of whom nothing is known.
    is_stand_in: bool = False


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
    # A record of something that happened, such as a visit: nobody waits for an answer, and it opens nothing.
    is_record: bool = False
    # The number under which the conversation that this opens was promised to whoever wrote; 0: none was.
    opens_as: int = 0


class DeliveryNews(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InboundStatus:
    """News of something we sent: `external_id` is the provider's id of it, or the one under which we sent it.

    `told_id` is our own id of it where the provider gives that back: it is known also when no answer came to the call.
    With `to` and `up_to` it is news of everything that was sent there until then, and names none of it. `with_earlier`:
    it holds for all that was sent there before it too.
    """

    external_id: str
    news: DeliveryNews
    reason: str = ""
    told_id: str = ""
    to: Address | None = None
    up_to: datetime | None = None
    with_earlier: bool = False


class Change(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    REACTED = "reacted"


@dataclass(frozen=True, slots=True)
class InboundChange:
    """Something that a customer did to a message: `external_id` is the provider's id of that one, theirs or ours.

    `text` is the new text of one that was edited, or the sign of a reaction ("": it was taken back).
    """

    sender: Participant
    external_id: str
    change: Change
    fingerprint: str
    text: str = ""
    written_at: datetime | None = None
    # As of a message.
    also: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class InboundTemplate:
    """The provider approved a message of ours, or takes that back."""

    name: str
    language: str
    is_approved: bool


@dataclass(frozen=True, slots=True)
class InboundNotice:
    """Something that is no message and needs nothing done: `about` is a code of `remarks.py`, shown in the ledger."""

    about: str


Inbound = InboundMessage | InboundStatus | InboundChange | InboundTemplate | InboundNotice


class Unreadable(Exception):
    """Raw input that cannot become a message. `reason` is a code that `channels/remarks.py` words for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
