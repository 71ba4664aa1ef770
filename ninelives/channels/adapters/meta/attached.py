"""What goes along with a direct message: files at an address of Meta's that is good for a while, places, and things
that were shared."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ninelives.channels.asking import Interface
from ninelives.channels.bodies import each, lines, map_link, number, text
from ninelives.channels.protocol import AccountView, FileKeeper, InboundFile, Refused

_FILES = ("image", "video", "audio", "file")
# Shared with us as a picture or a film of it, and what is said of that.
_SHARED = {
    "share": "shared_post",
    "ig_post": "shared_post",
    "reel": "shared_reel",
    "ig_reel": "shared_reel",
    "ig_story": "shared_story",
    "story_mention": "mentioned_in_story",
}


@dataclass(frozen=True, slots=True)
class Attached:
    text: str = ""
    file: InboundFile | None = None
    remark: str = ""


def attached(told: dict[str, Any], kind: str) -> Attached:
    name = text(told, "type")
    if name in _SHARED and (kind == "instagram" or name != "share"):
        return Attached(text(told, "payload", "title"), _file(told, name), _SHARED[name])
    if name in _FILES:
        return Attached(file=_file(told, "sticker" if number(told, "payload", "sticker_id") else name))
    words = "❤️" if name == "like_heart" else _WORDS.get(name, _link)(told)
    return Attached(words, remark="" if words else f"unsupported_message:{name or '?'}")


def story(told: Any) -> Attached:
    """A story of ours that a message answers."""
    url = text(told, "url")
    return Attached(file=at_address(url, "story") if url else None, remark="answers_story")


def fetch(file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
    """The address lets in whoever has it: nobody there hears our token."""
    if not file.reference.startswith(("https://", account.settings["api_base"])):
        raise Refused("nothing_to_fetch")
    sha256, media_type = Interface(account.settings["api_base"]).keep(file.reference, keep)
    ending = "" if PurePosixPath(file.name).suffix else mimetypes.guess_extension(media_type) or ""
    return InboundFile(f"{file.name}{ending}", media_type, sha256=sha256)


def _file(told: dict[str, Any], name: str) -> InboundFile | None:
    url = text(told, "payload", "url") or text(told, "payload", "story_media_url")
    return at_address(url, name) if url else None


def at_address(url: str, name: str) -> InboundFile:
    last = PurePosixPath(urlsplit(url).path).name if "://" in url else ""
    media_type, _encoding = mimetypes.guess_type(last)
    if media_type == "video/mp4" and name == "audio":
        media_type = "audio/mp4"
    return InboundFile(last[:200] if media_type else name, media_type or "application/octet-stream", reference=url)


def _place(told: dict[str, Any]) -> str:
    latitude = number(told, "payload", "coordinates", "lat")
    longitude = number(told, "payload", "coordinates", "long")
    if latitude is None or longitude is None:
        return _link(told)
    place = map_link(latitude, longitude)
    return lines([text(told, "title"), place])


def _link(told: dict[str, Any]) -> str:
    url = text(told, "payload", "url") or text(told, "url")
    return lines([text(told, "payload", "title") or text(told, "title"), url])


def _template(told: dict[str, Any]) -> str:
    elements = [*each(told, "payload", "elements"), *each(told, "payload", "product", "elements")]
    shown = [text(told, "payload", "text"), *(line for one in elements for line in _element(one))]
    return lines([text(told, "title"), *shown])


def _element(told: dict[str, Any]) -> tuple[str, str]:
    return text(told, "title"), text(told, "subtitle")


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {"location": _place, "template": _template}
