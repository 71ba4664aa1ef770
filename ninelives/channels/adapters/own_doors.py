"""What our own doors for customers store: one JSON document a message, written after the door has checked who it is."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninelives.channels.bodies import loaded_or_empty
from ninelives.channels.protocol import InboundFile, InboundMessage, Page, Participant, Unreadable
from ninelives.foundation.address import Address, Proof


def lane(body: bytes) -> str:
    return str(loaded_or_empty(body).get("address", ""))


def key(body: bytes) -> str:
    return str(loaded_or_empty(body).get("key", ""))


def message(told: dict[str, Any], kind: str) -> InboundMessage:
    text, key = _text(told, "text"), _text(told, "key")
    if not key or not _text(told, "address"):
        raise Unreadable("field_missing", "address" if key else "key")
    return InboundMessage(
        sender=Participant(Address(kind, _text(told, "address")), _text(told, "name")),
        fingerprint=hashlib.sha256(key.encode()).hexdigest(),
        external_id=f"{kind}:{key}",
        text=text,
        own_text=text,
        files=tuple(InboundFile(_text(file, "name"), _text(file, "media_type"), sha256=_text(file, "sha256"))
                    for file in _list(told, "files")),
        proof=Proof.PROVEN if told.get("is_proven") is True else Proof.CLAIMED,
        language=_text(told, "language")[:5],
        also=_addresses(told, "also"),
        claimed=_addresses(told, "claimed"),
        written_at=_moment(told),
        page=_page(told),
        thread_tokens=tuple(filter(None, [_text(told, "thread")])),
        opens_as=number if isinstance(number := told.get("conversation"), int) else 0,
    )  # fmt: skip


def _page(told: dict[str, Any]) -> Page | None:
    page, context = _pairs(told, "page"), _pairs(told, "context")
    url = page.get("url", "")
    # It becomes a link on the desk; a page cannot make that anything else than a page.
    found = Page(url if url.startswith(("https://", "http://")) else "", page.get("title", ""), tuple(context.items()))
    return found if found != Page() else None


def _pairs(told: dict[str, Any], name: str) -> dict[str, str]:
    given = told.get(name, {})
    return {key: _text(given, key) for key in given} if isinstance(given, dict) else {}


def _moment(told: dict[str, Any]) -> datetime | None:
    """Of an imported chat; the door of customers writes none."""
    at = _text(told, "at")
    try:
        return datetime.fromisoformat(at) if at else None
    except ValueError as reason:
        raise Unreadable("field_missing", "at") from reason


def _addresses(told: dict[str, Any], name: str) -> tuple[Address, ...]:
    return tuple(Address(_text(one, "kind"), _text(one, "value")) for one in _list(told, name) if _text(one, "value"))


def _list(told: dict[str, Any], name: str) -> Sequence[dict[str, Any]]:
    given = told.get(name, [])
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise Unreadable("field_missing", name)
    return value.replace("\0", "")
