"""A provider that does not exist: for the demo, for tests, and to try a whole round without sending anything.

In: JSON signed as `X-Pretend-Signature: sha256=<hex>` (HMAC-SHA256 of the raw body under the account's secret).
Out: with an `api_base`, JSON posted there; without, what the text asks for. `[refuse]`, `[later]` and `[uncertain]` in
a message make the provider do just that.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ninelives.channels.asking import Interface, refusal
from ninelives.channels.bodies import fingerprint, hex_hmac, loaded, loaded_or_empty, moment, must_be, text
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Answered,
    Asked,
    Call,
    DeliveryNews,
    Envelope,
    FileOpener,
    Inbound,
    InboundMessage,
    InboundStatus,
    Outbound,
    Participant,
    Post,
    Refused,
    Reply,
    Said,
    Sent,
    Setting,
    TryLater,
    Uncertain,
    Unreadable,
    Usual,
    api_base,
)
from ninelives.foundation.address import Address, Proof


class PretendProvider:
    """It tells of each message in a call of its own, and takes whatever is posted to `/messages`."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [
            self._post(
                {
                    "id": one.id,
                    "call": one.id,
                    "from": one.sender,
                    "name": one.name,
                    "text": one.text,
                    "at": one.at.timestamp(),
                },
                account,
            )
            for one in said
        ]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return self._post({"id": sent.id, "key": sent.told_id, "status": news}, account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        told = loaded_or_empty(asked.body)
        sent = Sent(new_id, str(told.get("to")), str(told.get("text")), str(told.get("key")))
        return Answered(Reply(json.dumps({"id": new_id}).encode(), "application/json"), sent)

    def limits(self) -> Reply:
        return Reply(b"{}", "application/json", 429, {"Retry-After": "1"})

    def refuses(self) -> Reply:
        return Reply(b"{}", "application/json", 400)

    def _post(self, told: Mapping[str, object], account: AccountView) -> Post:
        body = json.dumps(told).encode()
        return Post(body, {"X-Pretend-Signature": sign(body, account.settings["secret"])})


class Pretend(Usual):
    kind = address_kind = icon = "pretend"
    abilities = Abilities(max_length=4000, attachments=False)
    settings = (Setting("secret", required=True, secret=True), api_base(""))
    provider = PretendProvider()

    def handshake(self, query: Mapping[str, str], account: AccountView) -> Reply | None:
        return Reply(query["challenge"].encode()) if "challenge" in query else None

    def check(self, call: Call, account: AccountView) -> None:
        must_be(sign(call.body, account.settings["secret"]), call.headers.get("x-pretend-signature", ""))

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return str(loaded_or_empty(body).get("from", ""))

    def key(self, body: bytes, envelope: Envelope) -> str:
        return str(loaded_or_empty(body).get("call", ""))

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        call = loaded(body)
        if "status" in call:
            return [InboundStatus(_text(call, "id"), _news(call), text(call, "reason"), text(call, "key"))]
        return [_message(call)]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        for word, outcome in (("[refuse]", Refused), ("[later]", TryLater), ("[uncertain]", Uncertain)):
            if word in outbound.text:
                raise outcome(f"the message says {word}")
        base = account.settings.get("api_base", "")
        if not base:
            return f"pretend-{outbound.external_id}"
        told = {"to": outbound.to.address.value, "text": outbound.text, "key": outbound.external_id}
        heard = Interface(base).post_json("messages", told)
        if not heard.is_well:
            raise refusal(heard)
        return str(heard.told.get("id", ""))


def sign(body: bytes, secret: str) -> str:
    """The signature header's value, as the pretended provider makes it."""
    return f"sha256={hex_hmac(secret, body)}"


def _message(call: dict[str, Any]) -> InboundMessage:
    words = _text(call, "text")
    return InboundMessage(
        sender=Participant(Address("pretend", _text(call, "from").strip().lower()), str(call.get("name", ""))),
        fingerprint=fingerprint(call.get("id", ""), words),
        external_id=str(call.get("id", "")),
        refers_to=(str(call["answers"]),) if call.get("answers") else (),
        text=words,
        own_text=words,
        written_at=moment(call["at"]) if "at" in call else None,
        proof=Proof.PROVEN,
        distinguishable="id" in call,
    )


def _news(call: dict[str, Any]) -> DeliveryNews:
    try:
        return DeliveryNews(_text(call, "status"))
    except ValueError as reason:
        raise Unreadable("field_missing", "status") from reason


def _text(call: dict[str, Any], name: str) -> str:
    value = call.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable("field_missing", name)
    return value.replace("\0", "")
