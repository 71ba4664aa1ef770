"""Calls both ways are signed alike, under the account's `webhook_secret`."""

from ninelives.channels.bodies import hex_hmac
from ninelives.channels.protocol import AccountView

HEADER = "X-Ninelives-Signature"


def signature(body: bytes, account: AccountView) -> str:
    return f"sha256={hex_hmac(account.settings['webhook_secret'], body)}"
