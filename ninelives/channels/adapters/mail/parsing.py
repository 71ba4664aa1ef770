"""MIME with limits: the standard library's parser, kept from drowning in parts or in depth.

Parsed under the old `compat32` policy on purpose: `email.policy.default` takes nine times as long, raises on broken
fields, and its structured headers are read by nobody here.
"""

import binascii
import re
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Policy, compat32
from email.utils import collapse_rfc2231_value
from functools import partial
from typing import cast

from .charsets import clean, from_parser
from .headers import Headers
from .limits import MAX_CONTENT_HEADER, MAX_HEADER, MAX_HEADERS, MAX_NESTING, MAX_PARTS
from .remarks import Remarks

_CHUNK = 1 << 20
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^[!-9;-~]+[ \t]*:.*\n(?:[ \t].*\n)*", re.MULTILINE)
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)


class _TooManyParts(Exception):
    """Thrown through the parser, which would go on for millions of empty parts."""


class Ledger:
    """What all parts of one mail count together."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks = remarks
        self.parts = 0
        # The first part that others are put into: the mail itself, once the parser gives up on it.
        self.root: Part | None = None


class Part(Message):
    """A part that tells the parser not to split what lies too deep, and never to split an attached message: that one
    stays the bytes it was, to be kept as a file."""

    def __init__(self, policy: Policy, *, ledger: Ledger) -> None:
        super().__init__(policy=policy)
        self._ledger = ledger
        self._headers_of_part: Headers | None = None
        self.nesting = 0

    @property
    def headers(self) -> Headers:
        if self._headers_of_part is None:
            self._headers_of_part = Headers((name, str(value)) for name, value in self.raw_items())
        return self._headers_of_part

    @property
    def media_type(self) -> str:
        return super().get_content_type()

    @property
    def declared_maintype(self) -> str:
        """The first half of the type as the mail declares it, "" when it declares none."""
        return self.headers.raw("content-type").partition("/")[0].strip().lower()

    @property
    def parts(self) -> "list[Part]":
        payload = self.get_payload()
        return [part for part in payload if isinstance(part, Part)] if isinstance(payload, list) else []

    @property
    def file_name(self) -> str:
        return self.parameter("filename", "content-disposition") or self.parameter("name")

    def parameter(self, name: str, field: str = "content-type") -> str:
        """One parameter of a field, its RFC 2231 form undone; "" where there is none or nobody can read it."""
        try:
            value = self.get_param(name, "", field)
            return clean(collapse_rfc2231_value(value)).strip() if value else ""
        except (ValueError, TypeError, LookupError):  # The library trips over mixed and mis-numbered sections.
            return ""

    def set_raw(self, name: str, value: str) -> None:
        if len(self._headers) >= MAX_HEADERS:  # type: ignore[attr-defined]
            self._ledger.remarks.add("too_many_headers")
            return
        if name[:8].lower() == "content-":
            value = value[:MAX_CONTENT_HEADER]
            # Raw bytes in a name, decoded before the library would make question marks of them. A boundary stays as
            # it is: it is compared with lines that are not decoded.
            value = value if value.isascii() or "boundary" in value.lower() else from_parser(value)
        super().set_raw(name, value[:MAX_HEADER])

    def attach(self, payload: "Part") -> None:  # type: ignore[override]
        self._ledger.parts += 1
        if self._ledger.root is None:
            self._ledger.root = self
        if self._ledger.parts > MAX_PARTS:
            raise _TooManyParts
        payload.nesting = self.nesting + 1
        super().attach(payload)

    def get_content_maintype(self) -> str:
        kind = super().get_content_maintype()
        if kind == "message":
            return "application"
        if kind == "multipart" and self.nesting >= MAX_NESTING:
            self._ledger.remarks.add("too_deep")
            return "text"
        return kind

    def get_content_type(self) -> str:
        kind = super().get_content_type()
        # The parser would split it into messages of its own; `bounces` reads the bytes.
        return "text/plain" if kind == "message/delivery-status" else kind

    def content(self) -> bytes:
        """The bytes of a leaf, its transfer encoding undone as far as that goes."""
        try:
            raw = self.get_payload(decode=True)
        except (ValueError, binascii.Error):
            self._ledger.remarks.add("part_undecodable")
            raw = str(self.get_payload()).encode("utf-8", "surrogateescape")
        return raw if isinstance(raw, bytes) else b""


def parse(body: bytes, remarks: Remarks) -> Part:
    """The mail as a tree of parts. Where a line that is no field ends the header too early, it is left out."""
    root = _parse(body, remarks)
    if "from" in root.headers or not root.defects:
        return root
    head, blank, rest = body.partition(b"\r\n\r\n" if b"\r\n\r\n" in body[:MAX_HEADER] else b"\n\n")
    mended = b"".join(_FIELD.findall(head[:MAX_HEADER] + blank[: len(blank) // 2]))
    if not _FROM.search(mended):
        return root
    remarks.add("broken_header")
    return _parse(mended + blank[len(blank) // 2 :] + rest, remarks)


def parse_head(body: bytes) -> Part:
    """The mail without what follows its header."""
    return parse(_BLANK_LINE.split(body, maxsplit=1)[0] + b"\n\n", Remarks())


def _parse(body: bytes, remarks: Remarks) -> Part:
    ledger = Ledger(remarks)
    parser = BytesFeedParser(partial(Part, ledger=ledger), policy=compat32)
    try:
        for start in range(0, len(body), _CHUNK):
            parser.feed(body[start : start + _CHUNK])
        return cast(Part, parser.close())
    except _TooManyParts:
        remarks.add("too_many_parts", str(MAX_PARTS))
        return cast(Part, ledger.root)
