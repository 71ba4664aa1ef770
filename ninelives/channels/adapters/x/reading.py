"""What X tells us of (https://docs.x.com/x-api/account-activity/introduction), as facts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ninelives.channels.bodies import at, each, fingerprint, loaded, loaded_or_empty, moment, number, text
from ninelives.channels.protocol import (
    Change,
    DeliveryNews,
    Inbound,
    InboundChange,
    InboundFile,
    InboundMessage,
    InboundNotice,
    InboundStatus,
    Page,
    Participant,
    Unreadable,
)
from ninelives.foundation.address import Address, Proof

Told = dict[str, Any]
Reads = Callable[[Told, Told], Inbound]


def read(body: bytes, uses: Mapping[str, Reads]) -> list[Inbound]:
    """One call may tell of several things. `uses`: how each kind of them is read."""
    told = loaded(body)
    facts = [reads(one, told) for name, reads in uses.items() for one in each(told, name)]
    others = [name for name in told if name.endswith(("_event", "_events")) and name not in uses]
    return [*facts, *(_notice(name, told) for name in others)] or [InboundNotice("nothing_in_it")]


def lane(body: bytes) -> str:
    told = loaded_or_empty(body)
    places = (
        ("tweet_create_events", 0, "user", "id_str"),
        ("tweet_delete_events", 0, "status", "user_id"),
        ("direct_message_events", 0, "message_create", "sender_id"),
        ("direct_message_mark_read_events", 0, "sender_id"),
    )
    return next((found for place in places if (found := text(told, *place))), "")


def _notice(name: str, told: Told) -> InboundNotice:
    if name == "user_event":
        return InboundNotice(f"about_account:{next(iter(at(told, name) or ()), '?')}")
    return InboundNotice(f"not_used:{name}")


def _post(post: Told, told: Told) -> Inbound:
    """Whoever passes a post on says nothing; whoever quotes one does."""
    if text(post, "user", "id_str") == text(told, "for_user_id") != "":
        return InboundNotice("own_message")
    if isinstance(post.get("retweeted_status"), dict):
        return InboundNotice("not_used:retweet")
    id_, handle, media = text(post, "id_str"), text(post, "user", "screen_name"), _media_of_post(post)
    return _message(
        post,
        sender=_who(at(post, "user"), text(post, "user", "id_str")),
        id_=id_,
        words=_words(text(post, "extended_tweet", "full_text") or text(post, "text"), post, media),
        files=tuple(_file(one) for one in media),
        written_at=_moment(text(post, "timestamp_ms")),
        refers_to=(text(post, "in_reply_to_status_id_str"), text(post, "quoted_status_id_str")),
        page=Page(f"https://x.com/{handle or 'i'}/status/{id_}", f"@{handle}" if handle else "") if id_ else None,
    )


def _post_withdrawn(gone: Told, told: Told) -> Inbound:
    id_, user = text(gone, "status", "id"), text(gone, "status", "user_id")
    if not id_ or user == text(told, "for_user_id"):
        return InboundNotice("own_message" if id_ else "nothing_in_it")
    written = _moment(text(gone, "timestamp_ms"))
    return InboundChange(_who(None, user), id_, Change.DELETED, fingerprint(id_, Change.DELETED), written_at=written)


def _direct_message(event: Told, told: Told) -> Inbound:
    if text(event, "type") not in ("message_create", ""):
        return InboundNotice(f"not_used:{text(event, 'type')}")
    sender = text(event, "message_create", "sender_id")
    if sender == text(told, "for_user_id") != "":
        return InboundNotice("own_message")
    said, media = at(event, "message_create", "message_data"), at(event, *_ATTACHED, "media")
    found = [media] if isinstance(media, dict) else []
    return _message(
        at(event, *_ATTACHED) or {},
        sender=_who(at(told, "users", sender), sender),
        id_=text(event, "id"),
        words=_words(text(said, "text"), said if isinstance(said, dict) else {}, found),
        files=tuple(_file(one) for one in found),
        written_at=_moment(text(event, "created_timestamp")),
    )


def _has_read(event: Told, told: Told) -> Inbound:
    """The newest that they saw, and so all before it."""
    id_ = text(event, "last_read_event_id")
    if not id_ or text(event, "sender_id") == text(told, "for_user_id"):
        return InboundNotice("not_used:direct_message_mark_read_events")
    return InboundStatus(id_, DeliveryNews.READ, with_earlier=True)


# What is said in public, and what is said to us alone.
POSTS: dict[str, Reads] = {"tweet_create_events": _post, "tweet_delete_events": _post_withdrawn}
MESSAGES: dict[str, Reads] = {
    "direct_message_events": _direct_message,
    "direct_message_mark_read_events": _has_read,
}
_ATTACHED = ("message_create", "message_data", "attachment")


def _message(
    told: Told,
    *,
    sender: Participant,
    id_: str,
    words: str,
    files: tuple[InboundFile, ...],
    written_at: datetime | None,
    refers_to: tuple[str, ...] = (),
    page: Page | None = None,
) -> InboundMessage:
    kept = tuple(one for one in files if one.reference)
    remarks = () if words or kept else (f"unsupported_message:{text(told, 'type') or '?'}",)
    return InboundMessage(
        sender=sender,
        external_id=id_,
        fingerprint=fingerprint(id_, words, *(one.reference for one in kept)),
        refers_to=tuple(one for one in refers_to if one),
        text=words,
        own_text=words,
        files=kept,
        written_at=written_at,
        proof=Proof.PROVEN,
        distinguishable=bool(id_),
        remarks=remarks,
        page=page,
    )


def _who(told: object, id_: str) -> Participant:
    if not id_:
        raise Unreadable("no_sender")
    handle = text(told, "screen_name")
    return Participant(Address("x", id_), text(told, "name") or (f"@{handle}" if handle else ""))


def _words(words: str, told: Told, media: list[Told]) -> str:
    """As people see it: addresses as they are, and none for the pictures that stand beside it."""
    whole = at(told, "extended_tweet") or told
    for one in each(whole, "entities", "urls"):
        short, long = text(one, "url"), text(one, "expanded_url")
        words = words.replace(short, long) if short and long else words
    for one in media:
        words = words.replace(text(one, "url"), "") if text(one, "url") else words
    # Three characters are escaped, and no others.
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(escaped, sign)
    return words.strip()


def _media_of_post(post: Told) -> list[Told]:
    return each(post, "extended_tweet", "extended_entities", "media") or each(post, "extended_entities", "media")


def _file(media: Told) -> InboundFile:
    """Of a film the best that there is."""
    films = [one for one in each(media, "video_info", "variants") if text(one, "content_type") == "video/mp4"]
    best = max(films, key=lambda one: number(one, "bitrate") or 0, default=None)
    url = text(best, "url") or text(media, "media_url_https") or text(media, "media_url")
    name = urlsplit(url).path.rpartition("/")[2] or "file"
    return InboundFile(name, "video/mp4" if best else _TYPES.get(name.rpartition(".")[2].lower(), ""), reference=url)


_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


def _moment(milliseconds: str) -> datetime | None:
    return moment(int(milliseconds) / 1000) if milliseconds.isdecimal() else None
