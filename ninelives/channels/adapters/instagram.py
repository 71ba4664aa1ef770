"""Instagram: direct messages to a professional account of ours
(https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api)."""

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
from .meta.graph import INSTAGRAM
from .meta.played import MetaMessages


class Instagram(signing.SignedByMeta):
    kind = address_kind = icon = "instagram"
    own = "instagram_id"
    abilities = Abilities(
        max_length=1000,
        counts_bytes=True,
        # Files are taken by their public address alone, and ours have none.
        attachments=False,
        reply_window=timedelta(hours=24),
        longer_window=timedelta(days=7),
        in_order=True,
        changes=True,
        reopens_within=timedelta(days=7),
        menus=True,
    )
    settings = (
        *signing.SETTINGS,
        Setting("instagram_id", required=True, pattern=r"\d+", like="17841405309211844"),
        Setting(LONGER_WINDOW, default="no", pattern="yes|no", like="yes or no"),
        api_base(INSTAGRAM),
        *HELP,
    )
    # One call may tell of several people, so all of an account wait in one lane.
    provider = MetaMessages("instagram", "instagram_id")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return messaging.read(body, messaging.Side("instagram", account.settings["instagram_id"]))

    def name_of(self, address: Address, account: AccountView) -> str:
        return profiles.told_by_instagram(address, account)

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return attached.fetch(file, account, keep)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return messages.send(outbound, account, open_file, messages.From("me"))
