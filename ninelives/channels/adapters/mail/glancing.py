"""What can be told of a mail at a glance, from its header and the bytes of its body, without taking it apart.

The imprint is how a mail is known again after its mailbox was numbered anew or moved to another server, also when the
mail itself was erased here. It leaves out what servers add on the way, where the mail can be told from others without.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from ninelives.channels.polling import Glance
from ninelives.channels.protocol import Envelope

from .addresses import normalised
from .headers import Headers
from .identity import LASTING, is_distinguishable, written_at
from .lanes import lane
from .limits import MAX_HEADER
from .parsing import parse_head
from .remarks import Remarks

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


def glance(chunks: Iterable[bytes]) -> Glance:
    pieces = iter(chunks)
    first = next(pieces, b"")
    head, body = _apart(first)
    headers = parse_head(head[: MAX_HEADER * 4]).headers
    envelope = _envelope(headers)
    return Glance(
        lane=lane(first, envelope),
        envelope=envelope,
        written_at=written_at(headers, Remarks()),
        imprint=_imprint(head, headers, _chain(body, pieces)),
    )


def _apart(first: bytes) -> tuple[bytes, bytes]:
    head, *rest = _BLANK_LINE.split(first, maxsplit=1)
    return head, rest[0] if rest else b""


def _envelope(headers: Headers) -> Envelope:
    """What the mail server that delivered it wrote on top; anything below may be the sender's own."""
    path = headers.raw("return-path").strip()
    sender = "<>" if path.replace(" ", "") == "<>" else normalised(path.strip("<> "))
    delivered = normalised(next((headers.raw(name).strip("<> ") for name in _DELIVERED if name in headers), ""))
    return Envelope(sender, (delivered,) if delivered else ())


def _imprint(head: bytes, headers: Headers, body: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    if is_distinguishable(headers):
        for name in LASTING:
            digest.update(" ".join(headers.raw(name).split()).encode("utf-8", "surrogateescape") + b"\0")
    else:
        digest.update(head)
    line_ends = b""
    for piece in body:
        # The empty lines at the end come and go between servers.
        kept = (line_ends + piece).rstrip(b"\r\n")
        line_ends = (line_ends + piece)[len(kept) :]
        digest.update(kept)
    return digest.hexdigest()


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
