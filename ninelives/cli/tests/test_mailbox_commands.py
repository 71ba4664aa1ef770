"""Mailboxes that are fetched, from the command line: made, listed with how they go, and examined."""

import json
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from ninelives.channels.fetching import note_failing
from ninelives.channels.models import AccountSetting, ChannelAccount, MailboxPosition
from ninelives.cli import asking, doctor, main
from ninelives.foundation.clock import now
from tests.cast import Cast, make_cast
from tests.mailboxes import PASSWORD, ImapServer

pytestmark = pytest.mark.django_db

NOWHERE = ("--set", "host=127.0.0.1", "--set", "port=1", "--set", "user=info@zonnestroom.example", "--set", "tls=0")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(asking, "database", nullcontext)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return make_cast()


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


def add(*words: str) -> int:
    return main(["channel", "add", "imap", "--name", "Info", "--brand", "Zonnestroom", *words])


def test_it_is_made_also_while_its_server_is_away_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(*NOWHERE, "--set", f"password={PASSWORD}") == 0
    told = capsys.readouterr()
    account = json.loads(told.out)
    assert (account["kind"], account["address"], account["webhook"]) == ("imap", "info@zonnestroom.example", "")
    assert told.err.startswith("ninelives: kept, but it cannot be fetched now: The mail server could not be reached")
    assert PASSWORD not in told.out + told.err
    kept = AccountSetting.objects.get(account_id=account["id"], name="password")
    assert kept.is_secret
    assert PASSWORD not in kept.value


def test_let_in_nothing_is_said(capsys: pytest.CaptureFixture[str], server: ImapServer) -> None:
    told = server.owner().settings().items()
    assert add(*(word for key, value in told for word in ("--set", f"{key}={value}"))) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "port=imap"), "port should be 993"),
        (("--set", "tls=maybe"), "tls should be 1, 0 or starttls"),
        (("--set", "history=some"), "history should be all, none or days:30"),
        (("--set", "after=delete"), "after should be keep, seen or move:Archive"),
        (("--set", "password="), "not filled in: password"),
        (("--set", "colour=red"), "not a setting of this channel, or not filled in: colour"),
    ],
)
def test_wrong_settings_are_named(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    assert add(*NOWHERE, "--set", "password=x", *words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert not ChannelAccount.objects.filter(kind="imap").exists()


def test_the_list_tells_how_far_each_is(capsys: pytest.CaptureFixture[str]) -> None:
    add(*NOWHERE, "--set", "password=x")
    account = ChannelAccount.objects.get(kind="imap")
    at = MailboxPosition.objects.create(
        account=account, folder="INBOX", state="fetching", done=1200, total=50_000, last_success_at=now()
    )
    capsys.readouterr()
    main(["channel", "list"])
    assert "fetching, 1200 of 50000" in capsys.readouterr().out
    main(["channel", "list", "--json"])
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["Service"]["mailbox"] is None
    mailbox = rows["Info"]["mailbox"]
    assert (mailbox["state"], mailbox["done"], mailbox["total"]) == ("fetching", 1200, 50_000)

    note_failing(account.pk, "login_refused:no such user", 60)
    at.refresh_from_db()
    assert at.failing_since
    main(["channel", "list"])
    assert "The mail server refuses the user name or the password: no such user." in capsys.readouterr().out


def test_the_doctor_goes_to_each(server: ImapServer) -> None:
    owner = server.owner()
    account = add(*(word for key, value in owner.settings().items() for word in ("--set", f"{key}={value}")))
    assert account == 0
    [well] = doctor._mailboxes()
    assert (well.what, well.state) == ("mailbox", "ok")
    assert owner.user in well.found
    main(["channel", "set", "Info", "--set", "password=other"])
    [ill] = doctor._mailboxes()
    assert ill.state == "fail"
    assert "refuses the user name or the password" in ill.found
    assert "channel set" in ill.remedy
