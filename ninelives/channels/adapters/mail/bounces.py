"""News of our own mails in what mail servers send back: delivery reports (RFC 3464), their simple ancestors, and read
receipts (RFC 8098)."""

import re
from collections.abc import Iterator

from ninelives.channels.protocol import DeliveryNews, InboundStatus

from .charsets import guess
from .headers import Headers
from .identity import external_id, refers_to
from .machines import report_type
from .parsing import Part

_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_BLOCKS = re.compile(r"\n[ \t]*\n")
_ID_LINE = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b5\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b")
_PERMANENT = re.compile(
    r"permanent (?:fatal )?error|could not be delivered|undeliverable|"
    r"user unknown|no such user|niet (?:worden )?(?:be|af)geleverd|niet bezorgd|onbestelbaar|given up",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"will (?:be retried|continue to be|keep trying|retry)|not yet been delivered|has been delayed|still being|"
    r"wordt opnieuw geprobeerd|vertraagd",
    re.IGNORECASE,
)
_DIAGNOSTIC_PREFIX = re.compile(r"^[A-Za-z0-9-]{1,20};\s*")
_LIMIT = 65_536
_REASON = 500


def statuses(root: Part, files: list[Part], text: str) -> Iterator[InboundStatus]:
    """What this report says of mails that we sent. A delay is no status: the mail server is still trying."""
    if report_type(root.headers) == "disposition-notification":
        yield from _read_receipts(files)
        return
    reason = _reported_failure(files)
    if reason is None and not _has(files, "message/delivery-status"):
        reason = _told_failure(text)
    original = _original_id(root, files, text) if reason is not None else ""
    if reason is not None and original:
        yield InboundStatus(original, DeliveryNews.FAILED, reason)


def _reported_failure(files: list[Part]) -> str | None:
    """The reasons of all recipients that failed, None when none did."""
    reasons = [
        _reason(recipient)
        for part in files
        if part.media_type in ("message/delivery-status", "message/global-delivery-status")
        for recipient in _field_blocks(part)
        if recipient.raw("action").strip().lower() == "failed"
    ]
    return "; ".join(dict.fromkeys(reasons))[:_REASON] if reasons else None


def _reason(recipient: Headers) -> str:
    address = _DIAGNOSTIC_PREFIX.sub(
        "", recipient.raw("final-recipient") or recipient.raw("original-recipient")
    ).strip()
    said = _DIAGNOSTIC_PREFIX.sub("", recipient.raw("diagnostic-code").strip()) or recipient.raw("status").strip()
    return ": ".join(found for found in (address, " ".join(said.split())) if found)


def _told_failure(text: str) -> str | None:
    """The line with the reason in a bounce that has no report, None where it does not clearly say that it failed."""
    above = text[:_LIMIT]
    if _DELAYED.search(above):
        return None
    lines = above.split("\n")
    found = next((line for sign in (_CODE, _PERMANENT) for line in lines if sign.search(line)), None)
    return None if found is None else " ".join(found.split())[:_REASON]


def _read_receipts(files: list[Part]) -> Iterator[InboundStatus]:
    for part in files:
        if part.media_type == "message/disposition-notification":
            for block in _field_blocks(part):
                original = external_id(Headers([("message-id", block.raw("original-message-id"))]))
                if original and "displayed" in block.raw("disposition").lower():
                    yield InboundStatus(original, DeliveryNews.READ)


def _original_id(root: Part, files: list[Part], text: str) -> str:
    """The Message-ID of what came back: in the returned mail, its headers, the text, or what the report answers."""
    for part in files:
        if part.media_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            found = external_id(next(_field_blocks(part), Headers([])))
            if found:
                return found
    written = _ID_LINE.search(text[: 4 * _LIMIT])
    if written:
        return external_id(Headers([("message-id", written[1])]))
    return next(iter(refers_to(root.headers)), "")


def _field_blocks(part: Part) -> Iterator[Headers]:
    content = guess(part.content()[:_LIMIT]).replace("\r\n", "\n").strip("\n")
    for block in _BLOCKS.split(content):
        yield Headers((found[1], found[2]) for found in _FIELD.finditer(block))


def _has(files: list[Part], kind: str) -> bool:
    return any(part.media_type == kind for part in files)
