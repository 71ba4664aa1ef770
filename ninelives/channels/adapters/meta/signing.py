"""How Meta tests a webhook and signs its calls, the same for all of its products."""

import json
from collections.abc import Collection, Mapping

from ninelives.channels.bodies import each, hex_hmac, loaded_or_empty, must_be, text
from ninelives.channels.protocol import AccountView, Call, Post, Reply, Setting, Usual

SIGNED_IN = "X-Hub-Signature-256"
SETTINGS = (
    Setting("app_secret", required=True, secret=True),
    Setting("verify_token", required=True, secret=True),
    Setting("access_token", required=True, secret=True),
)


class SignedByMeta(Usual):
    """A channel whose webhook Meta tests and signs: one of an app, for all its pages, accounts and numbers."""

    own = ""

    def told_of(self, body: bytes) -> Collection[str]:
        return [text(entry, "id") for entry in each(loaded_or_empty(body), "entry")]

    def handshake(self, query: Mapping[str, str], account: AccountView) -> Reply | None:
        token = account.settings["verify_token"]
        if query.get("hub.mode") != "subscribe" or not token or query.get("hub.verify_token") != token:
            return None
        return Reply(query.get("hub.challenge", "").encode())

    def check(self, call: Call, account: AccountView) -> None:
        """Over the bytes as they came, under the secret of the app."""
        must_be(_signature(call.body, account), call.headers.get(SIGNED_IN.lower(), ""))


def signed(told: Mapping[str, object], account: AccountView) -> Post:
    """A call as Meta makes it, for providers that are played."""
    body = json.dumps(told, ensure_ascii=False).encode()
    return Post(body, {SIGNED_IN: _signature(body, account)})


def _signature(body: bytes, account: AccountView) -> str:
    return f"sha256={hex_hmac(account.settings['app_secret'], body)}"
