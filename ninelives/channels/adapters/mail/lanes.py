"""Whose turn a mail is: a scan of the header that is cheap, and never fails."""

import hashlib
import re

from ninelives.channels.protocol import Envelope

from .addresses import normalised, parse
from .headers import unfold
from .limits import MAX_HEADER
from .remarks import Remarks

_FROM = re.compile(rb"^from[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")


def lane(body: bytes, envelope: Envelope) -> str:
    """The sender's address; else a hash, so that equal senderless mails still wait for each other."""
    head = _END.split(body[:MAX_HEADER], maxsplit=1)[0]
    for field in _FROM.findall(head):
        for participant in parse(unfold(field.decode("utf-8", "surrogateescape")), Remarks()):
            return participant.address.value
    return normalised(envelope.sender) or hashlib.sha256(head).hexdigest()
