"""What a server answers to a FETCH, whatever order it tells things in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

_BEGIN = re.compile(rb"\d+ \(")
_NUMBER = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"', re.IGNORECASE)
# A short body may come as a quoted string instead of a literal (RFC 3501, 4.5: nstring).
_QUOTED = re.compile(rb'\bBODY\[[A-Z]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)

Answer = Sequence[object]


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one mail."""

    uid: int
    size: int
    arrived_at: datetime | None
    body: bytes | None


def told(answer: Iterable[object]) -> dict[int, Told]:
    """By number; of a mail told twice, what was told first of it."""
    found: dict[int, Told] = {}
    for words, body in _by_mail(answer):
        # Without the body, in which anything may stand.
        facts = _QUOTED.sub(b"", words)
        number = _NUMBER.search(facts)
        if number:
            one = Told(int(number[1]), _size(facts), _date(facts), body if body is not None else _quoted(words))
            earlier = found.get(one.uid)
            if earlier is None or (earlier.body is None and one.body is not None):
                found[one.uid] = one
    return found


def ranges(uids: Sequence[int]) -> str:
    """Numbers as IMAP writes them: `1:4,7`."""
    found: list[list[int]] = []
    for uid in uids:
        if found and uid == found[-1][1] + 1:
            found[-1][1] = uid
        else:
            found.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else str(first) for first, last in found)


def _by_mail(answer: Iterable[object]) -> Iterable[tuple[bytes, bytes | None]]:
    """Words and literal of each mail: the library gives a tuple for what ends in a literal, and bytes for the rest."""
    words, body, begun = b"", None, False
    for item in answer:
        head, literal = item if isinstance(item, tuple) else (item, None)
        if not isinstance(head, bytes):
            continue
        if _BEGIN.match(head) and begun:
            yield words, body
            words, body = b"", None
        words, body, begun = words + head, literal if literal is not None else body, True
    if begun:
        yield words, body


def _size(words: bytes) -> int:
    found = _SIZE.search(words)
    return int(found[1]) if found else 0


def _date(words: bytes) -> datetime | None:
    found = _DATE.search(words)
    try:
        return parsedate_to_datetime(found[1].decode().replace("-", " ", 2)) if found else None
    except (ValueError, TypeError, IndexError):
        return None


def _quoted(words: bytes) -> bytes | None:
    found = _QUOTED.search(words)
    return _ESCAPED.sub(rb"\1", found[1]) if found else None
