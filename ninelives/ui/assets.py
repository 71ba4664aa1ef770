"""The built front end: names with a hash in them, listed in a manifest."""

import json
import re
from functools import cache
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"
_HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")


class FrontEndMissingError(Exception):
    """The front end was not built; `bin/run` and the package build do it."""


def url_of(name: str) -> str:
    """`desk.js` → its address in this build."""
    try:
        return f"/static/{_manifest()[name]}"
    except KeyError as missing:
        raise FrontEndMissingError(name) from missing


def shapes_of(icon: str) -> str:
    """What an icon is drawn of; nothing where there is none of this name."""
    return _icons().get(icon, "")


def has_hash(path: str, url: str) -> bool:
    """Whether this file's name changes with its content, so that browsers may keep it for ever."""
    return bool(_HASHED.search(url))


@cache
def _manifest() -> dict[str, str]:
    return _read("manifest.json")


@cache
def _icons() -> dict[str, str]:
    return _read("icons.json")


def _read(name: str) -> dict[str, str]:
    try:
        return dict(json.loads((DIST / name).read_text()))
    except FileNotFoundError as missing:
        raise FrontEndMissingError(str(DIST)) from missing
