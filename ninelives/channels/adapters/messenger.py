"""Messenger: direct messages to a page of ours (https://developers.facebook.com/docs/messenger-platform)."""

from collections.abc import Iterable
from datetime import timedelta

from ninelives.channels.protocol import (
    HELP,
    LONGER_WINDOW,
    Abilities,
    AccountView,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundFile,
    Outbound,
    Setting,
    api_base,
)
from ninelives.foundation.address import Address

from .meta import attached, messages, messaging, profiles, signing
from .meta.graph import GRAPH
from .meta.played import MetaMessages


class Messenger(signing.SignedByMeta):
    kind = address_kind = icon = "messenger"
    own = "page_id"
    abilities = Abilities(
        max_length=2000,
        max_attachment_bytes=25_000_000,
        files_apart=True,
        reply_window=timedelta(hours=24),
        longer_window=timedelta(days=7),
        in_order=True,
        changes=True,
        reopens_within=timedelta(days=7),
        menus=True,
    )
    settings = (
        *signing.SETTINGS,
        Setting("page_id", required=True, pattern=r"\d+", like="102938475610293"),
        Setting(LONGER_WINDOW, default="no", pattern="yes|no", like="yes or no"),
        api_base(GRAPH),
        *HELP,
    )
    # One call may tell of several people, so all of an account wait in one lane.
    provider = MetaMessages("page", "page_id")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return messaging.read(body, messaging.Side("messenger", account.settings["page_id"]))

    def name_of(self, address: Address, account: AccountView) -> str:
        return profiles.told_by_messenger(address, account)

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return attached.fetch(file, account, keep)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        by = messages.From("me", {"messaging_type": "RESPONSE"}, tells_id=True)
        return messages.send(outbound, account, open_file, by)
