"""What is written leads somewhere, can be typed as it stands, and names nothing of the machine it was written on."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from ninelives.config.environment import PROJECT

PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:ninelives|tests|docs|frontend|tools|bin)/[\w./-]+|[A-Z]+\.md)`")
TEST = re.compile(r"`(test_\w+)`")
# Put together here, as this file is read too.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com")
OWN_PLACES = re.compile(r"(?<![\w.~:-])/(?:work|root|home|tmp)/(?!\.\.\.)\w")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def named(page):
    return str(page.relative_to(PROJECT))


@cache
def tracked():
    """Every text file of the repository, by its name."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    paths = [PROJECT / name for name in listed.stdout.split("\0") if name and "/fixtures/" not in name]
    contents = {named(path): path.read_bytes() for path in paths if path.is_file()}
    return {name: content.decode() for name, content in contents.items() if b"\0" not in content}


@cache
def anchors(page):
    """As the usual viewers of Markdown make them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text()):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_and_tests_that_are_named_exist(page):
    text = page.read_text()
    for name in NAMED.findall(text):
        assert (PROJECT / name).exists(), name
    tests = "\n".join(content for name, content in tracked().items() if Path(name).name.startswith("test_"))
    for name in TEST.findall(text):
        assert f"def {name}(" in tests, name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_can_be_told_from_what_they_print(page):
    for language, block in FENCE.findall(page.read_text()):
        if language == "console":
            assert all(line.startswith("$ ") for line in block.splitlines()), block
    assert page.read_text().count("\n```") % 2 == 0


def test_there_is_something_to_read():
    assert {"README.md", "STYLE.md", "CHANGELOG.md"} <= {named(page) for page in PAGES}
    assert len(tracked()) > 100


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_package_registry_is_named(host):
    assert [name for name, text in tracked().items() if host in text] == []


def test_lock_files_tell_no_place():
    locks = {name: text for name, text in tracked().items() if name.endswith((".lock", "package-lock.json"))}
    assert locks
    assert [name for name, text in locks.items() if re.search(r'"resolved"|--(?:extra-)?index-url', text)] == []


def test_no_place_of_somebodys_machine_is_named():
    assert [name for name, text in tracked().items() if OWN_PLACES.search(text)] == []


def test_nothing_is_left_to_be_done_later():
    assert [name for name, text in tracked().items() if UNFINISHED.search(text)] == []
