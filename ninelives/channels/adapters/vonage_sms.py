"""SMS by Vonage's Messages API (https://developer.vonage.com/en/messages/overview).

In: JSON, with a token (JWT, HS256) in a header that carries the hash of the body. Out: JSON, with our own id of the
message, which comes back with what became of it. Numbers go without a plus.
"""

import hashlib
import hmac
import json
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from ninelives.channels.asking import Heard, Interface, refusal
from ninelives.channels.bodies import fingerprint, iso_moment, loaded, loaded_or_empty, must_be, text
from ninelives.channels.protocol import (
    HELP,
    Abilities,
    AccountView,
    Answered,
    Asked,
    BadSignature,
    Call,
    DeliveryNews,
    Envelope,
    FileOpener,
    Inbound,
    InboundMessage,
    InboundNotice,
    InboundStatus,
    NotConfigured,
    Outbound,
    Participant,
    Post,
    Refused,
    Reply,
    Said,
    SendProblem,
    Sent,
    Setting,
    Uncertain,
    Unreadable,
    Usual,
    api_base,
)
from ninelives.foundation.address import Address, Proof

# A reference of ours may be so long.
_MOST_REFERENCE = 100


class VonageProvider:
    """Vonage's side, played."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._post(_told_of(one, account), account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        told: dict[str, object] = {
            "message_uuid": sent.id,
            "to": sent.to,
            "from": account.settings["number"],
            "timestamp": "2026-11-02T10:00:00.000Z",
            "status": _AS_TOLD[news],
            "client_ref": sent.told_id,
            "channel": "sms",
        }
        if news is DeliveryNews.FAILED:
            told |= {"error": {"title": 1180, "detail": "Absent Subscriber - Temporary"}}
        return self._post(told, account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if asked.headers.get("authorization") != _let_in(account)["Authorization"]:
            return Answered(_problem_json(401, "Unauthorized", "You did not provide correct credentials."))
        told = loaded_or_empty(asked.body)
        sent = Sent(new_id, text(told, "to"), text(told, "text"), text(told, "client_ref"))
        return Answered(_json({"message_uuid": new_id}, 202), sent)

    def limits(self) -> Reply:
        return _problem_json(429, "Rate Limit Hit", "Please wait, then retry your request")

    def refuses(self) -> Reply:
        return _problem_json(422, "Invalid params", "The value of one or more parameters is invalid.")

    def _post(self, told: Mapping[str, object], account: AccountView) -> Post:
        body = json.dumps(told, ensure_ascii=False).encode()
        token = signed(body, account.settings["signature_secret"])
        return Post(body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})


class VonageSms(Usual):
    kind = "vonage_sms"
    address_kind = "phone"
    icon = "text-message"
    abilities = Abilities(
        max_length=1000,
        attachments=False,
        in_order=True,
        reopens_within=timedelta(days=7),
        menus=True,
        telephone=True,
    )
    settings = (
        Setting("api_key", required=True, pattern=r"\w+", like="abcd1234"),
        Setting("api_secret", required=True, secret=True),
        Setting("signature_secret", required=True, secret=True),
        Setting("number", required=True, pattern=r"\S(.*\S)?", like="3197010240001", is_address=True),
        api_base("https://api.nexmo.com"),
        *HELP,
    )
    provider = VonageProvider()

    def check(self, call: Call, account: AccountView) -> None:
        scheme, _space, token = call.headers.get("authorization", "").partition(" ")
        claims = _claims(token if scheme.lower() == "bearer" else "", account.settings["signature_secret"])
        must_be(hashlib.sha256(call.body).hexdigest(), text(claims, "payload_hash").lower())

    def lane(self, body: bytes, envelope: Envelope) -> str:
        told = loaded_or_empty(body)
        return _digits(text(told, "to" if "status" in told else "from"))

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        told = loaded(body)
        if text(told, "channel") not in ("sms", ""):
            return [InboundNotice(f"not_used:{text(told, 'channel')}")]
        return [_news(told) if "status" in told else _said(told)]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        told = {
            "message_type": "text",
            "channel": "sms",
            "to": _digits(outbound.to.address.value) or outbound.to.address.value,
            "from": account.settings["number"].lstrip("+"),
            "text": outbound.text,
        }
        if len(outbound.external_id) <= _MOST_REFERENCE:
            told["client_ref"] = outbound.external_id
        if account.inbound_url.startswith("https://"):
            told["webhook_url"] = account.inbound_url
        heard = Interface(account.settings["api_base"], _let_in(account)).post_json("v1/messages", told)
        if not heard.is_well:
            raise problem(heard)
        sent = text(heard.told, "message_uuid")
        if not sent:
            raise Uncertain("no_answer")
        return sent


def problem(heard: Heard) -> SendProblem:
    said = text(heard.told, "detail") or text(heard.told, "title")
    # 402: there is no money left on the account.
    if heard.status in (401, 402, 403):
        return NotConfigured(f"not_let_in:{said or heard.status}")
    code = text(heard.told, "title") or text(heard.told, "type").rpartition("#")[2]
    return Refused(_WHY[code]) if code in _WHY else refusal(heard, said)


def signed(body: bytes, secret: str) -> str:
    """A token for this body."""
    claims = {"iss": "Vonage", "payload_hash": hashlib.sha256(body).hexdigest()}
    over = ".".join(_to64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{over}.{_mac(over, secret)}"


def _claims(token: str, secret: str) -> dict[str, Any]:
    """What a token says (RFC 7519). Of all the ways to sign one, only this counts. Raises BadSignature."""
    over, _point, mac = token.rpartition(".")
    must_be(_mac(over, secret), mac)
    with suppress(ValueError):
        head, told = (json.loads(_from64(part)) for part in over.split("."))
        if isinstance(told, dict) and text(head, "alg") == "HS256":
            return told
    raise BadSignature


def _mac(over: str, secret: str) -> str:
    return _to64(hmac.new(secret.encode(), over.encode("utf-8", "replace"), hashlib.sha256).digest())


def _to64(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def _from64(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _said(told: dict[str, Any]) -> InboundMessage:
    sender, id_, words = text(told, "from"), text(told, "message_uuid"), text(told, "text")
    if not sender:
        raise Unreadable("no_sender")
    address, kind = _address(sender), text(told, "message_type")
    return InboundMessage(
        sender=Participant(address),
        external_id=id_,
        fingerprint=fingerprint(id_, sender, words, text(told, "timestamp")),
        text=words,
        own_text=words,
        written_at=iso_moment(text(told, "timestamp")),
        # By a word anybody can call themselves.
        proof=Proof.PROVEN if address.kind == "phone" else Proof.USUAL,
        distinguishable=bool(id_),
        remarks=(f"unsupported_message:{kind}",) if kind not in ("text", "") and not words else (),
    )


def _news(told: dict[str, Any]) -> Inbound:
    id_, status = text(told, "message_uuid"), text(told, "status")
    if status not in _NEWS:
        return InboundNotice(f"not_used:{status}")
    if not id_:
        raise Unreadable("field_missing:message_uuid")
    code, said = text(told, "error", "title"), text(told, "error", "detail")
    reason = (_WHY.get(code) or said or code) if _NEWS[status] is DeliveryNews.FAILED else ""
    return InboundStatus(id_, _NEWS[status], reason, text(told, "client_ref"))


def _address(sender: str) -> Address:
    """A telephone number; else a short number or a word, which nobody can be reached at elsewhere."""
    digits = _digits(sender)
    return Address("phone", f"+{digits}") if digits else Address("sms", sender)


def _digits(number: str) -> str:
    bare = number.strip().removeprefix("+")
    return bare if re.fullmatch(r"[1-9]\d{6,14}", bare) else ""


def _let_in(account: AccountView) -> dict[str, str]:
    who = f"{account.settings['api_key']}:{account.settings['api_secret']}"
    return {"Authorization": f"Basic {b64encode(who.encode()).decode()}"}


_NEWS = {
    "submitted": DeliveryNews.SENT,
    "delivered": DeliveryNews.DELIVERED,
    "read": DeliveryNews.READ,
    "rejected": DeliveryNews.FAILED,
    "undeliverable": DeliveryNews.FAILED,
}
_AS_TOLD = {news: status for status, news in reversed(_NEWS.items())}
# https://developer.vonage.com/en/api-errors/messages
_WHY = {
    "1050": "telephone_blocks",
    "1170": "telephone_unknown",
    "1180": "telephone_away",
    "1190": "telephone_unknown",
    "1210": "stopped_by_network",
    "1220": "telephone_away",
    "1240": "customer_leaves",
    "1280": "stopped_by_network",
    "1310": "telephone_takes_no_sms",
}


def _told_of(said: Said, account: AccountView) -> dict[str, object]:
    return {
        "channel": "sms",
        "message_uuid": said.id,
        "to": account.settings["number"],
        "from": said.sender,
        "timestamp": said.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "text": said.text,
        "message_type": "text",
        "sms": {"num_messages": "1", "keyword": said.text.partition(" ")[0].upper()},
        "origin": {"network_code": "20408"},
    }


def _problem_json(status: int, title: str, detail: str) -> Reply:
    return _json({"type": "https://developer.vonage.com/api-errors", "title": title, "detail": detail}, status)


def _json(told: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)
