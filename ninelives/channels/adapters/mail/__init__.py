"""Mail: read from raw bytes, sent over SMTP."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    FileOpener,
    Inbound,
    Outbound,
    SenderCheck,
    Setting,
    Usual,
)

from .addresses import normalised
from .lanes import lane
from .proof import TextLookup, verify
from .reading import read
from .sending import Timeouts, deliver, route
from .writing import message_id, needs_utf8, recipients, write

_HEAD = 65_536


class Mail(Usual):
    """The channel for mail. How raw mail arrives (SMTP, IMAP, a file) is not its business."""

    kind = "mail"
    address_kind = "mail"
    icon = "mail"
    # Mail comes by SMTP. Over HTTP nobody is known to bring any.
    is_called = False
    takes_mail = True
    is_stamped = False
    abilities = Abilities(subject=True, html=True, undo=timedelta(seconds=5), repeatable=True)
    settings: Sequence[Setting] = (
        Setting("outgoing", pattern=r"\S+:\d{1,5}", like="mail.example.org:587"),
        Setting("outgoing_user"),
        Setting("outgoing_password", secret=True),
        Setting("outgoing_tls", pattern="starttls|ssl", like="starttls or ssl"),
        Setting("trusted_authserv"),
        Setting("max_file_mb", pattern=r"\d{1,4}", like="25"),
    )

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return lane(body, envelope)

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return read(body, envelope, account, self._max_file_bytes(account))

    def is_verifiable(self, body: bytes) -> bool:
        return b"dkim-signature:" in body[:_HEAD].lower()

    def verify_sender(self, body: bytes, envelope: Envelope, account: AccountView, lookup: TextLookup) -> SenderCheck:
        """Check the sender ourselves, over `lookup`: slow, and so never part of reading."""
        return verify(body, envelope, lookup, account.address.rpartition("@")[2])

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        """Send, and give the Message-ID. An automatic mail goes out under the null sender, so that no machine answers
        it (RFC 3834, 3.3)."""
        if outbound.from_address:
            account = replace(account, address=outbound.from_address)
        way, own = route(account), normalised(account.address)
        mail = write(outbound, account, open_file, datetime.now(UTC))
        deliver(
            mail,
            "" if outbound.automatic else own,
            recipients(outbound),
            way,
            self._timeouts,
            utf8=needs_utf8(outbound, account),
            fallback=own,
        )
        return message_id(outbound)

    def _max_file_bytes(self, account: AccountView) -> int:
        chosen = account.settings.get("max_file_mb", "").strip()
        return int(chosen[:6]) * 1_000_000 if chosen.isdecimal() else self.abilities.max_attachment_bytes
