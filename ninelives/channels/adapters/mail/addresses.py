"""Mail addresses out of header fields, however they are written, and in the one form in which we compare them."""

import re
import unicodedata
from collections.abc import Iterator

from ninelives.channels.protocol import Participant
from ninelives.foundation.address import Address

from .headers import Headers, decode_words
from .limits import MAX_RECIPIENTS
from .remarks import Remarks

# Every alternative matches to the end where its closing sign is missing: no token is ever tried twice, so that the
# time is linear in hostile fields too.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?$)'  # "quoted name"
    r"|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?="  # an encoded word may hold a comma
    r"|<[^<>]*>?"
    r"|\((?:[^()\\]|\\.)*\)?"
    r"|[,;:]"
    r"|[^\s\",;:<(]+"
    r"|\s+|.",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)")
_FORBIDDEN = re.compile('[\\s<>()",;:\\\\\\[\\]\x00-\x1f\x7f\ud800-\udfff]')
# White space and comments inside the brackets: allowed until 2001 (RFC 5322, 4.4), and still met.
_COMMENT = re.compile(r"\([^()]*\)|\s+")
_ROUTE = re.compile(r"^@[^:]*:")


def normalised(value: str) -> str:
    """The address as we compare it, or "" when it is none: `Dora@Bücher.Example` → `dora@xn--bcher-kva.example`."""
    value = unicodedata.normalize("NFC", value.strip().strip("<>'").strip())
    local, _, domain = _ROUTE.sub("", value.removeprefix("mailto:")).rpartition("@")
    local, domain = local.strip('" ').lower(), _ascii_domain(domain.strip().rstrip(".").lower())
    if not local or not domain or len(local) + len(domain) > 254 or _FORBIDDEN.search(local + domain.strip("[]")):
        return ""
    return f"{local}@{domain}"


def address(value: str) -> Address | None:
    found = normalised(value)
    return Address("mail", found) if found else None


def participants(headers: Headers, names: tuple[str, ...], remarks: Remarks) -> tuple[Participant, ...]:
    """Everybody in these fields, each address once, in order."""
    found: dict[str, Participant] = {}
    for field in headers.raw_all(*names):
        for participant in parse(field, remarks):
            if len(found) >= MAX_RECIPIENTS:
                remarks.add("too_many_recipients")
                return tuple(found.values())
            found.setdefault(participant.address.value, participant)
    return tuple(found.values())


def parse(field: str, remarks: Remarks) -> Iterator[Participant]:
    """The mailboxes in an unfolded address field. Groups give their members; what is no address is passed over."""
    for name, value in _mailboxes(field):
        found = address(value)
        if found:
            shown = " ".join(decode_words(name, remarks).split())[:200].strip("'\" ")
            yield Participant(found, "" if shown.lower() == found.value else shown)


def _mailboxes(field: str) -> Iterator[tuple[str, str]]:
    words: list[str] = []
    angle = comment = ""
    for piece in _TOKEN.findall(field):
        if piece == ":" and not angle:
            words = []  # What stood before was the name of a group.
        elif piece in ",;":
            yield _mailbox(words, angle, comment)
            words, angle, comment = [], "", ""
        elif piece[0] == "<":
            angle = piece
        elif piece[0] == "(":
            comment = piece[1:].rstrip(")")
        else:
            words.append(_unquoted(piece))
    yield _mailbox(words, angle, comment)


def _mailbox(words: list[str], angle: str, comment: str) -> tuple[str, str]:
    bare = "".join(words).strip()
    if angle:
        return bare or comment, _COMMENT.sub("", angle)
    if " " in bare and "@" in bare:  # A name and an address, and nobody wrote the brackets.
        name, _, bare = bare.rpartition(" ")
        return name, bare
    return comment, bare


def _unquoted(token: str) -> str:
    return _ESCAPED.sub(r"\1", token.strip('"')) if token[0] == '"' else token


def _ascii_domain(domain: str) -> str:
    if domain.isascii() or len(domain) > 255:
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
