"""Tokens, people and channel accounts from the command line; wrong input is one clear line."""

import io
import json
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from ninelives.accounts.actions import token_for
from ninelives.accounts.models import Person, Token
from ninelives.accounts.passwords import WORDS, memorable
from ninelives.accounts.permissions import Permission
from ninelives.channels.models import ChannelAccount
from ninelives.channels.registry import CHANNELS
from ninelives.cli import asking, main
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """The commands on the database of the test, in English."""
    monkeypatch.setattr(asking, "database", nullcontext)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return make_cast()


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]):
    def call(*words: str) -> str:
        assert main(words) == 0
        return capsys.readouterr().out.strip()

    return call


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]):
    def refused(*words: str) -> str:
        assert main(words) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        return told.err.removeprefix("ninelives: ").strip()

    return refused


def test_a_token_is_all_that_is_printed_and_has_every_right(call) -> None:
    secret = call("token", "create", "--name", "script")
    token = token_for(secret)
    assert token is not None
    assert all(token.may(permission) for permission in Permission)
    assert len(token.brand_ids) == 2


def test_a_token_with_less(call, here: Cast) -> None:
    secret = call("token", "create", "--name", "reader", "--scope", "read_conversations", "--brand", "windkracht")
    token = token_for(secret)
    assert token is not None
    assert token.may(Permission.READ_CONVERSATIONS)
    assert not token.may(Permission.ANSWER)
    assert token.brand == here.other_brand


def test_a_token_is_listed_without_its_secret_and_can_be_revoked(call, refused) -> None:
    secret = call("token", "create", "--name", "script")
    (row,) = json.loads(call("token", "list", "--json"))
    assert (row["name"], row["scopes"], row["revoked"]) == ("script", ["all"], "")
    assert secret not in json.dumps(row)
    call("token", "revoke", row["id"])
    assert token_for(secret) is None
    assert "revoked before" in refused("token", "revoke", row["id"])
    assert refused("token", "revoke", "1") == "there is no token 1; `ninelives token list` shows them"
    assert call("token", "list").splitlines()[0].split() == [
        "ID", "NAME", "SCOPES", "BRAND", "CREATED", "USED", "REVOKED",
    ]  # fmt: skip


def test_wrong_words_for_a_token(refused) -> None:
    assert refused("token", "create", "--name", " ") == "a token needs a name"
    assert "no such scope: fly (there is: read_conversations" in refused(
        "token", "create", "--name", "x", "--scope", "fly"
    )
    assert refused("token", "create", "--name", "x", "--brand", "Nobody") == (
        "there is no brand “Nobody” (there is: Windkracht, Zonnestroom)"
    )
    assert not Token.objects.exists()


def test_a_person_gets_a_password_that_is_shown_once(call) -> None:
    told = call("person", "add", "--name", "Dirk", "--email", "Dirk@zonnestroom.example", "--role", "team-lead",
                "--brand", "Zonnestroom", "--language", "en")  # fmt: skip
    email, password = told.split()
    person = Person.objects.get(email="dirk@zonnestroom.example")
    assert (email, person.role, person.language) == (person.email, "team_lead", "en")
    assert person.check_password(password)


def test_a_person_gets_the_password_from_the_input(call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("nine lives are plenty\n"))
    told = call("person", "add", "--name", "Dirk", "--email", "dirk@zonnestroom.example", "--role", "administrator",
                "--password-stdin")  # fmt: skip
    assert told == "dirk@zonnestroom.example"
    assert Person.objects.get(email="dirk@zonnestroom.example").check_password("nine lives are plenty")


def test_another_password_ends_the_old_one(call, here: Cast) -> None:
    _email, first = call("person", "password", "alice@zonnestroom.example").split()
    _email, second = call("person", "password", "ALICE@zonnestroom.example").split()
    here.alice.refresh_from_db()
    assert here.alice.check_password(second)
    assert not here.alice.check_password(first)


def test_people_are_listed_with_their_brands(call) -> None:
    rows = {row["email"]: row for row in json.loads(call("person", "list", "--json"))}
    assert rows["charlie@zonnestroom.example"]["brands"] == ["Windkracht"]


def test_wrong_words_for_a_person(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    add = ("person", "add", "--name", "Dirk", "--role")
    dirk = ("--email", "dirk@zonnestroom.example")
    assert refused(*add, "agent", "--email", "dirk") == "“dirk” is not a mail address"
    assert "there is no role “boss” (there is: agent, team_lead," in refused(*add, "boss", *dirk)
    assert refused(*add, "agent", *dirk) == "say which brand, with --brand (there is: Windkracht, Zonnestroom)"
    assert (
        refused(*add, "agent", "--email", "alice@zonnestroom.example") == "alice@zonnestroom.example works here already"
    )
    assert refused("person", "password", "x@y.example") == "nobody here has the address x@y.example"
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert "too short" in refused(*add, "administrator", *dirk, "--password-stdin")
    assert not Person.objects.filter(email=dirk[1]).exists()


def test_a_mailbox_is_made_and_described_for_scripts(call) -> None:
    told = json.loads(
        call("channel", "add", "mail", "--name", "Sales", "--brand", "Windkracht", "--set", "address=Sales@w.example",
             "--set", "confirms=1", "--set", "max_file_mb=5")
    )  # fmt: skip
    account = ChannelAccount.objects.get(pk=told["id"])
    assert (told["address"], told["confirms"], told["takes_all"]) == ("sales@w.example", True, False)
    assert (told["webhook"], told["inbound"]) == ("", "")
    assert account.view().settings["max_file_mb"] == "5"


def test_without_a_brand_it_is_the_first_ones_and_that_is_said(here: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["channel", "add", "webchat", "--name", "Site"]) == 0
    told = capsys.readouterr()
    made = json.loads(told.out)
    assert made["brand"] == here.brand.name
    assert {"id", "key", "secret", "snippet"} <= made.keys()
    assert told.err == "ninelives: made for Zonnestroom; --brand names another\n"


def test_a_mailbox_is_changed_only_where_asked(call, here: Cast) -> None:
    call("channel", "set", "Service", "--set", "max_file_mb=5")
    told = json.loads(
        call("channel", "set", "service@zonnestroom.example", "--set", "confirms=1", "--set", "name=Desk")
    )
    assert (told["name"], told["confirms"], told["takes_all"]) == ("Desk", True, True)
    here.mailbox.refresh_from_db()
    assert here.mailbox.view().settings["max_file_mb"] == "5"
    call("channel", "set", "Desk", "--set", "max_file_mb=")
    assert not here.mailbox.settings.exists()


def test_a_secret_is_never_listed(call, here: Cast) -> None:
    assert "open sesame" not in call("channel", "list", "--json")
    call("channel", "set", "Pretend", "--set", "secret=another one")
    assert here.pretend.view().settings["secret"] == "another one"
    assert not here.pretend.settings.filter(value__contains="another").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "fax", "--name", "F"), f"there is no channel “fax” (there is: {', '.join(CHANNELS)})"),
        (("add", "pretend", "--name", "F"), "or not filled in: secret (it knows: api_base, secret)"),
        (("add", "mail", "--name", "F", "--set", "colour=red"), "not a setting of this channel"),
        (("add", "mail", "--name", "Service"), "another account of this channel has this name"),
        (("add", "mail", "--name", "F", "--set", "takes_all=1"), "another account of this channel takes all; one can"),
        (("add", "mail", "--name", "F", "--set", "address=Service@zonnestroom.example"), "has this address"),
        (("add", "mail", "--name", "F", "--set", "confirms=maybe"), "confirms should be 1 or 0, not “maybe”"),
        (("add", "mail", "--name", "F", "--set", "confirms"), "“confirms” should be KEY=VALUE"),
        (("add", "mail", "--name", " "), "a channel account needs a name"),
        (("add", "mail", "--name", "F", "--set", "address=nowhere"), "“nowhere” is not a mail address"),
        (("add", "mail", "--name", "F", "--set", "max_file_mb=much"), "max_file_mb should be 25"),
        (("add", "webchat", "--name", "F", "--set", "colour=red"), "colour should be #1f5f8b"),
        (
            (
                "add",
                "imap",
                "--name",
                "F",
                "--set",
                "host=h",
                "--set",
                "user=u",
                "--set",
                "password=p",
                "--set",
                "port=65536",
            ),
            "port should be 993",
        ),
        (("set", "Service", "--set", "name="), "a channel account needs a name"),
        (("set", "Service", "--set", "address=nowhere"), "“nowhere” is not a mail address"),
        (("set", "Nothing", "--set", "confirms=1"), "there is not one account “Nothing”"),
        (("set", "Pretend", "--set", "secret="), "not filled in: secret"),
    ],
)
def test_wrong_words_for_a_channel(refused, words: tuple[str, ...], told: str) -> None:
    brand = ("--brand", "Zonnestroom") if words[0] == "add" else ()
    assert told in refused("channel", *words, *brand)


def test_words_come_in_the_language_of_the_system() -> None:
    assert asking.language({"LANG": "nl_NL.UTF-8"}) == "nl"
    assert asking.language({"LANG": "nl_NL.UTF-8", "LC_ALL": "en_GB.UTF-8"}) == "en"
    assert asking.language({}) == "en"


def test_passwords_we_make_can_be_typed_and_differ() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() for word in WORDS)
    assert len({memorable() for _ in range(50)}) == 50
