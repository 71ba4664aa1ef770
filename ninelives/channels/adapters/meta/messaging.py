"""What Messenger and Instagram tell of direct messages: `entry[].messaging[]`, in batches, of several people
(https://developers.facebook.com/docs/messenger-platform/reference/webhook-events)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ninelives.channels.bodies import at, each, fingerprint, lines, loaded, moment, number, text
from ninelives.channels.protocol import (
    Change,
    DeliveryNews,
    Inbound,
    InboundChange,
    InboundMessage,
    InboundNotice,
    InboundStatus,
    Page,
    Participant,
)
from ninelives.foundation.address import Address, Proof

from .attached import Attached, attached, story

# How our own ids begin, which we tell along as `metadata` and hear again in an echo.
OURS = "ninelives."


@dataclass(frozen=True, slots=True)
class Side:
    """Which of Meta's two it is, and who we are there."""

    kind: str
    own_id: str


def read(body: bytes, side: Side) -> Iterable[Inbound]:
    """Raises Unreadable."""
    return [inbound for entry in each(loaded(body), "entry") for inbound in _entry(entry, side)]


def _entry(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    """One app has one webhook for all its pages and fields: what is another account's is said to be so."""
    whose = text(told, "id")
    if whose != side.own_id:
        return [InboundNotice(f"for_another_account:{whose}")]
    events = each(told, "messaging")
    # Instagram's own login tells them as changes too.
    events += [at(one, "value") for one in each(told, "changes") if at(one, "value", "sender") is not None]
    others = [text(one, "field") for one in each(told, "changes") if at(one, "value", "sender") is None]
    return [
        *(inbound for event in events for inbound in _event(event, side)),
        *(InboundNotice("with_another_app") for _one in each(told, "standby")),
        *(InboundNotice(f"not_used:{field}") for field in others),
    ]


def _event(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    for name, read_event in _EVENTS.items():
        if isinstance(at(told, name), dict):
            return read_event(told, side)
    about = next((name for name in told if name not in ("sender", "recipient", "timestamp")), "?")
    return [InboundNotice("customer_comes" if about == "optin" else f"not_used:{about}")]


def _message(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    message, mid = told["message"], text(told, "message", "mid")
    if message.get("is_echo"):
        return [_echo(mid, text(message, "metadata"))]
    if _is_ours(told, side):
        return [InboundNotice("own_message")]
    if message.get("is_deleted"):
        return [_change(told, side, mid, Change.DELETED, "")]
    return [_said(told, side, message)]


def _echo(mid: str, metadata: str) -> Inbound:
    """What was said in our name: by us, then the echo says that it was taken; or with another tool."""
    if metadata.startswith(OURS):
        return InboundStatus(mid, DeliveryNews.SENT, told_id=metadata)
    return InboundNotice("own_message")


def _said(told: dict[str, Any], side: Side, message: dict[str, Any]) -> InboundMessage:
    mid, at_moment, answers = text(message, "mid"), text(told, "timestamp"), text(message, "reply_to", "mid")
    came = [attached(one, side.kind) for one in each(message, "attachments")]
    came += [story(at(message, "reply_to", "story"))] if at(message, "reply_to", "story") else []
    words = lines([text(message, "text"), *(one.text for one in came)])
    files = tuple(one.file for one in came if one.file)
    return InboundMessage(
        sender=_sender(told, side),
        external_id=mid,
        fingerprint=fingerprint(mid, text(told, "sender", "id"), at_moment, words, *(one.reference for one in files)),
        refers_to=(answers,) if answers else (),
        text=words,
        own_text=words,
        files=files,
        written_at=_written_at(told),
        proof=Proof.PROVEN,
        distinguishable=bool(mid or at_moment),
        remarks=tuple(_remarks(message, came, is_empty=not words and not files)),
        page=_came_from(at(message, "referral")),
    )


def _remarks(message: dict[str, Any], came: list[Attached], *, is_empty: bool) -> Iterable[str]:
    told = [one.remark for one in came if one.remark]
    if is_empty and not told:
        told.append("unsupported_message:?")
    return dict.fromkeys(told)


def _postback(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    """A button that was pressed."""
    mid, payload = text(told, "postback", "mid"), text(told, "postback", "payload")
    words = text(told, "postback", "title") or payload
    return [
        InboundMessage(
            sender=_sender(told, side),
            external_id=mid,
            fingerprint=fingerprint(mid, text(told, "sender", "id"), text(told, "timestamp"), payload, words),
            text=words,
            own_text=words,
            written_at=_written_at(told),
            proof=Proof.PROVEN,
            page=_came_from(at(told, "postback", "referral")),
        )
    ]


def _edit(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    edit = told["message_edit"]
    return [_change(told, side, text(edit, "mid"), Change.EDITED, text(edit, "text"), text(edit, "num_edit"))]


def _reaction(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    if _is_ours(told, side):
        return [InboundNotice("own_message")]
    reaction = told["reaction"]
    sign = text(reaction, "emoji") or text(reaction, "reaction") if text(reaction, "action") == "react" else ""
    return [_change(told, side, text(reaction, "mid"), Change.REACTED, sign)]


def _change(
    told: dict[str, Any], side: Side, mid: str, change: Change, words: str, number_of: str = ""
) -> InboundChange:
    who, at_moment = _sender(told, side), text(told, "timestamp")
    return InboundChange(
        sender=who,
        external_id=mid,
        change=change,
        fingerprint=fingerprint(who.address.value, mid, change, words, number_of, at_moment),
        text=words,
        written_at=_written_at(told),
    )


def _delivery(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    named = at(told, "delivery", "mids")
    mids = [mid for mid in named if isinstance(mid, str) and mid] if isinstance(named, list) else []
    if mids:
        return [InboundStatus(mid, DeliveryNews.DELIVERED) for mid in mids]
    return _up_to(told, side, DeliveryNews.DELIVERED, number(told, "delivery", "watermark"))


def _read(told: dict[str, Any], side: Side) -> Iterable[Inbound]:
    """Messenger tells until when all is read, Instagram up to which message."""
    mid = text(told, "read", "mid")
    if mid:
        return [InboundStatus(mid, DeliveryNews.READ, with_earlier=True)]
    return _up_to(told, side, DeliveryNews.READ, number(told, "read", "watermark"))


def _up_to(told: dict[str, Any], side: Side, news: DeliveryNews, watermark: float | None) -> Iterable[Inbound]:
    until = moment(watermark / 1000) if watermark else None
    if until is None:
        return [InboundNotice("news_of_nothing_ours")]
    return [InboundStatus("", news, to=_sender(told, side).address, up_to=until)]


# What an event is about, the first that stands in it.
_EVENTS: dict[str, Callable[[dict[str, Any], Side], Iterable[Inbound]]] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "reaction": _reaction,
    "delivery": _delivery,
    "read": _read,
}


def _sender(told: dict[str, Any], side: Side) -> Participant:
    return Participant(Address(side.kind, text(told, "sender", "id") or "?"))


def _is_ours(told: dict[str, Any], side: Side) -> bool:
    return text(told, "sender", "id") == side.own_id


def _written_at(told: dict[str, Any]) -> datetime | None:
    milliseconds = number(told, "timestamp")
    return moment(milliseconds / 1000) if milliseconds else None


def _came_from(referral: Any) -> Page | None:
    """The advertisement, the product or the link by which they came to us."""
    title = text(referral, "ads_context_data", "ad_title") or text(referral, "product", "id") or text(referral, "ref")
    url = text(referral, "referer_uri")
    if not title and not url:
        return None
    return Page(url if url.startswith(("https://", "http://")) else "", title or url)
