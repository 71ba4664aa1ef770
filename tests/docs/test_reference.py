"""Everything a person can set, call or meet has its place in the reference, and nothing else has one.

Endpoints and problems of the API are held to `api.md` by ninelives/api/tests/test_docs.py.
"""

import re
from dataclasses import fields, is_dataclass
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from ninelives.accounts.permissions import GRANTED, Permission, Role
from ninelives.channels.protocol import Abilities
from ninelives.channels.registry import CHANNELS
from ninelives.cli import COMMANDS
from ninelives.config.environment import PROJECT, variables
from ninelives.reactions import REACTIONS


def page(name):
    return (PROJECT / "docs" / "reference" / name).read_text()


def sections(name):
    """The text under each heading that is a name."""
    parts = re.split(r"^## (.+)$", page(name), flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {heading.strip("`"): text for heading, text in pairs if heading.startswith("`")}


def facts():
    rooms = [import_module(f"ninelives.{path.parent.name}.events") for path in PROJECT.glob("ninelives/*/events.py")]
    return {name: fact for room in rooms for name, fact in vars(room).items() if is_dataclass(fact)}


def in_words(value):
    match value:
        case None | timedelta(days=0, seconds=0):
            return "none"
        case timedelta(seconds=0):
            return f"{value.days} days"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return f"{value.total_seconds():.0f} s"
        case int():
            return f"{value:,}"


def test_every_setting():
    assert sorted(sections("settings.md")) == sorted(variable.name for variable in variables().values())


def test_every_command():
    assert list(sections("commands.md")) == [f"ninelives {command.name}" for command in COMMANDS]


def test_every_permission():
    assert list(sections("permissions.md")) == [permission.value for permission in Permission]


@pytest.mark.parametrize("role", Role)
def test_what_each_role_may(role):
    granted = ["yes" if permission in GRANTED[role] else "–" for permission in Permission]
    assert f"| {' | '.join([role.value, *granted])} |" in page("permissions.md")


def test_every_fact():
    assert list(sections("events.md")) == sorted(facts())


@pytest.mark.parametrize("name", sorted(facts()))
def test_the_fields_and_reactions_of_a_fact(name):
    told = sections("events.md")[name]
    assert re.findall(r"^- `(\w+)`", told, re.MULTILINE) == [field.name for field in fields(facts()[name])]
    reactions = REACTIONS.get(facts()[name], ())
    assert "Reactions: none." in told if not reactions else all(f"`{task}`" in told for task in reactions)


def test_every_channel():
    assert list(sections("channels.md")) == list(CHANNELS)


@pytest.mark.parametrize("kind", CHANNELS)
def test_the_abilities_and_settings_of_a_channel(kind):
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", sections("channels.md")[kind], re.MULTILINE)
    abilities = [
        (ability.name, in_words(getattr(CHANNELS[kind].abilities, ability.name))) for ability in fields(Abilities)
    ]
    assert sorted(rows[: len(abilities)]) == sorted(abilities)
    assert [name for name, _ in rows[len(abilities) :]] == [setting.name for setting in CHANNELS[kind].settings]


def test_every_table_has_its_answers():
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("ninelives.")]
    told = sections("data.md")
    assert sorted(told) == sorted(model._meta.db_table for model in ours)
    for table, text in told.items():
        assert re.findall(r"^- (\w+): ", text, re.MULTILINE) == ["Whose", "Erased", "Exported", "Kept"], table


@pytest.mark.django_db
def test_no_table_is_forgotten():
    assert [name for name in connection.introspection.table_names() if f"`{name}`" not in page("data.md")] == []
