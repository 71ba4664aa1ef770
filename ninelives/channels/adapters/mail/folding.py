"""What the sender wrote now, apart from what is quoted and from the signature. Nothing here loses a word: the full text
is kept beside it, and in doubt nothing is folded."""

import re
from dataclasses import dataclass

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
_SIGNS = (
    *("\n>", "\n >", "---", "____", "wrote", "schreef", "schrieb", "geschreven", "écrit", "escribi", "escreveu"),
    *("skrev", "написал", "forwarded", "doorgestuurd", "original", "oorspronkelijk", "origineel", "weitergeleitet"),
    *("transféré", "from:", "van:", "von:", "de :", "de:", "från:", "от кого:", "verzonden:", "sent:", "from :"),
)
_OPENINGS = ("On ", "Op ", "Am ", "Le ", "El ", "Den ", "Em ")
_ANY_INTRODUCTION = re.compile(r"\d.*(?::|@\S+>)$")
# As many lines as quotequail needs to know an introduction or the head of a forwarded mail.
_WINDOW = 5
_GAP = 12
_TRIES = 6


def may_quote(text: str) -> bool:
    """Whether it is worth looking for a quotation at all: literals are found many times faster than patterns."""
    lowered = "\n" + text.lower()
    return any(sign in lowered for sign in _SIGNS)


def own_text(text: str, quotation: "Quotation | None") -> str:
    """The text without this quotation and the signature; the whole text where nothing would be left."""
    return without_signature(quotation.own if quotation else text).strip() or text.strip()


@dataclass(frozen=True, slots=True)
class Quotation:
    """`own` is what the sender wrote, `opening` the first words of what is quoted after it: "" when the sender wrote
    below the quotation."""

    own: str
    opening: str


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


def find_quotation(text: str) -> Quotation | None:
    """The quotation in a text, None where there is none, or where the answers stand between its lines."""
    if not may_quote(text):
        return None
    start, lines = 0, text.split("\n")
    for _ in range(_TRIES):
        first = _candidate_line(lines, start)
        if first is None:
            return None
        found = _recognised(lines, first)
        if found is not None:
            return _folded(lines, found)
        start = first + 1
    return None


def _candidate_line(lines: list[str], start: int) -> int | None:
    return next((number for number in range(start, len(lines)) if _CANDIDATE.match(lines[number])), None)


def _recognised(lines: list[str], candidate: int) -> int | None:
    """The line at which the quotation starts that quotequail sees here."""
    import quotequail

    # An introduction may be broken over two lines: look from the line before, unless this one begins it.
    first = candidate if lines[candidate].startswith(_OPENINGS) else max(candidate - 1, 0)
    window = "\n".join(lines[first : first + _WINDOW])
    found = quotequail.unwrap(window)
    if found is None:
        return _introduction(lines, candidate) if _is_quoted_block(lines, candidate) else None
    top = found.get("text_top", "")
    before = window[: window.find(top) + len(top)] if top else ""
    start = first + before.count("\n") + bool(top)
    while start < len(lines) - 1 and not lines[start].strip():
        start += 1
    return start


def _is_quoted_block(lines: list[str], candidate: int) -> bool:
    # quotequail wants three quoted lines; many a quotation has one.
    return lines[candidate].lstrip().startswith(">")


def _introduction(lines: list[str], quoted: int) -> int:
    """The line that introduces the quotation at `quoted`, in whatever language: it has a number in it, and a colon or
    an address at its end."""
    above = quoted - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    if above < 0 or len(lines[above]) > 400:
        return quoted
    if _ANY_INTRODUCTION.search(lines[above].strip()):
        return above
    # Broken over two lines.
    both = " ".join(line[:400].strip() for line in lines[max(above - 1, 0) : above + 1])
    return above - 1 if above and both.endswith(":") and _ANY_INTRODUCTION.search(both) else quoted


def _folded(lines: list[str], start: int) -> Quotation | None:
    top = "\n".join(lines[:start]).rstrip()
    opening = "\n".join(lines[start : start + _GAP])
    quoted = next((n for n in range(start, min(start + _GAP, len(lines))) if _is_quoted_block(lines, n)), None)
    below = "" if quoted is None else _below(lines, quoted)
    if not below:
        return Quotation(top, opening)
    # Text on both sides, or a further quotation below: an answer between the lines is best read as it is.
    return None if top.strip() or may_quote(below) else Quotation(below, "")


def _below(lines: list[str], quoted: int) -> str:
    """What the sender wrote under the quotation, "" for nothing but a signature."""
    own = (n for n in range(quoted, len(lines)) if lines[n].strip() and not _is_quoted_block(lines, n))
    below = "\n".join(lines[next(own, len(lines)) :]).strip()
    return below if without_signature(f"x\n{below}").removeprefix("x").strip() else ""
