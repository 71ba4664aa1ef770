"""What a mail is known by: its id, what it answers, when it was written, and a fingerprint of its content."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .headers import Headers
from .limits import MAX_ID, MAX_REFERENCES
from .remarks import Remarks

_ID = re.compile(r"<([^<>]+)>")
_SPACE = re.compile(r"\s+")
_BODY = re.compile(rb"\r?\n\r?\n")
# What stays the same by whatever road a mail comes: relays add fields and fold anew, and touch neither these nor the
# body.
LASTING = ("message-id", "from", "date", "subject")


def external_id(headers: Headers) -> str:
    """The Message-ID without its brackets; "" when the mail has none, so that it never matches anything."""
    found = _ids(headers.raw("message-id"))
    return found[0] if found else ""


def refers_to(headers: Headers) -> tuple[str, ...]:
    """The ids that this mail answers, nearest first."""
    answered = [found for field in headers.raw_all("in-reply-to") for found in _ids(field)]
    thread = [found for field in headers.raw_all("references") for found in _ids(field)]
    own = external_id(headers)
    nearest = dict.fromkeys(found for found in [*answered, *reversed(thread)] if found != own)
    return tuple(nearest)[:MAX_REFERENCES]


def fingerprint(body: bytes, headers: Headers) -> str:
    """A hash of identity and content. Equal for one mail by two roads, and different where the content differs even
    though the Message-ID is the same."""
    digest = hashlib.sha256()
    for name in LASTING:
        digest.update(_SPACE.sub(" ", headers.raw(name)).strip().encode() + b"\0")
    head = _BODY.search(body)
    digest.update(body[head.end() :].replace(b"\r\n", b"\n").strip() if head else b"")
    return digest.hexdigest()


def is_distinguishable(headers: Headers) -> bool:
    return bool(external_id(headers) or headers.raw("date").strip())


def written_at(headers: Headers, remarks: Remarks) -> datetime | None:
    raw = headers.raw("date").strip()
    if not raw:
        return None
    try:
        written = parsedate_to_datetime(raw[:200])
        # "-0000" says that the zone is not known; the library then gives a naive time in UTC.
        written = written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        written = None
    if written is None or written.year < 1990:
        remarks.add("bad_date", raw[:60])
        return None
    return written


def _ids(field: str) -> list[str]:
    words = field.split()
    # Without brackets, only what can be nothing else: one single word, or a word with an @.
    found = _ID.findall(field) or [word.strip("<>") for word in words if "@" in word or len(words) == 1]
    return [_bounded(_SPACE.sub("", candidate)) for candidate in found if candidate.strip()]


def _bounded(found: str) -> str:
    # The same id is shortened the same way wherever it is met.
    return found if len(found) <= MAX_ID else hashlib.sha256(found.encode()).hexdigest()
