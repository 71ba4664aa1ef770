"""The mark in our own addresses and Message-IDs by which an answer finds its conversation: signed, so that a number
cannot be guessed."""

import re

from ninelives.foundation.secrets import is_signed, signature

_LENGTH = 12
_PURPOSE = "thread"
_OWN_ID = re.compile(r"\.([0-9a-z]+-[0-9a-f]{12})@")


def make(number: int) -> str:
    return f"{number}-{signature(_PURPOSE, str(number), _LENGTH)}"


def read(token: str) -> int | None:
    """The conversation's number, if we made this token."""
    number, _, signed = token.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return int(number) if is_signed(_PURPOSE, number, signed, _LENGTH) else None


def in_external_id(external_id: str) -> int | None:
    """The number in a Message-ID of ours."""
    found = _OWN_ID.search(external_id)
    return read(found[1]) if found else None
