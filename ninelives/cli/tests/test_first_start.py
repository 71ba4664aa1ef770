"""What an empty database gets, and what is printed then and later."""

import stat
from pathlib import Path

import pytest

from ninelives.accounts.models import Organisation, Person
from ninelives.accounts.queries import forget_organisation
from ninelives.channels.models import ChannelAccount
from ninelives.cli import first_start
from ninelives.cli.first_start import prepare
from ninelives.config.environment import Environment
from ninelives.demo import history
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_remembers() -> None:
    forget_organisation()


def settings(tmp_path: Path, demo: str) -> Environment:
    return Environment.read({"NINELIVES_DATA": str(tmp_path / "data"), "NINELIVES_DEMO": demo})


def test_without_the_demo_one_administrator_whose_sign_in_is_told_once(tmp_path: Path) -> None:
    bare = settings(tmp_path, "0")
    told = prepare(bare)
    admin = Person.objects.get()
    password = told.split(" password ")[1].split()[0]
    assert admin.email in told
    assert admin.role == "administrator"
    assert admin.check_password(password)
    mailbox = ChannelAccount.objects.get()
    assert (mailbox.kind, mailbox.takes_all, mailbox.confirms) == ("mail", True, False)
    assert prepare(bare) == ""
    assert not (tmp_path / "data").exists()


def test_the_demos_sign_ins_are_told_again_from_a_file_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "write", lambda boxes, people: None)
    demo = settings(tmp_path, "1")
    told = prepare(demo)
    kept = tmp_path / "data" / first_start.PASSWORD_FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    password = kept.read_text().strip()
    assert password in told
    assert "alice@zonnestroom.example" in told
    assert Person.objects.get(email="alice@zonnestroom.example").check_password(password)
    assert prepare(demo) == told
    kept.unlink()
    assert "ninelives person password" in prepare(demo)


def test_what_is_there_is_kept_as_it_is(tmp_path: Path) -> None:
    make_cast()
    people = Person.objects.count()
    assert prepare(settings(tmp_path, "1")) == ""
    assert Person.objects.count() == people
    assert not Organisation.objects.get().is_demo


def test_a_demo_that_fails_half_way_leaves_nothing_in_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(history, "write", fail)
    with pytest.raises(OSError, match="disk full"):
        prepare(settings(tmp_path, "1"))
    assert not Organisation.objects.exists()
    monkeypatch.undo()
    monkeypatch.setattr(history, "write", lambda boxes, people: None)
    assert (tmp_path / "data" / first_start.PASSWORD_FILE).read_text().strip() in prepare(settings(tmp_path, "1"))
