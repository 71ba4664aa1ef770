"""Mail: read from raw bytes, sent over SMTP."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    Inbound,
    Setting,
)

from .lanes import lane
from .reading import read


class Mail:
    """The channel for mail. How raw mail arrives (SMTP, IMAP, a file) is not its business."""

    kind = "mail"
    abilities = Abilities(subject=True, html=True, undo=timedelta(seconds=5), repeatable=True)
    settings: Sequence[Setting] = (
        Setting("outgoing"),
        Setting("outgoing_user"),
        Setting("outgoing_password", secret=True),
        Setting("outgoing_tls"),
        Setting("trusted_authserv"),
        Setting("max_file_mb"),
    )

    def handshake(self, query: Mapping[str, str], account: AccountView) -> str | None:
        return None

    def check(self, headers: Mapping[str, str], body: bytes, account: AccountView) -> None:
        """Anybody may write a mail."""

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return lane(body, envelope)

    def key(self, body: bytes, envelope: Envelope) -> str:
        """None: a mail that comes twice is told by its id and fingerprint, after reading."""
        return ""

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return read(body, envelope, account, self._max_file_bytes(account))

    def _max_file_bytes(self, account: AccountView) -> int:
        chosen = account.settings.get("max_file_mb", "").strip()
        return int(chosen) * 1_000_000 if chosen.isdecimal() else self.abilities.max_attachment_bytes
