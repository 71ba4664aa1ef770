"""What the sender wrote now, apart from what is quoted and from the signature. Nothing here loses a word: the full text
is kept beside it, and in doubt nothing is folded."""

import re

_SIGNATURE_LINE = re.compile(r"^-- ?$", re.MULTILINE)
_DEVICE = re.compile(
    r"^(?:"
    r"(?:verstuurd|verzonden|gestuurd) (?:vanaf|vanuit|met|via|van|door) .{2,60}"
    r"|sent (?:from|with|via) .{2,80}"
    r"|(?:get|download) outlook (?:for|voor) .{2,30}"
    r"|outlook voor (?:ios|android|mac|windows) (?:downloaden|ophalen).{0,20}"
    r"|(?:download|haal|krijg) outlook voor .{2,30}"
    r"|(?:von|vom) meinem .{2,40} gesendet"
    r"|gesendet (?:von|mit) .{2,40}"
    r"|envoyé (?:de|depuis) mon .{2,40}"
    r")(?:\s*<[^<>]{0,200}>)?\.?$",
    re.IGNORECASE,
)
# Where a quotation could begin: quotequail knows the languages, but tries every pattern on every line. This finds, at
# the speed of one regular expression, the few lines worth asking it about.
_CANDIDATE = re.compile(
    r"^(?:[ \t]*>"
    r"|.{0,400}(?:wrote|schreef|schrieb|geschreven|écrit|escribió|escreveu|skrev|написал)[^\n]{0,200}: ?$"
    r"|[ \t]*-{3,} ?\w[^\n]{0,40}-{3,}|_{20,}"
    r"|(?:begin|anfang|début|inicio|forwarded|doorgestuurd|original|oorspronkelijk|origineel)[^\n]{0,40}:$"
    r"|[ \t]*\*?(?:from|van|von|de|från|от кого|verzonden|sent) ?:)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(
    r"^[ \t]*\*?(?:from|van|von|de|sent|verzonden|date|datum|gesendet|to|aan|an|cc|kopie|subject|onderwerp|betreff|"
    r"reply-to|antwoord aan|objet|envoyé|à) ?:",
    re.IGNORECASE,
)
_INTRO = re.compile(r"(?:wrote|schreef|schrieb|geschreven|écrit|escribió|escreveu|skrev)[^\n]{0,200}: ?$", re.IGNORECASE)
_WINDOW = 12
_TRIES = 6


def may_quote(text: str) -> bool:
    return _CANDIDATE.search(text) is not None


def own_text(text: str) -> str:
    """The text without quotations and signature; the whole text where nothing would be left."""
    return without_signature(_without_quotation(text)).strip() or text.strip()


def without_signature(text: str) -> str:
    """The text up to a signature: everything under a line `-- `, and the closing lines of mail programs."""
    marks = [found.start() for found in _SIGNATURE_LINE.finditer(text)]
    if marks and text[: marks[-1]].strip():
        text = text[: marks[-1]]
    head, _, last = text.rstrip().rpartition("\n")
    while is_device_line(last) and head.strip():
        head, _, last = head.rstrip().rpartition("\n")
        text = f"{head}\n{last}"
    return text.rstrip()


def is_device_line(line: str) -> bool:
    return len(line) < 200 and _DEVICE.match(line.strip()) is not None


def _without_quotation(text: str) -> str:
    if not may_quote(text):
        return text
    start, lines = 0, text.split("\n")
    for _ in range(_TRIES):
        first = _candidate_line(lines, start)
        if first is None:
            return text
        found = _recognised(lines, first)
        if found is not None:
            return _folded(lines, found) or text
        start = first + 1
    return text


def _candidate_line(lines: list[str], start: int) -> int | None:
    return next((number for number in range(start, len(lines)) if _CANDIDATE.match(lines[number])), None)


def _recognised(lines: list[str], candidate: int) -> int | None:
    """The line at which the quotation starts that quotequail sees here."""
    import quotequail

    # An introduction may be broken over two lines: look from the line before.
    first = max(candidate - 1, 0)
    window = "\n".join(lines[first : first + _WINDOW])
    found = quotequail.unwrap(window)
    if found is None:
        return candidate if _is_quoted_block(lines, candidate) else None
    top = found.get("text_top", "")
    before = window[: window.find(top) + len(top)] if top else ""
    start = first + before.count("\n") + bool(top)
    while start < len(lines) - 1 and not lines[start].strip():
        start += 1
    return start


def _is_quoted_block(lines: list[str], candidate: int) -> bool:
    # quotequail wants three quoted lines; many a quotation has one.
    return lines[candidate].lstrip().startswith(">")


def _folded(lines: list[str], start: int) -> str:
    """The text without the quotation at `start`; "" where the answers stand between the quoted lines."""
    top = "\n".join(lines[:start]).rstrip()
    quoted = next((n for n in range(start, min(start + _WINDOW, len(lines))) if lines[n].lstrip().startswith(">")), None)
    if quoted is None:
        return top
    rest = [line for line in lines[quoted:]]
    end = next((n for n, line in enumerate(rest) if line.strip() and not line.lstrip().startswith(">")), len(rest))
    below = "\n".join(rest[end:]).strip()
    if not below or not without_signature("x\n" + below).removeprefix("x").strip():
        return top
    # Text on both sides, or more than one quotation below: an answer between the lines is best read as it is.
    return "" if top.strip() or may_quote(below) else below
