"""What the Cloud API tells in a call: messages, changes of them, statuses, and news of templates and the account."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ninelives.channels.bodies import at, each, fingerprint, lines, loaded, map_link, moment, number, text
from ninelives.channels.protocol import (
    Change,
    DeliveryNews,
    Inbound,
    InboundChange,
    InboundFile,
    InboundMessage,
    InboundNotice,
    InboundStatus,
    InboundTemplate,
    Page,
    Participant,
)
from ninelives.foundation.address import Address, Proof

KIND = "whatsapp"
MEDIA = ("image", "video", "audio", "voice", "document", "sticker")
_NEWS = {
    "sent": DeliveryNews.SENT,
    "delivered": DeliveryNews.DELIVERED,
    "read": DeliveryNews.READ,
    # Of a voice message: it was heard.
    "played": DeliveryNews.READ,
    "failed": DeliveryNews.FAILED,
}
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "application/pdf": "pdf",
}


def read(body: bytes, own_id: str) -> Iterable[Inbound]:
    """Of the number with this id. Raises Unreadable."""
    return [
        inbound
        for change in _changes(loaded(body))
        for inbound in _changed(text(change, "field"), at(change, "value"), own_id)
    ]


def numbers_in(told: Mapping[str, Any]) -> set[str]:
    """The ids of the numbers of ours that a call tells of. News of the account names none."""
    return {number for change in _changes(told) if (number := _number_in(at(change, "value")))}


def _changes(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [change for entry in each(told, "entry") for change in each(entry, "changes")]


def _number_in(value: Any) -> str:
    return text(value, "metadata", "phone_number_id")


def sender_of(told: Mapping[str, Any]) -> str:
    """Whom a call is about: the lane in which it waits."""
    value = at(told, "entry", 0, "changes", 0, "value")
    for place, names in (("messages", ("from", "from_user_id")), ("statuses", ("recipient_id", "recipient_user_id"))):
        found = next((text(value, place, 0, name) for name in names if text(value, place, 0, name)), "")
        if found:
            return found
    return ""


def _changed(field: str, value: Any, own_id: str) -> Iterable[Inbound]:
    if _number_in(value) not in ("", own_id):
        # One app has one webhook for all its numbers.
        return [InboundNotice(f"for_another_account:{_number_in(value)}")]
    if field == "messages":
        people = each(value, "contacts")
        return [
            *(_said(one, people) for one in each(value, "messages")),
            *(_status(one) for one in each(value, "statuses") if text(one, "status") in _NEWS),
        ]
    if field == "message_template_status_update":
        name, language = text(value, "message_template_name"), text(value, "message_template_language")
        return [InboundTemplate(name, language, text(value, "event") == "APPROVED")]
    # Echoes of the app on a telephone, and news of the account: nothing for an agent to answer.
    return [InboundNotice(f"about_account:{text(value, 'event') or field}")]


def _status(told: dict[str, Any]) -> InboundStatus:
    errors = each(told, "errors")
    details = text(errors, 0, "error_data", "details") or text(errors, 0, "message") or text(errors, 0, "title")
    reason = f"{text(errors, 0, 'code')}: {details}" if errors else ""
    return InboundStatus(text(told, "id"), _NEWS[text(told, "status")], reason, text(told, "biz_opaque_callback_data"))


def _said(told: dict[str, Any], people: list[dict[str, Any]]) -> Inbound:
    who, also = _who(told, people)
    kind = text(told, "type")
    if kind in _CHANGES:
        return replace(_CHANGES[kind](told, who), also=also)
    read_as = MEDIA if kind in MEDIA else kind
    words, files = _media(told, kind) if read_as is MEDIA else (_TEXTS.get(kind, _nothing)(told), ())
    remarks = ["forwarded"] if at(told, "context", "forwarded") or at(told, "context", "frequently_forwarded") else []
    if not words and not files:
        remarks.append(f"unsupported_message:{text(told, 'unsupported', 'type') or kind or '?'}")
    return InboundMessage(
        sender=who,
        also=also,
        external_id=text(told, "id"),
        fingerprint=fingerprint(text(told, "id"), kind, words, *(one.reference for one in files)),
        refers_to=(text(told, "context", "id"),) if text(told, "context", "id") else (),
        text=words,
        own_text=words,
        files=files,
        written_at=moment(text(told, "timestamp")),
        proof=Proof.PROVEN,
        distinguishable=bool(text(told, "id")),
        remarks=tuple(remarks),
        page=_page(told),
        is_record=kind == "system",
    )


def _who(told: dict[str, Any], people: list[dict[str, Any]]) -> tuple[Participant, tuple[Address, ...]]:
    """A person has an id of ours alone (their portfolio's), a telephone number, or both. A number may become somebody
    else's, so the id goes before it."""
    person = _person(told, people)
    user_id = text(told, "from_user_id") or text(person, "user_id")
    phone = text(told, "from") or text(person, "wa_id")
    name = text(person, "profile", "name") or text(person, "profile", "username")
    addresses = [Address(KIND, one) for one in (user_id, phone, text(told, "system", "wa_id")) if one]
    if phone.isdecimal():
        addresses.append(Address("phone", f"+{phone}"))
    addresses = addresses or [Address(KIND, "?")]
    return Participant(addresses[0], name), tuple(addresses[1:])


def _person(told: dict[str, Any], people: list[dict[str, Any]]) -> dict[str, Any]:
    """Whose profile goes with this message."""
    for person in people:
        same_id = text(person, "user_id") and text(person, "user_id") == text(told, "from_user_id")
        if same_id or (text(person, "wa_id") and text(person, "wa_id") == text(told, "from")):
            return person
    return people[0] if len(people) == 1 else {}


def _edit(told: dict[str, Any], who: Participant) -> InboundChange:
    message = at(told, "edit", "message") or {}
    words = text(message, "text", "body") or text(message, text(message, "type"), "caption")
    return _change(told, who, text(told, "edit", "original_message_id"), Change.EDITED, words)


def _revoke(told: dict[str, Any], who: Participant) -> InboundChange:
    return _change(told, who, text(told, "revoke", "original_message_id"), Change.DELETED, "")


def _reaction(told: dict[str, Any], who: Participant) -> InboundChange:
    return _change(told, who, text(told, "reaction", "message_id"), Change.REACTED, text(told, "reaction", "emoji"))


def _change(told: dict[str, Any], who: Participant, target: str, change: Change, words: str) -> InboundChange:
    return InboundChange(
        sender=who,
        external_id=target,
        change=change,
        fingerprint=fingerprint(text(told, "id"), change, target, words, text(told, "timestamp")),
        text=words,
        written_at=moment(text(told, "timestamp")),
    )


_CHANGES: dict[str, Callable[[dict[str, Any], Participant], InboundChange]] = {
    "edit": _edit,
    "revoke": _revoke,
    "reaction": _reaction,
}


def _media(told: dict[str, Any], kind: str) -> tuple[str, tuple[InboundFile, ...]]:
    media_type = text(told, kind, "mime_type").partition(";")[0].strip().lower()
    name = text(told, kind, "filename") or f"{kind}.{_ENDINGS.get(media_type, media_type.rpartition('/')[2] or 'bin')}"
    reference = text(told, kind, "id")
    files = (InboundFile(name, media_type, reference=reference),) if reference else ()
    return text(told, kind, "caption"), files


def _location(told: dict[str, Any]) -> str:
    latitude, longitude = number(told, "location", "latitude"), number(told, "location", "longitude")
    place = map_link(latitude, longitude)
    named = (text(told, "location", part) for part in ("name", "address"))
    return lines([*named, place if latitude is not None and longitude is not None else ""])


def _contacts(told: dict[str, Any]) -> str:
    return "\n\n".join(
        lines(
            [
                text(one, "name", "formatted_name") or text(one, "name", "first_name"),
                *(text(phone, "phone") for phone in each(one, "phones")),
                *(text(mail, "email") for mail in each(one, "emails")),
            ]
        )
        for one in each(told, "contacts")
    )


def _interactive(told: dict[str, Any]) -> str:
    kind = text(told, "interactive", "type")
    chosen = at(told, "interactive", kind)
    if kind != "nfm_reply":
        return lines([text(chosen, "title"), text(chosen, "description")])
    filled: object = None
    with suppress(ValueError):
        filled = json.loads(text(chosen, "response_json"))
    fields = filled.items() if isinstance(filled, dict) else ()
    return lines(f"{name}: {value}" for name, value in fields if name != "flow_token") or text(chosen, "body")


def _order(told: dict[str, Any]) -> str:
    items = (
        f"{at(one, 'quantity')} × {text(one, 'product_retailer_id')} ({at(one, 'item_price')} {text(one, 'currency')})"
        for one in each(told, "order", "product_items")
    )
    return lines([text(told, "order", "text"), *items])


def _nothing(told: dict[str, Any]) -> str:
    return ""


_TEXTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": lambda told: text(told, "text", "body"),
    "button": lambda told: text(told, "button", "text"),
    "system": lambda told: text(told, "system", "body"),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "order": _order,
}


def _page(told: dict[str, Any]) -> Page | None:
    """The advertisement or post from which the customer came."""
    referral = at(told, "referral")
    url, title = text(referral, "source_url"), text(referral, "headline") or text(referral, "body")
    if not url and not title:
        return None
    return Page(url if url.startswith(("https://", "http://")) else "", title or url)
