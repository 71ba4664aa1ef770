"""WhatsApp, by Meta's Cloud API (https://developers.facebook.com/documentation/business-messaging/whatsapp)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from ninelives.channels.bodies import loaded_or_empty
from ninelives.channels.protocol import (
    HELP,
    Abilities,
    AccountView,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundFile,
    Outbound,
    Setting,
    Template,
    api_base,
)

from ..meta import signing
from ..meta.graph import GRAPH
from .played import WhatsAppProvider
from .reading import numbers_in, read, sender_of
from .sending import fetch, send, templates


class WhatsApp(signing.SignedByMeta):
    kind = address_kind = icon = "whatsapp"
    own = "phone_number_id"
    abilities = Abilities(
        max_length=4096,
        max_attachment_bytes=16_000_000,
        files_apart=True,
        reply_window=timedelta(hours=24),
        templates=True,
        in_order=True,
        changes=True,
        reopens_within=timedelta(days=7),
        menus=True,
        telephone=True,
    )
    settings = (
        Setting("app_secret", required=True, secret=True),
        Setting("verify_token", required=True, secret=True),
        Setting("phone_number_id", required=True, pattern=r"[\w.-]+", like="106540352242922"),
        Setting("access_token", required=True, secret=True),
        # Whose templates there are; without it none can be fetched.
        Setting("business_account_id", pattern=r"[\w.-]+", like="102290129340398"),
        api_base(GRAPH),
        *HELP,
    )
    provider = WhatsAppProvider()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return sender_of(loaded_or_empty(body))

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return read(body, account.settings["phone_number_id"])

    def told_of(self, body: bytes) -> Collection[str]:
        return numbers_in(loaded_or_empty(body))

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return fetch(file, account, keep)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return send(outbound, account, open_file)

    def templates(self, account: AccountView) -> Sequence[Template]:
        return templates(account)
