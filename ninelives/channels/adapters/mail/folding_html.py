"""The same folding for HTML: at the marks that mail programs leave, else where the text was folded."""

import re
from functools import cache
from typing import TYPE_CHECKING

from .folding import find_quotation, is_device_line

if TYPE_CHECKING:
    from lxml.etree import XPath, _ElementUnicodeResult
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
_MANY = 20
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
    own = len(_squashed(found.own)) // 2
    keys = (_squashed(line)[:_KEY] for line in found.opening.split("\n"))
    place = next((place for key in keys if len(key) >= 6 and (place := _place_of(key, tree, own))), None)
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
    after = [_words(_following()(box)) for box in boxes[:_MANY]]
    inside = [_words(_within()(box)) for box in boxes[:_MANY]]
    between = all(after[n] == inside[n + 1] + after[n + 1] for n in range(len(after) - 1))
    if len(boxes) > _MANY or not between or (after[-1] and _words(_preceding()(boxes[0]))):
        return False
    for box in boxes:
        box.drop_tree()
    return True


def _drop_signature(tree: "HtmlElement", markup: str) -> bool:
    found = _outermost(_xpath(_SIGNATURE)(tree)) if any(sign in markup for sign in _SIGNATURES) else []
    for signature in found:
        signature.drop_tree()
    return _drop_device_line(tree) or bool(found)


def _drop_device_line(tree: "HtmlElement") -> bool:
    """Drop what a mail program wrote under the mail: the last words, or the smallest block around them."""
    last = next((text for text in reversed(_texts()(tree)) if not _BLANK.fullmatch(str(text))), None)
    if last is None:
        return False
    element = last.getparent()
    if last.is_tail:
        is_one = is_device_line(str(last))
        element.tail = None if is_one else element.tail
        return is_one
    around = [element, *list(element.iterancestors())[:2]]
    lines = [block for block in around if block is not tree and is_device_line(block.text_content())]
    if lines:
        lines[-1].drop_tree()
    return bool(lines)


def _outermost(found: "list[HtmlElement]") -> "list[HtmlElement]":
    kept: list[HtmlElement] = []
    marked = set(found)
    for element in found:
        if not any(ancestor in marked for ancestor in element.iterancestors()):
            kept.append(element)
    return kept


def _has_words(tree: "HtmlElement") -> bool:
    return bool(tree.text_content().strip()) or next(tree.iter("img"), None) is not None


def _cut_from_text(element: "HtmlElement", is_tail: bool) -> None:
    if is_tail:
        _cut_after(element)
    else:
        _cut_from(element)


def _cut_from(element: "HtmlElement") -> None:
    _cut_after(element)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _cut_after(element: "HtmlElement") -> None:
    """Drop everything behind this element."""
    node = element
    while (parent := node.getparent()) is not None:
        node.tail = None
        for later in list(node.itersiblings()):
            parent.remove(later)
        node = parent


def _words(texts: "list[_ElementUnicodeResult]") -> int:
    return sum(not _BLANK.fullmatch(str(text)) for text in texts)


def _texts() -> "XPath":
    return _text_nodes("//")


def _within() -> "XPath":
    return _text_nodes("descendant::")


def _following() -> "XPath":
    return _text_nodes("following::")


def _preceding() -> "XPath":
    return _text_nodes("preceding::")


@cache
def _text_nodes(axis: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"{axis}text()[not(parent::style) and not(parent::script) and not(parent::title)]")


@cache
def _xpath(condition: str) -> "XPath":
    from lxml import etree

    return etree.XPath(f"//*[{condition}]")
