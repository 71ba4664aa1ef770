"""HTML to plain text that reads well, and plain text to simple HTML."""

import html as stdlib_html
import re
from typing import TYPE_CHECKING

from .charsets import clean
from .remarks import Remarks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset(["blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
_SILENT = frozenset(
    [
        "head",
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "select",
        "textarea",
        "button",
        "object",
        "svg",
        "math",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_AROUND_BREAK = re.compile(r" *\n *")
_MANY_BREAKS = re.compile(r"\n{3,}")
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n{2,}")


def parse_html(markup: str, remarks: Remarks) -> "HtmlElement | None":
    """A tree of whatever this is, None when nothing is in it. libxml2 stops where elements are nested 256 deep."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(clean(markup).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        remarks.add("html_too_deep")
    return tree


def to_text(tree: "HtmlElement") -> str:
    """The tree's words, block by block; links as `words <address>`, list items with a dash."""
    pieces: list[str] = []
    waiting: list[HtmlElement | str] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
        elif isinstance(node.tag, str) and node.tag not in _SILENT:
            _enter(node, pieces, waiting)
    text = _AROUND_BREAK.sub("\n", "".join(pieces))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _enter(node: "HtmlElement", pieces: list[str], waiting: "list[HtmlElement | str]") -> None:
    """Say what stands before and in this element; put on the stack, last first, what comes after."""
    opening, closing = _marks(node)
    pieces.append(opening)
    if node.text:
        pieces.append(_SPACE.sub(" ", node.text))
    waiting.append(closing)
    for child in reversed(node):
        if child.tail:
            waiting.append(_SPACE.sub(" ", child.tail))
        waiting.append(child)


def _marks(node: "HtmlElement") -> tuple[str, str]:
    tag = node.tag
    if tag == "br":
        return "\n", ""
    if tag == "li":
        return "\n- ", "\n"
    if tag in _BLOCKS:
        return ("\n\n", "\n\n") if tag in _SPACED else ("\n", "\n")
    if tag in ("td", "th"):
        return "", " "
    return "", _link(node) if tag == "a" else ""


def _link(node: "HtmlElement") -> str:
    target = (node.get("href") or "").strip()
    shown = (
        "".join(node.itertext()).strip() if target.lower().startswith(("http://", "https://", "mailto:")) else target
    )
    bare = target.removeprefix("mailto:")
    return "" if not shown or bare.rstrip("/") == shown.rstrip("/") or bare.endswith(f"//{shown}") else f" <{bare}>"


def to_html(text: str) -> str:
    """Paragraphs, line breaks and links; nothing else."""
    paragraphs = _PARAGRAPHS.split(text.replace("\r\n", "\n").strip())
    return "\n".join(f"<p>{_with_links(paragraph)}</p>" for paragraph in paragraphs if paragraph)


def _with_links(paragraph: str) -> str:
    pieces, end = [], 0
    for found in _URL.finditer(paragraph):
        url = found[0].rstrip(".,;:!?)'")
        pieces += [_escaped(paragraph[end : found.start()]), f'<a href="{stdlib_html.escape(url)}">{_escaped(url)}</a>']
        end = found.start() + len(url)
    return "".join([*pieces, _escaped(paragraph[end:])])


def _escaped(text: str) -> str:
    return stdlib_html.escape(text, quote=False).replace("\n", "<br>\n")
