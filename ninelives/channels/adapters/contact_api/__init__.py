"""The contact API: for an app of the organisation's own, and to bring a channel that nobody knows here.

An app calls our own door (`reception/views/contacts.py`), which stores what `own_doors` reads. A server of the
organisation's own posts to the account's webhook instead, for all of its customers, and signs that. Answers are posted
to the `callback_url` where there is one, and can be fetched in any case. docs/reference/contact-api.md tells both.
"""

from collections.abc import Iterable
from datetime import timedelta

from ninelives.channels.bodies import fingerprint, loaded, loaded_or_empty, must_be, text
from ninelives.channels.protocol import (
    HELP,
    Abilities,
    AccountView,
    Call,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundFile,
    Outbound,
    Setting,
    Unreadable,
    Usual,
)

from .. import own_doors
from .played import ContactServer
from .reading import read
from .sending import fetch, send
from .signing import HEADER, signature

MAX_FILE_BYTES = 20_000_000


class ContactApi(Usual):
    kind = address_kind = "contact_api"
    icon = "talks"
    abilities = Abilities(
        max_length=10_000,
        max_attachment_bytes=MAX_FILE_BYTES,
        live=True,
        in_order=True,
        reopens_within=timedelta(days=7),
        menus=True,
    )
    settings = (
        Setting("key", required=True, is_made=True),
        Setting("secret", required=True, secret=True, is_made=True),
        # Another one than that of identities: else whoever may choose their own id could have a call signed.
        Setting("webhook_secret", required=True, secret=True, is_made=True),
        Setting("callback_url", pattern=r"https?://[^\s#]+", like="https://app.example.org/ninelives"),
        Setting("identity", default="optional", pattern="optional|required", like="optional or required"),
        Setting("origins", pattern=r"(https?://[^\s/]+\s*)+", like="https://app.example.org https://www.example.org"),
        *HELP,
    )
    provider = ContactServer()

    def check(self, call: Call, account: AccountView) -> None:
        must_be(signature(call.body, account), call.headers.get(HEADER.lower(), ""))

    def lane(self, body: bytes, envelope: Envelope) -> str:
        """The same for an app and a server that speak of one customer."""
        told = loaded_or_empty(body)
        address = own_doors.lane(body)
        return (address[37:] if address[36:37] == ":" else address) or text(told, "from")

    def key(self, body: bytes, envelope: Envelope) -> str:
        """Other words under the same id are no retry."""
        told = loaded_or_empty(body)
        return own_doors.key(body) or (text(told, "id") and f"{text(told, 'id')[:100]} {fingerprint(body.hex())}")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        told = loaded(body)
        if "address" not in told:
            return [read(told, account)]
        # A document of our own door; such a one that was posted to the webhook came without this.
        if envelope.sender != told["address"]:
            raise Unreadable("field_missing", "from")
        return [own_doors.message(told, self.kind)]

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return fetch(file, account, keep)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return send(outbound, account, open_file)
