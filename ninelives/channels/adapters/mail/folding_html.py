"""The same folding for HTML: on the marks that mail programs leave, and else by quotequail."""

import re
from functools import cache
from typing import TYPE_CHECKING

from .folding import is_device_line, may_quote
from .plain import parse_html

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

# A box around the quotation: Gmail, Yahoo, Proton, Apple Mail, Thunderbird, Zoho, Tutanota.
_BOX = (
    "contains(@class,'gmail_quote') or contains(@class,'yahoo_quoted') or contains(@class,'moz-cite-prefix') or "
    "contains(@class,'protonmail_quote') or contains(@class,'zmail_extra') or contains(@class,'tutanota_quote') or "
    "(self::blockquote and @type='cite')"
)
# A line above the quotation, which then goes on to the end: Outlook in its several kinds, Hotmail.
_RULE = (
    "contains(@id,'divRplyFwdMsg') or contains(@id,'appendonsend') or contains(@id,'OLK_SRC_BODY_SECTION') or "
    "contains(@id,'stopSpelling') or contains(@id,'mail-editor-reference-message-container') or "
    "contains(@class,'ms-outlook-mobile-reference-message') or "
    "(self::div and starts-with(translate(@style,' ',''),'border:none;border-top:solid#'))"
)
_SIGNATURE = (
    "contains(@class,'gmail_signature') or contains(@class,'moz-signature') or @id='Signature' or "
    "contains(@id,'ms-outlook-mobile-signature') or contains(@id,'AppleMailSignature') or "
    "contains(@class,'protonmail_signature_block')"
)
_TOO_LONG_TO_ASK = 60_000
_BLANK = re.compile(r"[\s\xa0\u200b\ufeff]*")


def fold(tree: "HtmlElement", markup: str, text: str) -> "HtmlElement | None":
    """A tree without quotation and signature, None where there is nothing to fold. `tree` itself may be changed."""
    folded = _without_quotation(tree, markup, text)
    if folded is not None:
        tree = folded
    signed = _drop_signature(tree)
    return tree if (folded is not None or signed) and _has_words(tree) else None


def _without_quotation(tree: "HtmlElement", markup: str, text: str) -> "HtmlElement | None":
    rules = _xpath(_RULE)(tree)
    boxes = _outermost(_xpath(_BOX)(tree))
    if rules and not (boxes and boxes[0].getparent() is None):
        _cut_from(rules[0])
        boxes = _outermost(_xpath(_BOX)(tree))
        return tree if not boxes or _drop_boxes(tree, boxes) else tree
    if boxes:
        return tree if _drop_boxes(tree, boxes) else None
    return _ask_quotequail(markup) if may_quote(text) and len(markup) < _TOO_LONG_TO_ASK else None


def _drop_boxes(tree: "HtmlElement", boxes: "list[HtmlElement]") -> bool:
    """Take the quotations out, unless answers stand between or around them."""
    before, after = _is_blank(boxes[0], "preceding"), _is_blank(boxes[-1], "following")
    between = all(_is_blank_between(first, second) for first, second in zip(boxes, boxes[1:], strict=False))
    if not between or not (before or after):
        return False
    for box in boxes:
        _drop(box)
    return True


def _ask_quotequail(markup: str) -> "HtmlElement | None":
    import quotequail

    found = quotequail.unwrap_html(markup)
    if not found or "html_top" not in found or _words_of(found.get("html_bottom", "")):
        return None
    return parse_html(found["html_top"])


def _words_of(markup: str) -> str:
    tree = parse_html(markup) if markup else None
    return "" if tree is None else tree.text_content().strip()


def _drop_signature(tree: "HtmlElement") -> bool:
    found = _outermost(_xpath(_SIGNATURE)(tree))
    for signature in found:
        _drop(signature)
    last = _last_block(tree)
    if last is not None and is_device_line(last.text_content()):
        _drop(last)
        return True
    return bool(found)


def _last_block(tree: "HtmlElement") -> "HtmlElement | None":
    """The smallest element that holds the last words."""
    node: HtmlElement | None = None
    here = tree
    while True:
        children = [child for child in here if isinstance(child.tag, str) and child.text_content().strip()]
        if not children or (children[-1].tail or "").strip():
            return node
        here = node = children[-1]
        if is_device_line(node.text_content()):
            return node


def _outermost(found: "list[HtmlElement]") -> "list[HtmlElement]":
    kept: list[HtmlElement] = []
    marked = set(found)
    for element in found:
        if not any(ancestor in marked for ancestor in element.iterancestors()):
            kept.append(element)
    return kept


def _is_blank(element: "HtmlElement", axis: str) -> bool:
    return all(_BLANK.fullmatch(str(text)) for text in _axis(axis)(element))


def _is_blank_between(first: "HtmlElement", second: "HtmlElement") -> bool:
    before = _axis("preceding")(second)
    after = _axis("following")(first)
    inside = {str(text) for text in after if not _BLANK.fullmatch(str(text))} & {
        str(text) for text in before if not _BLANK.fullmatch(str(text))
    }
    return not inside


def _has_words(tree: "HtmlElement") -> bool:
    return bool(tree.text_content().strip()) or next(tree.iter("img"), None) is not None


def _drop(element: "HtmlElement") -> None:
    parent = element.getparent()
    if parent is not None:
        element.drop_tree()


def _cut_from(element: "HtmlElement") -> None:
    """Drop this element and everything after it."""
    node = element
    while (parent := node.getparent()) is not None:
        for later in list(node.itersiblings()):
            parent.remove(later)
        node.tail = None
        node = parent
    _drop(element)


@cache
def _xpath(condition: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"//*[{condition}]")


@cache
def _axis(axis: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"{axis}::text()[not(parent::style) and not(parent::script) and not(parent::title)]")
