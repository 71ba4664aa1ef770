"""The chat widget is as small as promised, and its page names all that a host page can tell or ask it."""

import gzip
import re

from ninelives.config.environment import PROJECT
from ninelives.ui.assets import DIST, url_of

PAGE = (PROJECT / "docs" / "reference" / "widget.md").read_text()
SOURCES = PROJECT / "frontend" / "src" / "widget"
MOST = 35_000


def words_of(name, pattern):
    (listed,) = re.findall(pattern, (SOURCES / name).read_text(), re.DOTALL)
    return listed


def test_the_widget_is_small():
    built = DIST / url_of("widget.js").rpartition("/")[2]
    assert 5_000 < len(gzip.compress(built.read_bytes())) < MOST


def test_every_attribute():
    names = re.findall(r'"(\w+)"', words_of("tag.ts", r"const IDENTITY = \[(.*?)\]"))
    dashed = [re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name) for name in names]
    assert sorted(re.findall(r"^\| `data-([\w-]+)` \|", PAGE, re.MULTILINE)) == sorted(["key", "language", *dashed])


def test_every_call():
    names = re.findall(r"^\s+(\w+): \(\)", words_of("api.ts", r"const commands.*?= \{(.*?)\n  \};"), re.MULTILINE)
    assert re.findall(r'^\| `Ninelives\("(\w+)"', PAGE, re.MULTILINE) == names


def test_every_event():
    names = re.findall(r'"(\w+)"', words_of("events.ts", r"const NAMES.*?= \[(.*?)\]"))
    assert re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE) == names
