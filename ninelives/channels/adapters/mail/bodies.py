"""Which parts of a mail are its words, and which are files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .charsets import decode
from .parsing import Part
from .remarks import Remarks

_TRAILING_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """One stretch of a mail's body, in either form or in both; "" is a form that the mail has not."""

    text: str = ""
    html: str = ""


def split(root: Part, remarks: Remarks) -> tuple[list[Words], list[Part]]:
    """The words in the order of the mail, and the parts that are files."""
    words: list[Words] = []
    files: list[Part] = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.is_multipart():
            _open(part, waiting, words, files, remarks)
        elif (kind := word_kind(part)) is None:
            files.append(part)
        else:
            words.append(_words(part, kind, remarks))
    return [found for found in words if found.text.strip() or found.html.strip()], files


def word_kind(part: Part) -> str | None:
    """`text` or `html` for a part that is to be read as the mail's words."""
    if _is_attached(part):
        return None
    kind = part.media_type
    if kind == "text/html":
        return "html"
    return "text" if kind == "text/plain" or part.declared_maintype in ("", "multipart") else None


def _open(part: Part, waiting: list[Part], words: list[Words], files: list[Part], remarks: Remarks) -> None:
    if part.media_type == "multipart/alternative":
        found, others = _alternatives(part, remarks)
        words.append(found)
        files += others
    else:
        waiting += reversed(part.parts)


def _alternatives(part: Part, remarks: Remarks) -> tuple[Words, list[Part]]:
    """The same words several times over. Whatever is neither plain nor HTML (an invitation, say) stays a file."""
    text = html = ""
    files: list[Part] = []
    for leaf in _leaves(part):
        kind = word_kind(leaf)
        if kind == "html" and not html:
            html = _words(leaf, kind, remarks).html
        elif kind == "text" and not text:
            text = _words(leaf, kind, remarks).text
        elif kind is None or leaf.content().strip():
            files.append(leaf)
    return Words(text, html), files


def _leaves(part: Part) -> Iterator[Part]:
    waiting = [part]
    while waiting:
        found = waiting.pop()
        if found.is_multipart():
            waiting += reversed(found.parts)
        else:
            yield found


def _is_attached(part: Part) -> bool:
    disposition = part.headers.raw("content-disposition").partition(";")[0].strip().lower()
    if disposition == "attachment":
        return True
    if part.media_type == "text/html" and not disposition:
        return False  # Some clients name the HTML of the mail itself.
    return bool(part.file_name)


def _words(part: Part, kind: str, remarks: Remarks) -> Words:
    raw = part.content()
    written = decode(raw, part.parameter("charset"), remarks).replace("\r\n", "\n").replace("\r", "\n")
    if part.defects:
        remarks.add("broken_mime")
    if kind == "html":
        return Words(html=written)
    if part.parameter("format").lower() == "flowed":
        written = _unflowed(written, part.parameter("delsp").lower() == "yes")
    return Words(text=_TRAILING_SPACE.sub("", written))


def _unflowed(text: str, delete_space: bool) -> str:
    """Lines joined that were broken for transport only (RFC 3676)."""
    paragraphs: list[str] = []
    depth, flows = 0, False
    for line in text.split("\n"):
        quoted = len(line) - len(line.lstrip(">"))
        content = line[quoted:].removeprefix(" ")
        if flows and quoted == depth and content != "-- ":
            paragraphs[-1] += content
        else:
            paragraphs.append(line[:quoted] + " " * bool(quoted) + content)
        depth, flows = quoted, content.endswith(" ") and content != "-- "
        if flows and delete_space:
            paragraphs[-1] = paragraphs[-1][:-1]
    return "\n".join(paragraphs)
