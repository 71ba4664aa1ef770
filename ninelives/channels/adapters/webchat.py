"""Web chat: the door of customers (`reception/views/chat.py`) is our own, and so is the document it stores.

In: one JSON document a message, written by that door, which has checked who the visitor is. Nothing else may call.
Out: nothing to do. An answer that is marked as sent is the visitor's to fetch, and their browser is told so.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    FileOpener,
    Inbound,
    InboundFile,
    InboundMessage,
    Outbound,
    Page,
    Participant,
    Setting,
    Unreadable,
    Usual,
)
from ninelives.foundation.address import Address, Proof

MAX_LENGTH = 5000
MAX_FILE_BYTES = 20_000_000


class WebChat(Usual):
    kind = address_kind = "webchat"
    icon = "webchat"
    # Its door is our own.
    is_called = False
    is_stamped = False
    abilities = Abilities(
        max_length=MAX_LENGTH,
        max_attachment_bytes=MAX_FILE_BYTES,
        live=True,
        reopens_within=timedelta(days=7),
        repeatable=True,
    )
    settings = (
        Setting("key", required=True, is_made=True),
        Setting("secret", required=True, secret=True, is_made=True),
        Setting("colour", default="#1f5f8b", pattern="#[0-9a-fA-F]{6}", like="#1f5f8b"),
        *(Setting(f"{words}{language}") for words in ("greeting", "away") for language in ("", "_nl", "_en")),
    )

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return str(_loaded_or_empty(body).get("address", ""))

    def key(self, body: bytes, envelope: Envelope) -> str:
        return str(_loaded_or_empty(body).get("key", ""))

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return [_message(_loaded(body))]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        return outbound.external_id


def _message(told: dict[str, Any]) -> InboundMessage:
    text, key = _text(told, "text"), _text(told, "key")
    if not key or not _text(told, "address"):
        raise Unreadable("field_missing", "address" if key else "key")
    return InboundMessage(
        sender=Participant(Address("webchat", _text(told, "address")), _text(told, "name")),
        fingerprint=hashlib.sha256(key.encode()).hexdigest(),
        external_id=f"webchat:{key}",
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


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as reason:
        raise Unreadable("not_json") from reason
    if not isinstance(told, dict):
        raise Unreadable("not_json")
    return told


def _loaded_or_empty(body: bytes) -> dict[str, Any]:
    try:
        return _loaded(body)
    except Unreadable:
        return {}
