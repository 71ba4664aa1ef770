"""The same folding for HTML: at the marks that mail programs leave, else where the text was folded."""

import re
from functools import cache
from typing import TYPE_CHECKING

from .folding import find_quotation, is_device_line

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

# A box around the quotation: Gmail, Yahoo, Thunderbird, Proton, Zoho, Tutanota; `blockquote type=cite` is Apple's too.
_BOX_CLASSES = (
    *("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "tutanota_quote"),
)
# A line above the quotation, which then goes on to the end: Outlook in its several kinds, Hotmail.
_RULE_IDS = (
    *("divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "stopSpelling"),
    *("mail-editor-reference-message-container", "ms-outlook-mobile-reference-message"),
)
_SIGNATURES = (
    *("gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "AppleMailSignature"),
    *("protonmail_signature_block", 'id="Signature"'),
)
_OUTLOOK_LINE = "starts-with(translate(@style,' ',''),'border:none;border-top:solid#')"


def _named(names: tuple[str, ...]) -> str:
    return " or ".join(f"contains(@class,'{name}') or contains(@id,'{name}')" for name in names)


_BOX = f"{_named(_BOX_CLASSES)} or (self::blockquote and @type='cite')"
_RULE = f"{_named(_RULE_IDS)} or (self::div and {_OUTLOOK_LINE})"
_SIGNATURE = f"{_named(_SIGNATURES[:-1])} or @id='Signature'"
_BOX_SIGNS = (*_BOX_CLASSES, "cite")
_RULE_SIGNS = (*_RULE_IDS, "border-top")
_KEY = 24
_QUOTE_SIGNS = str.maketrans("", "", ">*-_\xa0")
_BLANK = re.compile(r"[\s\xa0\u200b\ufeff]*")


def fold(tree: "HtmlElement", markup: str, text: str) -> bool:
    """Take quotation and signature out of the tree. False where nothing was to fold, or nothing would be left: the tree
    is then of no further use."""
    folded = _drop_quotation(tree, markup, text)
    signed = _drop_signature(tree, markup)
    return (folded or signed) and _has_words(tree)


def _drop_quotation(tree: "HtmlElement", markup: str, text: str) -> bool:
    rules = _xpath(_RULE)(tree) if any(sign in markup for sign in _RULE_SIGNS) else []
    if rules:
        _cut_from(rules[0])
    boxes = _outermost(_xpath(_BOX)(tree)) if any(sign in markup for sign in _BOX_SIGNS) else []
    if boxes:
        return _drop_boxes(boxes) or bool(rules)
    return bool(rules) or _cut_as_in_text(tree, text)


def _cut_as_in_text(tree: "HtmlElement", text: str) -> bool:
    """Fold where the text was folded: the quotation opens with the same words in both forms.

    quotequail has a function of its own for HTML, which takes longer than all the rest of the reading."""
    found = find_quotation(text)
    if found is None or not found.opening:
        return False
    key = next((key for line in found.opening.split("\n") if len(key := _squashed(line)) >= 6), "")[:_KEY]
    place = _place_of(key, tree, len(_squashed(found.own)) // 2) if key else None
    if place is not None:
        _cut_from_text(*place)
    return place is not None


def _place_of(key: str, tree: "HtmlElement", after: int) -> "tuple[HtmlElement, bool] | None":
    """The element at whose text, or tail, these words begin."""
    texts = _texts()(tree)
    squashed = [_squashed(str(text)) for text in texts]
    position = "".join(squashed).find(key, after)
    if position < 0:
        return None
    for text, piece in zip(texts, squashed, strict=True):
        if position < len(piece):
            return text.getparent(), text.is_tail
        position -= len(piece)
    return None


def _squashed(text: str) -> str:
    return "".join(text.translate(_QUOTE_SIGNS).split())


def _drop_boxes(boxes: "list[HtmlElement]") -> bool:
    """Take the quotations out, unless answers stand between or around them."""
    before, after = _is_blank(boxes[0], "preceding"), _is_blank(boxes[-1], "following")
    between = all(_is_blank_between(first, second) for first, second in zip(boxes, boxes[1:], strict=False))
    if not between or not (before or after):
        return False
    for box in boxes:
        _drop(box)
    return True


def _drop_signature(tree: "HtmlElement", markup: str) -> bool:
    found = _outermost(_xpath(_SIGNATURE)(tree)) if any(sign in markup for sign in _SIGNATURES) else []
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


def _cut_from_text(element: "HtmlElement", is_tail: bool) -> None:
    if not is_tail:
        _cut_from(element)
        return
    element.tail = None
    for later in list(element.itersiblings()):
        _drop(later)
    parent = element.getparent()
    following = None if parent is None else parent.getnext()
    while parent is not None and following is None:
        parent.tail = None
        parent = parent.getparent()
        following = None if parent is None else parent.getnext()
    if following is not None and parent is not None:
        parent.tail = None
        _cut_from(following)


@cache
def _texts() -> "XPath":
    from lxml import etree

    return etree.XPath("//text()[not(parent::style) and not(parent::script) and not(parent::title)]")


@cache
def _xpath(condition: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"//*[{condition}]")


@cache
def _axis(axis: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"{axis}::text()[not(parent::style) and not(parent::script) and not(parent::title)]")
