"""A provider that does not exist: for the demo, for tests, and to try a whole round without sending anything.

In: JSON signed as `X-Pretend-Signature: sha256=<hex>` (HMAC-SHA256 of the raw body under the account's secret).
Out: what the text asks for. `[refuse]`, `[later]` and `[uncertain]` in a message make the provider do just that.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    BadSignature,
    DeliveryNews,
    Envelope,
    FileOpener,
    Inbound,
    InboundMessage,
    InboundStatus,
    Outbound,
    Participant,
    Refused,
    SenderCheck,
    Setting,
    TextLookup,
    TryLater,
    Uncertain,
    Unreadable,
)
from ninelives.foundation.address import Address, Proof


class Pretend:
    kind = address_kind = "pretend"
    abilities = Abilities(max_length=4000, attachments=False)
    settings = (Setting("secret", required=True, secret=True),)

    def handshake(self, query: Mapping[str, str], account: AccountView) -> str | None:
        return query.get("challenge")

    def check(self, headers: Mapping[str, str], body: bytes, account: AccountView) -> None:
        expected = sign(body, account.settings["secret"])
        if not hmac.compare_digest(expected.encode(), headers.get("x-pretend-signature", "").encode()):
            raise BadSignature

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return str(_loaded_or_empty(body).get("from", ""))

    def key(self, body: bytes, envelope: Envelope) -> str:
        return str(_loaded_or_empty(body).get("call", ""))

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        call = _loaded(body)
        if "status" in call:
            return [InboundStatus(_text(call, "id"), DeliveryNews(_text(call, "status")), call.get("reason", ""))]
        return [_message(call)]

    def is_verifiable(self, body: bytes) -> bool:
        return False

    def verify_sender(self, body: bytes, envelope: Envelope, account: AccountView, lookup: TextLookup) -> SenderCheck:
        return SenderCheck()

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        for word, outcome in (("[refuse]", Refused), ("[later]", TryLater), ("[uncertain]", Uncertain)):
            if word in outbound.text:
                raise outcome(f"the message says {word}")
        return f"pretend-{outbound.external_id}"


def sign(body: bytes, secret: str) -> str:
    """The signature header's value, as the pretended provider makes it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _message(call: dict[str, Any]) -> InboundMessage:
    text = _text(call, "text")
    return InboundMessage(
        sender=Participant(Address("pretend", _text(call, "from").strip().lower()), str(call.get("name", ""))),
        fingerprint=hashlib.sha256(f"{call.get('id', '')}\0{text}".encode()).hexdigest(),
        external_id=str(call.get("id", "")),
        refers_to=(str(call["answers"]),) if call.get("answers") else (),
        text=text,
        own_text=text,
        written_at=datetime.fromtimestamp(call["at"], UTC) if "at" in call else None,
        proof=Proof.PROVEN,
        distinguishable="id" in call,
    )


def _text(call: dict[str, Any], name: str) -> str:
    value = call.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable("field_missing", name)
    return value.replace("\0", "")


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body)
    except ValueError as reason:
        raise Unreadable("not_json") from reason
    if not isinstance(call, dict):
        raise Unreadable("not_json")
    return call


def _loaded_or_empty(body: bytes) -> dict[str, Any]:
    try:
        return _loaded(body)
    except Unreadable:
        return {}
