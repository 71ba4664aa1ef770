"""Conversations that another system had: one line of JSON each, to be read here and answered nowhere.

`{"id": "792", "messages": [{"from": "customer", "text": "…", "at": "2024-03-01T09:00:00Z"}, {"from": "agent", …}]}`;
`at`, `subject` and `customer` (`{"name", "email"}`) may be absent.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    FileOpener,
    Inbound,
    InboundMessage,
    Outbound,
    Participant,
    Refused,
    Unreadable,
    Usual,
)
from ninelives.foundation.address import Address, Proof

MOST_MESSAGES = 10_000
MOST_CHARACTERS = 200_000


class Archive(Usual):
    kind = address_kind = "archive"
    icon = "history"
    # It has no door: an import puts it in.
    is_called = False
    is_stamped = False
    abilities = Abilities(attachments=False, answers=False)
    settings = ()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return hashlib.sha256(body).hexdigest()[:32]

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        dialogue = _loaded(body)
        dialogue_id, customer = _name(dialogue.get("id")) or self.lane(body, envelope), _customer(dialogue)
        told = dialogue.get("messages")
        if not isinstance(told, list) or not told:
            raise Unreadable("field_missing", "messages")
        if len(told) > MOST_MESSAGES:
            raise Unreadable("too_many_parts", str(MOST_MESSAGES))
        them = customer or Participant(Address("archive", f"{account.address}/{dialogue_id}"), dialogue_id)
        us = Participant(Address("archive", account.address))
        return [
            _message(said, dialogue, f"{account.address}/{dialogue_id}", position, them, us)
            for position, said in enumerate(told)
        ]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        raise Refused("no_way_back")


def _message(
    said: Any, dialogue: dict[str, Any], name: str, position: int, them: Participant, us: Participant
) -> InboundMessage:
    if not isinstance(said, dict):
        raise Unreadable("field_missing", "text")
    text = _text(said)
    sender, taker = (them, us) if _is_customer(said) else (us, them)
    return InboundMessage(
        sender=sender,
        recipients=(taker,),
        fingerprint=hashlib.sha256(f"{name}\0{position}\0{text}".encode("utf-8", "replace")).hexdigest(),
        external_id=f"{name}/{position}",
        refers_to=(f"{name}/{position - 1}",) if position else (),
        subject=_name(dialogue.get("subject")),
        text=text,
        own_text=text,
        written_at=_moment(said.get("at")),
        proof=Proof.USUAL,
        remarks=() if len(str(said["text"])) <= MOST_CHARACTERS else ("text_cut",),
    )


def _is_customer(said: dict[str, Any]) -> bool:
    side = said.get("from")
    if side not in ("customer", "agent"):
        raise Unreadable("field_missing", "from")
    return bool(side == "customer")


def _text(said: dict[str, Any]) -> str:
    text = said.get("text")
    if not isinstance(text, str):
        raise Unreadable("field_missing", "text")
    return _storable(text)[:MOST_CHARACTERS]


def _customer(dialogue: dict[str, Any]) -> Participant | None:
    told = dialogue.get("customer")
    if not isinstance(told, dict) or "@" not in (email := _name(told.get("email")).lower()):
        return None
    return Participant(Address("mail", email), _name(told.get("name")))


def _name(value: Any) -> str:
    return _storable(str(value)).strip()[:200] if isinstance(value, str | int) else ""


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC) if at else None


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        dialogue = json.loads(body)
    except (ValueError, RecursionError) as reason:
        raise Unreadable("not_json") from reason
    if not isinstance(dialogue, dict):
        raise Unreadable("not_json")
    return dialogue
