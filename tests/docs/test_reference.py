"""Everything a person can set or call has its heading in the reference, and nothing else has one."""

import re

from ninelives.cli import COMMANDS
from ninelives.config.environment import PROJECT, variables


def headings(page):
    text = (PROJECT / "docs" / "reference" / page).read_text()
    return re.findall(r"^## `(.+)`$", text, re.MULTILINE)


def test_every_setting():
    assert sorted(headings("settings.md")) == sorted(variable.name for variable in variables().values())


def test_every_command():
    assert headings("commands.md") == [f"ninelives {command.name}" for command in COMMANDS]
