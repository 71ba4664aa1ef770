"""How X shows that it is X, and we that we are who gave us leave."""

import hashlib
import hmac
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from ninelives.channels.protocol import AccountView, Reply
from ninelives.foundation.clock import now

HEADER = "x-twitter-webhooks-signature"
# A challenge is answered with what would sign it as a call. So nothing is answered that could be read as one.
_CHALLENGE = re.compile(r"[\w.:+/=-]{1,500}", re.ASCII)


def challenged(query: Mapping[str, str], account: AccountView) -> Reply | None:
    """X asks when a webhook is registered, and every hour (https://docs.x.com/x-api/webhooks/quickstart)."""
    token = query.get("crc_token", "")
    if not _CHALLENGE.fullmatch(token):
        return None
    told = {"response_token": signature(account, token.encode())}
    return Reply(json.dumps(told).encode(), "application/json")


def signature(account: AccountView, body: bytes) -> str:
    digest = hmac.new(account.settings["consumer_secret"].encode(), body, hashlib.sha256).digest()
    return f"sha256={b64encode(digest).decode()}"


def authorised(method: str, url: str, account: AccountView) -> dict[str, str]:
    """OAuth 1.0a (RFC 5849) in the name of our account. Its tokens last; those of OAuth 2 are good for two hours."""
    told = {"oauth_nonce": secrets.token_hex(16), "oauth_timestamp": str(int(now().timestamp()))}
    return {"Authorization": authorisation(method, url, account, told)}


def authorisation(method: str, url: str, account: AccountView, told: Mapping[str, str]) -> str:
    parameters = {
        "oauth_consumer_key": account.settings["consumer_key"],
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_token": account.settings["access_token"],
        "oauth_version": "1.0",
        **told,
    }
    signed = {**parameters, "oauth_signature": oauth_signature(method, url, account, parameters)}
    return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in sorted(signed.items()))


def oauth_signature(method: str, url: str, account: AccountView, parameters: Mapping[str, str]) -> str:
    """Over the parameters of the address as well; a body in JSON is not signed."""
    parts = urlsplit(url)
    pairs = [*parameters.items(), *parse_qsl(parts.query, keep_blank_values=True)]
    told = "&".join(f"{name}={value}" for name, value in sorted((_escaped(one), _escaped(two)) for one, two in pairs))
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    base = "&".join(_escaped(part) for part in (method, bare, told))
    secret = "&".join(_escaped(account.settings[name]) for name in ("consumer_secret", "access_token_secret"))
    return b64encode(hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _escaped(value: str) -> str:
    return quote(value, safe="~")
