"""Web chat: the door of customers (`reception/views/chat.py`) is our own, and so is the document it stores.

In: one JSON document a message, written by that door, which has checked who the visitor is. Nothing else may call.
Out: nothing to do. An answer that is marked as sent is the visitor's to fetch, and their browser is told so.
"""

from collections.abc import Iterable
from datetime import timedelta

from ninelives.channels.bodies import loaded
from ninelives.channels.protocol import (
    HELP,
    Abilities,
    AccountView,
    Envelope,
    FileOpener,
    Inbound,
    Outbound,
    Setting,
    Usual,
)

from . import own_doors

MAX_LENGTH = 5000
MAX_FILE_BYTES = 20_000_000


class WebChat(Usual):
    kind = address_kind = "webchat"
    icon = "webchat"
    # Its door is our own.
    is_called = False
    is_stamped = False
    abilities = Abilities(
        max_length=MAX_LENGTH,
        max_attachment_bytes=MAX_FILE_BYTES,
        live=True,
        reopens_within=timedelta(days=7),
        repeatable=True,
    )
    settings = (
        Setting("key", required=True, is_made=True),
        Setting("secret", required=True, secret=True, is_made=True),
        Setting("colour", default="#1f5f8b", pattern="#[0-9a-fA-F]{6}", like="#1f5f8b"),
        *(Setting(f"{words}{language}") for words in ("greeting", "away") for language in ("", "_nl", "_en")),
        *HELP,
    )

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return own_doors.lane(body)

    def key(self, body: bytes, envelope: Envelope) -> str:
        return own_doors.key(body)

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return [own_doors.message(loaded(body), self.kind)]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return outbound.external_id
