"""Why a conversation was found: the words around what was typed, or the name of a file."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from ninelives.conversations import wording
from ninelives.conversations.roads import given_of, in_file_name, said_in
from ninelives.conversations.wording import Meant
from ninelives.customers import naming
from ninelives.foundation import asking
from ninelives.foundation.text import folded

# Letters looked at of a message, shown before what was found, and shown in all: a line of a list is short.
LOOKED_AT, BEFORE, SHOWN = 4000, 10, 160
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Reason:
    words: tuple[Words, ...]
    is_file: bool = False


def reasons(ids: Collection[UUID], q: str) -> dict[UUID, Reason]:
    """Of those of these conversations in which it was said, or of which a file is called so."""
    asked = asking.read(q)
    if not asked.pieces or not ids:
        return {}
    meant = wording.likely(asked)
    sql = _SAID.replace("SAID", said_in(meant)).replace("IN_NAME", in_file_name(asked))
    given = {"ids": list(ids), "letters_looked_at": LOOKED_AT, **naming.given(asked), **given_of(meant)}
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    return {id_: reason for id_, text, file in rows if (reason := _reason(text, file, _pattern(meant)))}


def _reason(text: str | None, file: str | None, pattern: re.Pattern[str]) -> Reason | None:
    said = _shown(text or "", pattern)
    if said or not file:
        return Reason(said) if said else None
    return Reason(_shown(file, pattern) or (Words(file, False),), is_file=True)


def _shown(text: str, pattern: re.Pattern[str]) -> tuple[Words, ...]:
    line = " ".join(text.split())
    found = pattern.search(folded(line))
    if not found:
        return ()
    start = max(0, found.start() - BEFORE)
    start = (line.find(" ", start, found.start()) + 1 or found.start()) if start else 0
    cut = line[start : start + SHOWN]
    return (*([Words("…", False)] if start else []), *_marked(cut, pattern))


def _marked(text: str, pattern: re.Pattern[str]) -> Iterator[Words]:
    at = 0
    for found in pattern.finditer(folded(text)):
        if found.start() > at:
            yield Words(text[at : found.start()], False)
        yield Words(text[found.start() : found.end()], True)
        at = found.end()
    if at < len(text):
        yield Words(text[at:], False)


def _pattern(meant: Sequence[Meant]) -> re.Pattern[str]:
    return re.compile("|".join(one for each in meant for one in _patterns(each)))


def _patterns(meant: Meant) -> Iterator[str]:
    """The longest first, where two begin at one place."""
    letters = meant.piece.letters
    if meant.piece.number:
        yield r"[^\w\n]{0,3}".join(map(re.escape, letters))
    words = {folded(word) for word in meant.words[:MOST_WORDS]} - set(meant.parts)
    yield from (
        rf"\b{re.escape(word)}\b"
        for word in sorted(words, key=len, reverse=True)
        if not any(part in word for part in meant.parts)
    )
    yield from map(
        re.escape, sorted({*meant.parts, letters} if len(letters) > 3 else meant.parts, key=len, reverse=True)
    )
    yield rf"\b{re.escape(letters)}"


# The newest words of a conversation are looked at: one of a thousand messages is not read for a line of a list.
_SAID = """
    SELECT one.id, said.text, file.name
    FROM unnest(%(ids)s::uuid[]) AS one (id)
    LEFT JOIN LATERAL (
        SELECT left(m.text, %(letters_looked_at)s) AS text
        FROM (
            SELECT * FROM conversations_message WHERE conversation_id = one.id ORDER BY occurred_at DESC LIMIT 50
        ) AS m
        WHERE SAID LIMIT 1
    ) AS said ON true
    LEFT JOIN LATERAL (
        SELECT a.name FROM conversations_message m JOIN conversations_attachment a ON a.message_id = m.id
        WHERE m.conversation_id = one.id AND m.has_files AND coalesce(IN_NAME, false) LIMIT 1
    ) AS file ON true
"""
