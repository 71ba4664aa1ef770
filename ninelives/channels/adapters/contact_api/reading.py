"""What a server of the organisation's own posts: a message of a customer, or news of one of ours. Version 1."""

from datetime import UTC, datetime
from typing import Any

from ninelives.channels.bodies import each, file_content, fingerprint, iso_moment, moment, number, text
from ninelives.channels.protocol import (
    AccountView,
    DeliveryNews,
    Inbound,
    InboundFile,
    InboundMessage,
    InboundStatus,
    Participant,
    Unreadable,
)
from ninelives.foundation.address import Address, Proof

VERSION = 1
MOST_FILES = 10
_MOST_TEXT = 100_000


def read(told: dict[str, Any], account: AccountView) -> Inbound:
    version = told.get("version", VERSION)
    if version != VERSION:
        raise Unreadable("unknown_version", str(version)[:40])
    return _status(told) if "status" in told else _message(told, account)


def _status(told: dict[str, Any]) -> InboundStatus:
    try:
        news = DeliveryNews(text(told, "status"))
    except ValueError as reason:
        raise Unreadable("field_missing", "status") from reason
    # We gave it our id, and may have been given one of its own.
    return InboundStatus(_needed(told, "id"), news, text(told, "reason")[:500], told_id=text(told, "id"))


def _message(told: dict[str, Any], account: AccountView) -> InboundMessage:
    sender, words, files = _needed(told, "from"), text(told, "text"), _files(told)
    if not words.strip() and not files:
        raise Unreadable("field_missing", "text")
    message_id, answers = text(told, "id"), text(told, "answers")
    return InboundMessage(
        sender=Participant(Address("contact_api", f"{account.id}:{sender[:200]}"), text(told, "name")[:200]),
        fingerprint=fingerprint(message_id, sender, words, *(_mark(one) for one in files)),
        external_id=message_id[:300],
        refers_to=(answers,) if answers else (),
        text=words[:_MOST_TEXT],
        own_text=words[:_MOST_TEXT],
        files=files,
        written_at=_at(told),
        proof=Proof.PROVEN,
        distinguishable=bool(message_id),
        language=text(told, "language")[:2].lower(),
        also=_proven_mail(told),
        remarks=("text_cut",) if len(words) > _MOST_TEXT else (),
    )


def _needed(told: dict[str, Any], name: str) -> str:
    value = text(told, name).strip()
    if not value:
        raise Unreadable("field_missing", name)
    return value


def _at(told: dict[str, Any]) -> datetime | None:
    """Seconds since 1970, or as ISO 8601 has it."""
    seconds = number(told, "at")
    if seconds is not None:
        return moment(seconds)
    return iso_moment(text(told, "at"), UTC)


def _proven_mail(told: dict[str, Any]) -> tuple[Address, ...]:
    """An address that the server has verified, as its documentation says."""
    mail = text(told, "mail").strip().lower()
    local, found, domain = mail.rpartition("@")
    return (Address("mail", mail),) if local and found and "." in domain and len(mail) < 255 else ()


def _files(told: dict[str, Any]) -> tuple[InboundFile, ...]:
    given = each(told, "files")
    if len(given) > MOST_FILES:
        raise Unreadable("too_many_files", str(MOST_FILES))
    return tuple(_file(one) for one in given)


def _file(told: dict[str, Any]) -> InboundFile:
    name, media_type = text(told, "name")[:200] or "file", text(told, "media_type")[:100] or "application/octet-stream"
    if "content" not in told:
        return InboundFile(name, media_type, reference=_needed(told, "url")[:2000])
    return InboundFile(name, media_type, file_content(told))


def _mark(file: InboundFile) -> str:
    return file.reference or fingerprint(file.content.hex())
