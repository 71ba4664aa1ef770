"""The signed reply address `local+TOKEN@domain`: written on every answer, found again on what comes back.

Tokens are made and checked elsewhere; here they are only put into an address and taken out of one.
"""

import re

from ninelives.channels.protocol import AccountView, Envelope

from .addresses import parse
from .headers import Headers
from .remarks import Remarks

_TOKEN = re.compile(r"[a-z0-9-]{1,200}")
_FIELDS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")


def reply_address(account: AccountView, token: str) -> str:
    local, _, domain = account.address.rpartition("@")
    return f"{local}+{token}@{domain}"


def thread_tokens(headers: Headers, envelope: Envelope, account: AccountView) -> tuple[str, ...]:
    """The tokens in the addresses to which this mail was sent, each once."""
    # An account that takes all has no address of its own: then any address may carry one, as tokens are signed.
    local, _, domain = account.address.lower().rpartition("@")
    fields = [*headers.raw_all(*_FIELDS), *envelope.recipients]
    addresses = [found.address.value for field in fields if "+" in field for found in parse(field, Remarks())]
    found = (_token(address, f"{local}+", f"@{domain}") if domain else _tag(address) for address in addresses)
    return tuple(dict.fromkeys(token for token in found if token))


def _tag(address: str) -> str:
    token = address.rpartition("@")[0].rpartition("+")[2]
    return token if _TOKEN.fullmatch(token) else ""


def _token(address: str, before: str, after: str) -> str:
    if not (address.startswith(before) and address.endswith(after)):
        return ""
    token = address[len(before) : -len(after)]
    return token if _TOKEN.fullmatch(token) else ""
