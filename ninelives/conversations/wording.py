"""What is asked, in the words that were said: by their stems in Dutch and English, their parts, or nearly so written.

Messages are indexed as they are written. What a word may also mean is looked up among all words that were ever said,
which are few beside the messages: docs/decisions/0012.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ninelives.foundation import spelling
from ninelives.foundation.asking import FEWEST_DIGITS, Asked, Piece
from ninelives.foundation.text import literally

# Shorter parts stand in half of all words; a stem is already cut, and must say more.
SHORTEST_PART, SHORTEST_STEM = 4, 5
# Words that one piece may stand for; the shortest first, as they are nearest to what was typed.
MOST_MEANT = 400
LOOKED_AT = 2000
MOST_NEAR = 6


@dataclass(frozen=True, slots=True)
class Meant:
    """One piece of what is asked: what was typed, and the words and joined numbers that it stands for."""

    piece: Piece
    # Parts that all of these have in them, but those of the same stem.
    parts: tuple[str, ...]
    words: tuple[str, ...]
    joined: tuple[str, ...]
    # There are more words than these.
    is_cut: bool = False

    @property
    def typed(self) -> str:
        """As PostgreSQL asks for words that begin so."""
        # Quoted, so that an address or a part number is cut into lexemes just as it was when it was stored.
        return " & ".join(f"'{word}':*" for word in map(_unquoted, self.piece.words) if word)

    @property
    def like(self) -> str:
        return " | ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in self.words)


def _unquoted(word: str) -> str:
    word = word.replace("'", " ").replace("\\", " ").strip()
    return word if any(letter.isalnum() for letter in word) else ""


def meant(asked: Asked) -> tuple[Meant, ...]:
    if not asked.pieces:
        return ()
    stems = _stems(asked.pieces)
    parts = [_parts(*one) for one in zip(asked.pieces, stems, strict=True)]
    found = _said(asked.pieces, stems, parts)
    return tuple(_meant(*one) for one in zip(asked.pieces, parts, found, strict=True))


def likely(asked: Asked) -> tuple[Meant, ...]:
    """What is meant; where something was never said, what is written nearly so."""
    exactly = meant(asked)
    is_known = not asked.is_nearly and all(one.words or one.joined for one in exactly)
    return exactly if is_known else nearly_meant(asked) or exactly


def nearly_meant(asked: Asked) -> tuple[Meant, ...]:
    """What is written nearly so, beside what is; nothing where nothing else is like it."""
    exactly = meant(asked)
    unknown = [one for one in exactly if not one.words and not one.joined] or exactly
    nearly = [_nearly(one.piece) if one in unknown else [] for one in exactly]
    if not any(nearly):
        return ()
    return tuple(
        Meant(one.piece, (*one.parts, *near), (*near, *one.words), one.joined) if near else one
        for one, near in zip(exactly, nearly, strict=True)
    )


def _meant(piece: Piece, parts: Sequence[str], found: Iterable[tuple[str, bool]]) -> Meant:
    words = [word for word, is_joined in found if not is_joined]
    joined = [word for word, is_joined in found if is_joined]
    return Meant(piece, tuple(parts), tuple(words[:MOST_MEANT]), tuple(joined), len(words) > MOST_MEANT)


def _core(piece: Piece) -> str:
    return piece.letters.strip("\"'()[]<>.,;:!?*%_&|\\/ -")


@dataclass(frozen=True, slots=True)
class _Stems:
    as_cut: str
    dutch: str
    english: str


def _stems(pieces: Sequence[Piece]) -> list[_Stems]:
    rows = _rows(_STEMS, {"words": [_core(piece) for piece in pieces]})
    return [_Stems(*(stem or "" for stem in row)) for row in rows]


def _parts(piece: Piece, stems: _Stems) -> list[str]:
    """What to look for within words: none of these has another in it."""
    core = _core(piece)
    parts = {core} if len(core) >= (FEWEST_DIGITS if core.isdecimal() else SHORTEST_PART) else set()
    if not piece.number and core.isalpha():
        # Only Dutch writes words together. Its stemmer leaves the s after a vowel: acties.
        cut = (stems.as_cut, stems.dutch, core.removesuffix("s"))
        parts |= {stem for stem in cut if len(stem) >= SHORTEST_STEM}
    return sorted(part for part in parts if not any(other in part for other in parts - {part}))


def _said(
    pieces: Sequence[Piece], stems: Sequence[_Stems], parts: Sequence[Sequence[str]]
) -> list[list[tuple[str, bool]]]:
    """Of each piece the words that were said, the shortest first."""
    given: dict[str, Any] = {"most": LOOKED_AT}
    selects = []
    for n, (piece, stem, of_it) in enumerate(zip(pieces, stems, parts, strict=True)):
        given |= {f"begin{n}": f"{literally(_core(piece))}%", f"dutch{n}": stem.dutch, f"english{n}": stem.english}
        given |= {f"part{n}_{number}": f"%{literally(part)}%" for number, part in enumerate(of_it)}
        selects += [_COLUMNS.format(n=n) + _PART.format(n=n, part=number) for number in range(len(of_it))]
        selects += [_COLUMNS.format(n=n) + one.format(n=n) for one in (_DUTCH, _ENGLISH)]
        selects += [] if of_it else [_COLUMNS.format(n=n) + _ACCENTED.format(n=n)]
    found: list[list[tuple[str, bool]]] = [[] for _ in pieces]
    for n, word, is_joined, _length in _rows(" UNION ".join(selects) + " ORDER BY 4, 2", given):
        found[n].append((word, is_joined))
    return found


def _nearly(piece: Piece) -> list[str]:
    core = _core(piece)
    if not core.isalpha() or not spelling.allowed(core):
        return []
    most = spelling.allowed(core)
    given = {"word": core, "least": len(core) - most, "longest": len(core) + most, "most": LOOKED_AT}
    _rows(_ALIKE_ENOUGH, {})
    return spelling.nearest(core, {word for (word,) in _rows(_NEAR, given)}, MOST_NEAR)


def _rows(sql: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


_STEMS = """
    SELECT (ts_lexize('dutch_stem', word))[1], conversations_dutch_stem(word), (ts_lexize('english_stem', word))[1]
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked (word, n) ORDER BY n
"""
_COLUMNS = "(SELECT {n}, word, is_joined, length(folded) FROM conversations_word WHERE "
_PART = "folded LIKE %(part{n}_{part})s LIMIT %(most)s)"
_DUTCH, _ENGLISH = "dutch = %(dutch{n})s)", "english = %(english{n})s)"
# The beginning of a word is found among the words of messages themselves, where it has no accents.
_ACCENTED = "folded LIKE %(begin{n})s AND word <> folded LIMIT %(most)s)"
_ALIKE_ENOUGH = "SELECT set_config('pg_trgm.similarity_threshold', '0.35', true)"
_NEAR = """
    (SELECT folded FROM conversations_word
     WHERE outline = foundation_outline(%(word)s) AND length(folded) BETWEEN %(least)s AND %(longest)s LIMIT %(most)s)
    UNION
    (SELECT folded FROM conversations_word
     WHERE folded %% %(word)s AND outline IS NOT NULL AND length(folded) BETWEEN %(least)s AND %(longest)s
     LIMIT %(most)s)
"""
