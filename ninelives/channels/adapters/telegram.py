"""Telegram, by its Bot API (https://core.telegram.org/bots/api): what customers and a bot of ours say to each other.

In: an update in JSON, with the account's `secret_token` in a header, as `setWebhook` was told. What is said in groups
is not taken in. Out: one call a message. Telegram tells of no delivery and nothing of what was taken back.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ninelives.channels.asking import File, Heard, Interface, refusal
from ninelives.channels.bodies import (
    at,
    each,
    fingerprint,
    lines,
    loaded,
    loaded_or_empty,
    map_link,
    moment,
    must_be,
    number,
    text,
)
from ninelives.channels.protocol import (
    HELP,
    Abilities,
    AccountView,
    Answered,
    Asked,
    Call,
    Change,
    DeliveryNews,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundChange,
    InboundFile,
    InboundMessage,
    InboundNotice,
    NotConfigured,
    Outbound,
    Participant,
    Post,
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

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Larger files of customers are not handed to bots.
_MOST_FETCHED = 20_000_000
_MESSAGES = ("message", "edited_message", "message_reaction", "callback_query", "my_chat_member")


class TelegramProvider:
    """Telegram's side, played. Its ids are numbers: those of what a customer says come from the id it was given."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._post(_update(one), account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return None

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if f"/bot{account.settings['bot_token']}/" not in asked.path:
            return Answered(_told({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401))
        if asked.path.endswith("/getFile"):
            return Answered(_told({"ok": True, "result": {"file_path": f"files/{asked.query['file_id']}"}}))
        (chat, words), message = _asked(asked), _number_of(new_id)
        told = {"ok": True, "result": {"message_id": message, "chat": {"id": int(chat), "type": "private"}}}
        return Answered(_told(told), Sent(f"{chat}:{message}", chat, words))

    def limits(self) -> Reply:
        told = {"error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
        return _told({"ok": False, **told}, 429)

    def refuses(self) -> Reply:
        told = {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        return _told({"ok": False, **told}, 403)

    def _post(self, told: Mapping[str, object], account: AccountView) -> Post:
        return Post(json.dumps(told).encode(), {_HEADER: account.settings["secret_token"]})


class Telegram(Usual):
    kind = address_kind = "telegram"
    icon = "plane"
    abilities = Abilities(
        max_length=4096,
        max_attachment_bytes=50_000_000,
        files_apart=True,
        in_order=True,
        changes=True,
        reopens_within=timedelta(days=7),
        menus=True,
    )
    settings = (
        Setting("bot_token", required=True, secret=True, pattern=r"[^\s/?#]+", like="110201543:AAHdqTcvCH1vGWJxfSeof"),
        Setting("secret_token", required=True, secret=True),
        api_base("https://api.telegram.org"),
        *HELP,
    )
    provider = TelegramProvider()

    def check(self, call: Call, account: AccountView) -> None:
        must_be(account.settings["secret_token"], call.headers.get(_HEADER.lower(), ""))

    def lane(self, body: bytes, envelope: Envelope) -> str:
        told = loaded_or_empty(body)
        people = (text(told, one, who, "id") for one in _MESSAGES for who in ("chat", "from"))
        return next((found for found in people if found), "")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        told = loaded(body)
        kind = next((one for one in _MESSAGES if isinstance(told.get(one), dict)), "")
        if not kind:
            others = [name for name in told if name != "update_id"]
            return [InboundNotice(f"not_used:{others[0]}" if others else "nothing_in_it")]
        if text(told, kind, "chat", "type") not in ("private", ""):
            return [InboundNotice("in_a_group")]
        return [_READ[kind](told[kind])]

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        """By its id its place is asked, which is good for an hour."""
        heard = Interface(account.settings["api_base"]).get(_method(account, "getFile"), {"file_id": file.reference})
        place = text(heard.told, "result", "file_path")
        if not heard.is_well or not place:
            raise _problem(heard)
        url = f"file/bot{account.settings['bot_token']}/{place}"
        sha256, media_type = Interface(account.settings["api_base"]).keep(url, keep, _MOST_FETCHED)
        return InboundFile(file.name, file.media_type or media_type, sha256=sha256)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        interface, to = Interface(account.settings["api_base"]), outbound.to.address.value
        if not outbound.files:
            heard = interface.post_json(_method(account, "sendMessage"), {"chat_id": to, "text": outbound.text})
        else:
            file = outbound.files[0]
            field = "photo" if file.media_type in ("image/jpeg", "image/png") and file.size < 10_000_000 else "document"
            part = File(field, file.name, file.media_type, open_file(file.sha256))
            told = {"chat_id": to, "caption": outbound.text}
            heard = interface.post_parts(_method(account, f"send{field.capitalize()}"), told, [part])
        if not heard.is_well:
            raise _problem(heard)
        sent = text(heard.told, "result", "message_id")
        if not sent:
            raise Uncertain("no_answer")
        return f"{text(heard.told, 'result', 'chat', 'id') or to}:{sent}"


def _method(account: AccountView, name: str) -> str:
    return f"bot{account.settings['bot_token']}/{name}"


def _problem(heard: Heard) -> SendProblem:
    said, rest = text(heard.told, "description"), number(heard.told, "parameters", "retry_after")
    # Of a token that it never gave, it says that there is nothing here.
    if heard.status in (401, 404):
        return NotConfigured(f"not_let_in:{said or heard.status}")
    if heard.status == 429 and rest is not None:
        return TryLater(said, timedelta(seconds=min(max(rest, 1), 3600)))
    return refusal(heard, said)


def _said(told: dict[str, Any]) -> InboundMessage:
    words, files = _content(told)
    remarks = ["forwarded"] if "forward_origin" in told else []
    if not words and not files:
        remarks.append(f"unsupported_message:{next((name for name in told if name not in _AROUND), '?')}")
    id_, answers = _id(told), _id(at(told, "reply_to_message"))
    return InboundMessage(
        sender=_who(told),
        also=_own_telephone(told),
        external_id=id_,
        fingerprint=fingerprint(id_, words, *(one.reference for one in files)),
        refers_to=(answers,) if answers else (),
        text=words,
        own_text=words,
        files=files,
        written_at=moment(text(told, "date")),
        proof=Proof.PROVEN,
        distinguishable=bool(id_),
        remarks=tuple(remarks),
    )


def _edited(told: dict[str, Any]) -> InboundChange:
    return _change(told, Change.EDITED, _content(told)[0], text(told, "edit_date"))


def _reacted(told: dict[str, Any]) -> InboundChange:
    # A sign of the customer's own making has no letters; it stands as this one.
    signs = (text(one, "emoji") or "⭐" for one in each(told, "new_reaction"))
    return _change({**told, "from": told.get("user")}, Change.REACTED, "".join(signs), text(told, "date"))


def _change(told: dict[str, Any], change: Change, words: str, date: str) -> InboundChange:
    return InboundChange(
        _who(told), _id(told), change, fingerprint(_id(told), change, words, date), words, moment(date)
    )


def _pressed(told: dict[str, Any]) -> InboundMessage:
    """A button under a message of ours."""
    words, answers = text(told, "data"), _id(at(told, "message"))
    return InboundMessage(
        sender=_who(told),
        external_id=text(told, "id"),
        fingerprint=fingerprint("callback", text(told, "id"), words),
        refers_to=(answers,) if answers else (),
        text=words,
        own_text=words,
        proof=Proof.PROVEN,
        distinguishable=bool(text(told, "id")),
    )


def _came_or_left(told: dict[str, Any]) -> InboundNotice:
    has_left = text(told, "new_chat_member", "status") in ("kicked", "left")
    return InboundNotice("customer_leaves" if has_left else "customer_comes")


_READ: dict[str, Callable[[dict[str, Any]], Inbound]] = {
    "message": _said,
    "edited_message": _edited,
    "message_reaction": _reacted,
    "callback_query": _pressed,
    "my_chat_member": _came_or_left,
}


def _who(told: dict[str, Any]) -> Participant:
    """In a private chat the chat has the customer's own id."""
    who = told.get("from")
    name = " ".join(part for part in (text(who, "first_name"), text(who, "last_name")) if part)
    id_ = text(told, "chat", "id") or text(who, "id")
    if not id_:
        raise Unreadable("no_sender")
    return Participant(Address(Telegram.kind, id_), name or text(who, "username"))


def _own_telephone(told: dict[str, Any]) -> tuple[Address, ...]:
    """Telegram itself says whose number it is: here of the one who sent it."""
    digits = "".join(filter(str.isdecimal, text(told, "contact", "phone_number")))
    is_own = digits and text(told, "contact", "user_id") == text(told, "from", "id") != ""
    return (Address("phone", f"+{digits}"),) if is_own else ()


def _id(told: Any) -> str:
    chat, message = text(told, "chat", "id"), text(told, "message_id")
    return f"{chat}:{message}" if chat and message else ""


def _content(told: dict[str, Any]) -> tuple[str, tuple[InboundFile, ...]]:
    words = text(told, "text") or text(told, "caption")
    # Of a picture in several sizes, the largest comes last.
    photo, kind = at(told, "photo", -1), next((one for one in _FILES if isinstance(told.get(one), dict)), "")
    found = photo if isinstance(photo, dict) else told.get(kind)
    if found is None:
        return words or next((said(told[name]) for name, said in _TEXTS.items() if name in told), ""), ()
    ending, media_type = _FILES.get(kind, ("photo.jpg", "image/jpeg"))
    file = InboundFile(
        text(found, "file_name") or ending,
        text(found, "mime_type") or media_type,
        reference=text(found, "file_id"),
        size=int(number(found, "file_size") or 0),
    )
    return words or text(found, "emoji"), (file,) if file.reference else ()


# An animation comes as a document too.
_FILES = {
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "sticker": ("sticker.webp", "image/webp"),
}
_AROUND = ("message_id", "from", "chat", "date", "reply_to_message", "forward_origin", "edit_date", "media_group_id")


def _place(told: Any) -> str:
    latitude, longitude = number(told, "latitude"), number(told, "longitude")
    if latitude is None or longitude is None:
        return ""
    return map_link(latitude, longitude)


_TEXTS: dict[str, Callable[[Any], str]] = {
    "venue": lambda told: lines([text(told, "title"), text(told, "address"), _place(at(told, "location"))]),
    "location": _place,
    "contact": lambda told: lines(
        [f"{text(told, 'first_name')} {text(told, 'last_name')}".strip(), text(told, "phone_number")]
    ),
    "dice": lambda told: f"{text(told, 'emoji')} {text(told, 'value')}",
    "poll": lambda told: lines([text(told, "question"), *(text(one, "text") for one in each(told, "options"))]),
}


def _update(said: Said) -> dict[str, object]:
    person = {"id": int(said.sender), "is_bot": False, "first_name": said.name}
    message: dict[str, object] = {
        "message_id": _number_of(said.id),
        "from": person,
        "chat": {"id": int(said.sender), "type": "private", "first_name": said.name},
        "date": int(said.at.timestamp()),
    }
    if said.file:
        sizes = [
            {"file_id": said.id, "file_unique_id": said.id, "width": 90, "height": 90, "file_size": len(said.file)}
        ]
        message |= {"photo": sizes, "caption": said.text}
    else:
        message["text"] = said.text
    return {"update_id": _number_of(said.id), "message": message}


def _asked(asked: Asked) -> tuple[str, str]:
    """To whom, and what: a file's form has the two in it as well."""
    told = loaded_or_empty(asked.body)
    form = dict(re.findall(rb'name="(chat_id|caption)"\r\n\r\n(.*?)\r\n--', asked.body, re.DOTALL))
    chat, words = form.get(b"chat_id", b"").decode(), form.get(b"caption", b"").decode()
    return (text(told, "chat_id"), text(told, "text")) if told else (chat, words)


def _number_of(id_: str) -> int:
    return zlib.crc32(id_.encode())


def _told(told: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)
