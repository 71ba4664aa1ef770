"""SMS by Twilio (https://www.twilio.com/docs/messaging), and by whoever speaks as it does.

In: a form, signed over the address that was called and all that is in it. Out: one call a message; what became of it is
told to the same address.
"""

import hashlib
import hmac
import json
import mimetypes
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ninelives.channels.asking import Heard, Interface, refusal
from ninelives.channels.bodies import fingerprint, form, form_or_empty, loaded, must_be, text
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
    FileKeeper,
    FileOpener,
    Inbound,
    InboundFile,
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
    TryLater,
    Uncertain,
    Unreadable,
    Usual,
    api_base,
)
from ninelives.foundation.address import Address, Proof

_HEADER = "X-Twilio-Signature"
_NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_MOST_FILES = 10


class TwilioProvider:
    """Twilio's side, played."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._post(_said(one, account), account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        told = {"MessageSid": sent.id, "MessageStatus": _AS_TOLD[news], "To": sent.to}
        failed = {"ErrorCode": "30003"} if news is DeliveryNews.FAILED else {}
        return self._post({**told, **failed, "From": account.settings["number"]}, account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if asked.headers.get("authorization") != _credentials(account)["Authorization"]:
            return Answered(_told({"code": 20003, "message": "Authenticate", "status": 401}, 401))
        told, sid = form_or_empty(asked.body), _sid(new_id)
        return Answered(_told({"sid": sid, "status": "queued"}, 201), Sent(sid, told["To"], told["Body"]))

    def limits(self) -> Reply:
        return _told({"code": 20429, "message": "Too Many Requests", "status": 429}, 429)

    def refuses(self) -> Reply:
        return _told({"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}, 400)

    def _post(self, told: Mapping[str, str], account: AccountView) -> Post:
        body = urlencode(told).encode()
        signed = signature(account.settings["auth_token"], _public(account.inbound_url, account), body)
        return Post(body, {_HEADER: signed, "Content-Type": "application/x-www-form-urlencoded"})


class TwilioSms(Usual):
    kind = "twilio_sms"
    address_kind = "phone"
    icon = "text-message"
    abilities = Abilities(
        max_length=1600,
        attachments=False,
        in_order=True,
        reopens_within=timedelta(days=7),
        menus=True,
        telephone=True,
    )
    settings = (
        Setting("account_sid", required=True, pattern=r"\w+", like="AC0123456789abcdef0123456789abcdef"),
        Setting("auth_token", required=True, secret=True),
        Setting("number", required=True, pattern=r"\S(.*\S)?", like="+3197010240000", is_address=True),
        api_base("https://api.twilio.com"),
        Setting("public_url", pattern=r"https?://[^\s#]+", like="https://desk.example.org"),
        *HELP,
    )
    provider = TwilioProvider()

    def check(self, call: Call, account: AccountView) -> None:
        """Twilio's own libraries sign an address with or without the port that goes without saying."""
        given, url = call.headers.get(_HEADER.lower(), ""), _public(call.url, account)
        possible = [signature(account.settings["auth_token"], one, call.body) for one in _with_and_without_port(url)]
        must_be(
            next((one for one in possible if hmac.compare_digest(one.encode(), given.encode())), possible[0]), given
        )

    def answer(self, call: Call, account: AccountView) -> Reply:
        return Reply(_NOTHING_TO_SAY, "text/xml")

    def lane(self, body: bytes, envelope: Envelope) -> str:
        told = form_or_empty(body)
        return told.get("To" if _is_news(told) else "From", "")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        told = loaded(body) if body.lstrip().startswith(b"{") else form(body)
        if _is_news(told):
            return [_news(told)]
        return [_message(told)]

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        """Files lie behind our credentials at the provider itself, and it tells where. Nobody else gets to see them."""
        headers = credentials_for(file.reference, account)
        sha256, media_type = Interface(account.settings["api_base"], headers).keep(file.reference, keep)
        return InboundFile(file.name, file.media_type or media_type, sha256=sha256)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        told = {"To": outbound.to.address.value, "Body": outbound.text, **_sender(account.settings["number"])}
        if account.inbound_url:
            told["StatusCallback"] = _public(account.inbound_url, account)
        interface = Interface(account.settings["api_base"], _credentials(account))
        heard = interface.post_form(f"2010-04-01/Accounts/{account.settings['account_sid']}/Messages.json", told)
        if not heard.is_well:
            raise problem(heard)
        sid = text(heard.told, "sid")
        if not sid:
            raise Uncertain("no_answer")
        return sid


def signature(secret: str, url: str, body: bytes) -> str:
    """Of a body that is no form the address has the hash (https://www.twilio.com/docs/usage/security).

    Raises BadSignature where it has another."""
    sha256, signed = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256"), url
    if sha256:
        must_be(sha256.lower(), hashlib.sha256(body).hexdigest())
    else:
        signed += "".join(f"{name}{value}" for name, value in _fields(body))
    return b64encode(hmac.new(secret.encode(), signed.encode("utf-8", "replace"), hashlib.sha1).digest()).decode()


def telephone_or(kind: str, value: str) -> Address:
    """Whoever is no number of all the world (a short code, a word) is known at the provider alone."""
    return Address("phone" if re.fullmatch(r"\+[1-9]\d{6,14}", value) else kind, value)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=500)
    except ValueError as reason:
        raise BadSignature from reason
    return sorted(set(pairs))


def _public(url: str, account: AccountView) -> str:
    """The address as Twilio called it. `public_url` is all of it, or what stands before the path that we see."""
    told = account.settings.get("public_url", "")
    if not told:
        return url
    ours, called = urlsplit(told), urlsplit(url)
    path = ours.path if ours.path.endswith(called.path) else ours.path.rstrip("/") + called.path
    return urlunsplit((ours.scheme, ours.netloc, path, ours.query or called.query, ""))


def _with_and_without_port(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    bare, usual = parts.netloc.removesuffix(f":{parts.port}"), {"https": 443, "http": 80}.get(parts.scheme)
    yield url
    for netloc in (bare, f"{bare}:{parts.port or usual}"):
        yield urlunsplit(parts._replace(netloc=netloc))


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _credentials(account: AccountView) -> dict[str, str]:
    who = f"{account.settings['account_sid']}:{account.settings['auth_token']}"
    return {"Authorization": f"Basic {b64encode(who.encode()).decode()}"}


def credentials_for(url: str, account: AccountView) -> dict[str, str]:
    return _credentials(account) if _origin(url) == _origin(account.settings["api_base"]) else {}


def _sender(number: str) -> dict[str, str]:
    """A service of several numbers has an id for a name."""
    return {"MessagingServiceSid" if re.fullmatch(r"MG[0-9a-fA-F]{32}", number) else "From": number}


def _is_news(told: Mapping[str, object]) -> bool:
    return (text(told, "MessageStatus") or text(told, "SmsStatus")) not in ("", "received", "receiving")


def _news(told: Mapping[str, object]) -> Inbound:
    status = text(told, "MessageStatus") or text(told, "SmsStatus")
    news, code = _NEWS.get(status), text(told, "ErrorCode")
    if news is None:
        return InboundNotice(f"not_used:{status}")
    if not _message_id(told):
        raise Unreadable("field_missing:MessageSid")
    reason = _reason(code, text(told, "ErrorMessage")) if news is DeliveryNews.FAILED else ""
    return InboundStatus(_message_id(told), news, reason)


def _message(told: Mapping[str, object]) -> InboundMessage:
    sender, id_, words, files = text(told, "From"), _message_id(told), text(told, "Body"), _files(told)
    if not sender:
        raise Unreadable("no_sender")
    address, answers = telephone_or("sms", sender), text(told, "OriginalRepliedMessageSid")
    return InboundMessage(
        sender=Participant(address, text(told, "ProfileName")),
        external_id=id_,
        fingerprint=fingerprint(id_, sender, words, *(one.reference for one in files)),
        refers_to=(answers,) if answers else (),
        text=words,
        own_text=words,
        files=files,
        # By a word anybody can call themselves.
        proof=Proof.PROVEN if address.kind == "phone" else Proof.USUAL,
        distinguishable=bool(id_),
        remarks=_opted(told),
    )


def _message_id(told: Mapping[str, object]) -> str:
    return text(told, "MessageSid") or text(told, "SmsSid") or text(told, "SmsMessageSid")


def _opted(told: Mapping[str, object]) -> tuple[str, ...]:
    """Twilio sends nothing more after a word such as STOP, until the customer writes START."""
    kind, word = text(told, "OptOutType").upper(), text(told, "Body").strip().upper()
    return _OPTED.get(kind) or _OPTED.get("STOP" if word in _STOPS else "") or ()


def _files(told: Mapping[str, object]) -> tuple[InboundFile, ...]:
    media = [(text(told, f"MediaUrl{n}"), text(told, f"MediaContentType{n}")) for n in range(_MOST_FILES)]
    return tuple(
        InboundFile(f"{n}{mimetypes.guess_extension(kind) or ''}", kind or "application/octet-stream", reference=url)
        for n, (url, kind) in enumerate(media, 1)
        if url
    )


def problem(heard: Heard) -> SendProblem:
    code, said = text(heard.told, "code"), text(heard.told, "message")
    # Of an account that it does not know, it says that there is nothing here.
    if heard.status in (401, 404) or code == "20003":
        return NotConfigured(f"not_let_in:{said or heard.status}")
    if code in ("20429", "14107", "30001"):
        return TryLater(said, heard.rest)
    if heard.status == 400:
        return Refused(_reason(code, said))
    return refusal(heard, said)


def _reason(code: str, said: str) -> str:
    known = _REASONS.get(code)
    return known or (f"{said} ({code})" if said and code else said or f"Twilio {code}".strip())


_NEWS = {
    "sent": DeliveryNews.SENT,
    "delivered": DeliveryNews.DELIVERED,
    "read": DeliveryNews.READ,
    "undelivered": DeliveryNews.FAILED,
    "failed": DeliveryNews.FAILED,
    "canceled": DeliveryNews.FAILED,
}
_AS_TOLD = {news: status for status, news in reversed(_NEWS.items()) if status != "canceled"}
_OPTED = {"STOP": ("customer_leaves",), "START": ("customer_comes",)}
_STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE")
# https://www.twilio.com/docs/api/errors
_REASONS = {
    "21211": "telephone_unknown",
    "21610": "customer_leaves",
    "21614": "telephone_takes_no_sms",
    "30003": "telephone_away",
    "30004": "telephone_blocks",
    "30005": "telephone_unknown",
    "30006": "telephone_takes_no_sms",
    "30007": "stopped_by_network",
}


def _said(said: Said, account: AccountView) -> dict[str, str]:
    sid, ours = _sid(said.id), account.settings
    told = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "AccountSid": ours["account_sid"],
        "From": f"+{said.sender.removeprefix('+')}",
        "To": ours["number"],
        "Body": said.text,
        "NumMedia": "1" if said.file else "0",
    }
    place = f"{ours['api_base']}/2010-04-01/Accounts/{ours['account_sid']}/Messages/{sid}/Media/files/{said.id}"
    return {**told, **({"MediaUrl0": place, "MediaContentType0": "image/png"} if said.file else {})}


def _sid(id_: str) -> str:
    return f"SM{hashlib.sha256(id_.encode()).hexdigest()[:32]}"


def _told(told: Mapping[str, object], status: int) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)
