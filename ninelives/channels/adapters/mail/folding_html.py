"""The same folding for HTML: at the marks that mail programs leave, else where the text was folded."""

import re
from functools import cache
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, cast

from .folding import Quotation, is_device_line

if TYPE_CHECKING:
    from lxml.etree import XPath, _Element, _ElementUnicodeResult
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
    "protonmail_signature_block",
)
_OUTLOOK_LINE = "starts-with(translate(@style,' ',''),'border:none;border-top:solid#')"


def _named(name: str) -> str:
    return f"contains(@class,'{name}') or contains(@id,'{name}')"


# By the words of which one must stand in the markup, before the tree is searched for what they stand for.
_BOXES = {name: _named(name) for name in _BOX_CLASSES} | {"cite": "(self::blockquote and @type='cite')"}
_RULES = {name: _named(name) for name in _RULE_IDS} | {"border-top": f"(self::div and {_OUTLOOK_LINE})"}
_SIGNED = {name: _named(name) for name in _SIGNATURES} | {'id="Signature"': "@id='Signature'"}
_KEY = 24
_MANY = 20
_QUOTE_SIGNS = str.maketrans("", "", ">*-_\xa0")
_BLANK = re.compile(r"[\s\xa0\u200b\ufeff]*")


def fold(tree: "HtmlElement", markup: str, quotation: Quotation | None) -> bool:
    """Take quotation and signature out of the tree. False where nothing was to fold, or nothing would be left: the tree
    is then of no further use."""
    folded = _drop_quotation(tree, markup, quotation)
    signed = _drop_signature(tree, markup)
    return (folded or signed) and _has_words(tree)


def _drop_quotation(tree: "HtmlElement", markup: str, quotation: Quotation | None) -> bool:
    rules = _marked(tree, markup, _RULES)
    if rules:
        _cut_from(rules[0])
    boxes = _outermost(_marked(tree, markup, _BOXES))
    if boxes and not _drop_boxes(boxes):
        return bool(rules)
    # Also after a box: the line that introduces it may stand above it.
    as_in_text = quotation is not None and _cut_as_in_text(tree, quotation)
    return bool(rules or boxes) or as_in_text


def _cut_as_in_text(tree: "HtmlElement", quotation: Quotation) -> bool:
    """Fold where the text was folded: the quotation opens with the same words in both forms.

    quotequail has a function of its own for HTML, which takes longer than all the rest of the reading."""
    own = len(_squashed(quotation.own)) // 2
    keys = [key for line in quotation.opening.split("\n") if len(key := _squashed(line)[:_KEY]) >= 6]
    place = _place_of(keys, tree, own) if keys else None
    if place is not None:
        _cut_from_text(place)
    return place is not None


def _place_of(keys: list[str], tree: "HtmlElement", after: int) -> "_ElementUnicodeResult | None":
    """The text node in which the first of these words begin that are found at all."""
    texts = _texts(tree, "//")
    pieces = [_squashed(str(text)) for text in texts]
    joined = "".join(pieces)
    position = next((found for key in keys if (found := joined.find(key, after)) >= 0), -1)
    ends = accumulate(len(piece) for piece in pieces)
    return next((text for text, end in zip(texts, ends, strict=True) if 0 <= position < end), None)


def _squashed(text: str) -> str:
    return "".join(text.translate(_QUOTE_SIGNS).split())


def _drop_boxes(boxes: "list[HtmlElement]") -> bool:
    """Take the quotations out, unless answers stand between or around them."""
    if len(boxes) > _MANY:
        return False
    after = [_words(box, "following::") for box in boxes]
    inside = [_words(box, "descendant::") for box in boxes]
    between = all(after[n] == inside[n + 1] + after[n + 1] for n in range(len(after) - 1))
    if not between or (after[-1] and _words(boxes[0], "preceding::")):
        return False
    for box in boxes:
        _drop(box)
    return True


def _drop_signature(tree: "HtmlElement", markup: str) -> bool:
    found = _outermost(_marked(tree, markup, _SIGNED))
    for signature in found:
        _drop(signature)
    texts = _texts(tree, "//")
    mark = next((text for text in reversed(texts) if text.startswith("--") and text.strip() == "--"), None)
    if mark is not None and _has_words_before(mark, texts):
        _cut_from_text(mark)
        return True
    return _drop_device_line(texts) or bool(found)


def _has_words_before(mark: "_ElementUnicodeResult", texts: "list[_ElementUnicodeResult]") -> bool:
    return any(not _BLANK.fullmatch(str(text)) for text in takewhile(lambda text: text is not mark, texts))


def _drop_device_line(texts: "list[_ElementUnicodeResult]") -> bool:
    """Drop what a mail program wrote under the mail: the last words, or the smallest block around them."""
    last = next((text for text in reversed(texts) if not _BLANK.fullmatch(str(text))), None)
    element = None if last is None else cast("HtmlElement | None", last.getparent())
    if last is None or element is None:
        return False
    if last.is_tail:
        is_one = is_device_line(str(last))
        element.tail = None if is_one else element.tail
        return is_one
    around = [element, *list(element.iterancestors())[:2]]
    lines = [block for block in around if is_device_line(block.text_content())]
    if lines:
        _drop(lines[-1])
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


def _drop(element: "HtmlElement") -> None:
    if element.getparent() is not None:  # The root may carry any mark too.
        element.drop_tree()


def _cut_from_text(text: "_ElementUnicodeResult") -> None:
    element = text.getparent()
    if element is not None:
        _cut_after(element) if text.is_tail else _cut_from(element)


def _cut_from(element: "_Element") -> None:
    _cut_after(element)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _cut_after(element: "_Element") -> None:
    """Drop everything behind this element."""
    node = element
    while (parent := node.getparent()) is not None:
        node.tail = None
        for later in list(node.itersiblings()):
            parent.remove(later)
        node = parent


def _words(element: "HtmlElement", axis: str) -> int:
    return sum(not _BLANK.fullmatch(str(text)) for text in _texts(element, axis))


def _texts(element: "HtmlElement", axis: str) -> "list[_ElementUnicodeResult]":
    condition = "not(parent::style) and not(parent::script) and not(parent::title)"
    return cast("list[_ElementUnicodeResult]", _xpath(f"{axis}text()[{condition}]")(element))


def _marked(tree: "HtmlElement", markup: str, marks: dict[str, str]) -> "list[HtmlElement]":
    conditions = [condition for sign, condition in marks.items() if sign in markup]
    if not conditions:
        return []
    return cast("list[HtmlElement]", _xpath(f"//*[{' or '.join(conditions)}]")(tree))


@cache
def _xpath(expression: str) -> "XPath":
    from lxml import etree

    return etree.XPath(expression)
