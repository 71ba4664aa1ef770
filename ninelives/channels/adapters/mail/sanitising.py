"""A stranger's HTML made harmless: no scripts, no forms, no remote picture that tells who opened the mail."""

import re
from functools import cache
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAGS = set(
    [
        "a",
        "abbr",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
_NO_CONTENT = set(
    [
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "select",
        "textarea",
        "button",
        "audio",
        "video",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
    ]
)
_CELL = {"align", "valign", "bgcolor", "width", "height", "colspan", "rowspan"}
_ATTRIBUTES = {
    "*": {"style", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "font": {"color", "size"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
    "col": {"width", "span"},
    "colgroup": {"width", "span"},
    "ol": {"start", "type"},
    "li": {"value"},
    "div": {"align"},
    "p": {"align"},
    "hr": {"width", "size"},
}
_SIDES = ("top", "right", "bottom", "left")
_STYLES = {
    "color", "background-color", "font-weight", "font-style", "text-decoration", "text-align", "vertical-align",
    "width", "height", "list-style-type", "border", "border-color", "border-style", "border-width", "border-collapse",
    "border-spacing", "border-radius", "padding", "margin",
    *(f"{property}-{side}" for property in ("border", "padding", "margin") for side in _SIDES),
    *(f"border-{side}-{what}" for side in _SIDES for what in ("color", "style", "width")),
}  # fmt: skip
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp)[;,]|cid:", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
# A negative margin moves a text over what the desk itself says.
_HARMFUL_STYLE = re.compile(r"url\s*\(|expression|\\|@import", re.IGNORECASE)
_NEGATIVE_MARGIN = re.compile(r"(?:^|;)\s*margin[a-z-]*\s*:[^;]*-\s*[\d.][^;]*", re.IGNORECASE)
# Higher than any picture or table says of itself: whoever says so hides what else they wrote, and all that follows.
_TALLEST = 4000
_HEIGHT = re.compile(r"(?:^|;)\s*(?:height|(?:padding|margin|border)[a-z-]*)\s*:([^;]*)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
# Not the digits of a colour.
_NUMBER = re.compile(r"(?<![#\w.])(\d+(?:\.\d*)?(?:e\d+)?)\s*([a-z%]*)", re.IGNORECASE)
_PIXELS = {"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78,
           "vh": 10.0, "vw": 16.0, "vmin": 10.0, "vmax": 16.0}  # fmt: skip


def sanitise(tree: "HtmlElement") -> str:
    """Harmless HTML of a tree, "" when nothing is left of it. The tree keeps its links; remote pictures are moved."""
    from lxml import html

    _move_remote_pictures(tree)
    return _cleaner().clean(html.tostring(tree, encoding="unicode", with_tail=False)).strip()


def _move_remote_pictures(tree: "HtmlElement") -> None:
    for picture in tree.iter("img"):
        source = (picture.get("src") or "").strip()
        source = f"https:{source}" if source.startswith("//") else source
        if _REMOTE.match(source):
            picture.set("data-remote-src", source)
            del picture.attrib["src"]


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_NO_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        filter_style_properties=_STYLES,
    )


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "style":
        return None if _HARMFUL_STYLE.search(value) else _within_bounds(value)
    if attribute == "height":
        return None if _is_too_tall(value) else value
    if attribute in _URLS:
        return value if _URLS[attribute].match(value.strip()) else None
    return value


def _within_bounds(style: str) -> str | None:
    style = _NEGATIVE_MARGIN.sub("", _COMMENT.sub("", style))
    return _HEIGHT.sub(lambda told: "" if _is_too_tall(told[1]) else told[0], style).strip("; ") or None


def _is_too_tall(length: str) -> bool:
    return "calc(" in length.lower() or any(
        float(number) * _PIXELS.get(unit.lower(), 1.0) > _TALLEST for number, unit in _NUMBER.findall(length)
    )


_URLS = {"src": _PICTURE, "data-remote-src": _REMOTE, "href": _LINK}
