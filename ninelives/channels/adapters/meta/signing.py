"""How Meta tests a webhook and signs its calls, the same for all of its products."""

import json
from collections.abc import Mapping

from ninelives.channels.bodies import hex_hmac, must_be
from ninelives.channels.protocol import AccountView, Call, Post, Reply, Setting, Usual

SIGNED_IN = "X-Hub-Signature-256"
SETTINGS = (
    Setting("app_secret", required=True, secret=True),
    Setting("verify_token", required=True, secret=True),
    Setting("access_token", required=True, secret=True),
)


class SignedByMeta(Usual):
    """A channel whose webhook Meta tests and signs."""

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
