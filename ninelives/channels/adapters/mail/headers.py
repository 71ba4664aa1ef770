"""Header fields as people meant them: folded, encoded by RFC 2047 (well or badly), or simply raw bytes."""

import binascii
import re
from collections.abc import Iterable

from .charsets import clean, decode, from_parser
from .limits import MAX_HEADER
from .remarks import Remarks

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
# Between two encoded words, white space is no text (RFC 2047, 6.2).
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


class Headers:
    """The header fields of one part, found by lower-case name; values as the parser left them."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in items:
            self._values.setdefault(name.strip().lower(), []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> str:
        """The first field of this name, unfolded and undecoded; "" without."""
        values = self._values.get(name)
        return unfold(values[0]) if values else ""

    def raw_all(self, *names: str) -> list[str]:
        return [unfold(value) for name in names for value in self._values.get(name, ())]

    def text(self, name: str, remarks: Remarks) -> str:
        return decode_words(self.raw(name), remarks)


def unfold(value: str) -> str:
    return from_parser(_FOLD.sub(" ", value[:MAX_HEADER]) if "\n" in value or "\r" in value else value[:MAX_HEADER])


def decode_words(value: str, remarks: Remarks) -> str:
    """RFC 2047 words to text. What is no word, or cannot be decoded, stays as it is."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    end, pending, charset = 0, b"", ""
    joined = _BETWEEN_WORDS.sub(r"\1", value)
    for word in _WORD.finditer(joined):
        adjacent = word.start() == end and pending
        if not adjacent or charset != word[1].partition("*")[0].lower():
            # Words of one charset are joined before they are decoded: many senders cut inside a character.
            pieces += [decode(pending, charset, remarks), joined[end : word.start()]]
            pending, charset = b"", word[1].partition("*")[0].lower()
        pending += _word_bytes(word[2], word[3])
        end = word.end()
    return clean("".join([*pieces, decode(pending, charset, remarks), joined[end:]]))


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    packed = _NOT_BASE64.sub(b"", raw)
    # One character too many holds no whole byte; missing padding is added.
    packed = packed[: len(packed) - 1] if len(packed) % 4 == 1 else packed
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
