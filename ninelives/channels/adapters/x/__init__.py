"""X, by its Account Activity and its API of version 2 (https://docs.x.com/x-api): posts that mention us, for all to
read, and direct messages, for nobody else. They are two channels, for what may be done differs; a customer has one id
in both.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from ninelives.channels.bodies import must_be
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
    Reply,
    Setting,
    Usual,
    api_base,
)

from .played import XMessagesProvider, XProvider
from .reading import MESSAGES, POSTS, lane, read
from .sending import fetch, say_in_private, say_in_public
from .signing import HEADER, challenged, signature


class _X(Usual):
    address_kind = "x"
    settings: tuple[Setting, ...] = (
        Setting("consumer_key", required=True, pattern=r"[\w.-]+", like="xvz1evFS4wEEPTGEFPHBog"),
        Setting("consumer_secret", required=True, secret=True),
        Setting("access_token", required=True, pattern=r"[\w.-]+", like="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZ"),
        Setting("access_token_secret", required=True, secret=True),
        api_base("https://api.x.com"),
    )

    def handshake(self, query: Mapping[str, str], account: AccountView) -> Reply | None:
        return challenged(query, account)

    def check(self, call: Call, account: AccountView) -> None:
        must_be(signature(account, call.body), call.headers.get(HEADER.lower(), ""))

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return lane(body)

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return fetch(file, account, keep)


class X(_X):
    kind = "x"
    icon = "mention"
    abilities = Abilities(
        max_length=280,
        attachments=False,
        in_order=True,
        changes=True,
        public=True,
        answers_privately=True,
    )
    provider = XProvider()

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return read(body, POSTS)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return say_in_private(outbound, account) if outbound.in_private else say_in_public(outbound, account)


class XMessages(_X):
    kind = "x_messages"
    icon = "text-message"
    abilities = Abilities(
        max_length=10_000, attachments=False, in_order=True, reopens_within=timedelta(days=7), menus=True
    )
    settings = (*_X.settings, *HELP)
    provider = XMessagesProvider()

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return read(body, MESSAGES)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return say_in_private(outbound, account)
