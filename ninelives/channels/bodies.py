"""Taking apart what providers send: JSON and forms of which nothing can be trusted but the signature."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl

from ninelives.channels.protocol import BadSignature, Unreadable


def loaded(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Unreadable."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as reason:
        raise Unreadable("not_json") from reason
    if not isinstance(told, dict):
        raise Unreadable("not_json")
    return told


def loaded_or_empty(body: bytes) -> dict[str, Any]:
    with suppress(Unreadable):
        return loaded(body)
    return {}


def form(body: bytes) -> dict[str, str]:
    """Of a form that was posted; of a name told twice, the last. Raises Unreadable."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=500)
    except (UnicodeDecodeError, ValueError) as reason:
        raise Unreadable("not_a_form") from reason
    return {name: clean(value) for name, value in pairs}


def form_or_empty(body: bytes) -> dict[str, str]:
    with suppress(Unreadable):
        return form(body)
    return {}


def clean(value: object) -> str:
    """Text that a database can keep; "" of what is no text. Numbers are ids that somebody wrote as such."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def at(told: object, *path: str | int) -> Any:
    """What stands there; None where there is no such place."""
    for step in path:
        if isinstance(step, str) and isinstance(told, dict):
            told = told.get(step)
        elif isinstance(step, int) and isinstance(told, list) and -len(told) <= step < len(told):
            told = told[step]
        else:
            return None
    return told


def text(told: object, *path: str | int) -> str:
    return clean(at(told, *path))


def each(told: object, *path: str | int) -> list[dict[str, Any]]:
    """The objects of a list that stands there."""
    found = at(told, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def file_content(told: object) -> bytes:
    """The bytes that stand in `content`, as base64. Raises Unreadable."""
    try:
        return base64.b64decode(text(told, "content"), validate=True)
    except (binascii.Error, ValueError) as reason:
        raise Unreadable("field_missing", "content") from reason


def number(told: object, *path: str | int) -> float | None:
    found = at(told, *path)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def moment(seconds: object) -> datetime | None:
    """From seconds since 1970, as text or number; None where that is no moment of this world."""
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso_moment(told: str, zone: tzinfo | None = None) -> datetime | None:
    """As ISO 8601 has it; None where it is none, and where it names no zone unless `zone` says which is meant."""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    if found.tzinfo:
        return found
    return found.replace(tzinfo=zone) if zone else None


def map_link(latitude: float | None, longitude: float | None) -> str:
    """Where a place of these degrees is seen."""
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"


def fingerprint(*parts: object) -> str:
    """Equal for equal parts, and for no others."""
    return hashlib.sha256("\0".join(clean(part) for part in parts).encode()).hexdigest()


def must_be(expected: str | bytes, given: str) -> None:
    """Raise BadSignature unless they are the same; how much of it is right cannot be told from the time it takes."""
    wanted = expected if isinstance(expected, bytes) else expected.encode("utf-8", "replace")
    if not wanted or not hmac.compare_digest(wanted, given.encode("utf-8", "replace")):
        raise BadSignature


def hex_hmac(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def lines(parts: Iterable[str]) -> str:
    """Those that have something in them, under each other."""
    return "\n".join(part for part in parts if part)


def is_pdf(content: bytes) -> bool:
    """Some programs put bytes of their own before it (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in content[:1024]
