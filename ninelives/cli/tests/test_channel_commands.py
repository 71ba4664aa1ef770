"""Channels from the command line: which kinds there are, what a provider approved, and a provider that is played."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from ninelives.channels.actions import open_account
from ninelives.channels.delivering import deliver_due
from ninelives.channels.looks import looks
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.registry import CHANNELS
from ninelives.cli import asking, main
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.reception.working import take_receipts
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

Shown = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(asking, "database", nullcontext)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return make_cast()


def whatsapp(cast: Cast, api_base: str, **more: str) -> ChannelAccount:
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t", "api_base": api_base}
    return open_account("whatsapp", "WhatsApp", cast.brand, told={**told, **more})


def test_kinds_are_told_with_what_each_needs(capsys: Shown) -> None:
    assert main(["channel", "kinds", "--json"]) == 0
    rows = {row["kind"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(CHANNELS)
    assert rows["whatsapp"]["required"] == ["app_secret", "verify_token", "phone_number_id", "access_token"]
    assert rows["whatsapp"]["secret"] == ["app_secret", "verify_token", "access_token"]
    assert set(rows["whatsapp"]["keys"]) > set(rows["whatsapp"]["required"])
    # What is made when an account is opened need not be told.
    assert (rows["webchat"]["required"], "secret" in rows["webchat"]["secret"]) == ([], True)


def test_kinds_are_read_as_lines(capsys: Shown) -> None:
    assert main(["channel", "kinds"]) == 0
    told = capsys.readouterr().out
    assert "bot_token secret_token" in next(line for line in told.splitlines() if line.startswith("telegram"))


def test_templates_are_fetched_and_listed(capsys: Shown, cast: Cast) -> None:
    provider = CHANNELS["whatsapp"].provider
    assert provider
    with PretendedProvider(provider) as played:
        account = whatsapp(cast, played.api_base, business_account_id="102290129340398")
        played.account = account.view()
        assert main(["channel", "templates", "WhatsApp", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["language"], row["approved"]) == ("order_on_its_way", "nl", True)
    assert account.templates.count() == 1
    # The ledger's screen knows as well.
    assert [one.state for one in looks()] == ["watching"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Service", "this channel has no templates"),
        ("WhatsApp", "The account does not name the business account whose templates are wanted."),
        ("Nobody", "there is not one account “Nobody”"),
    ],
)
def test_why_there_are_no_templates_is_said_in_words(capsys: Shown, cast: Cast, name: str, told: str) -> None:
    whatsapp(cast, "http://127.0.0.1:9")
    assert main(["channel", "templates", name]) == 2
    assert told in capsys.readouterr().err


class Typing:
    """Lines that somebody types, and what happens between them."""

    def __init__(self, *lines: str | Callable[[], None]) -> None:
        self.lines = lines

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            if isinstance(line, str):
                yield f"{line}\n"
            else:
                line()


def process() -> None:
    while take_receipts():
        pass


def test_a_whole_round_with_a_provider_that_is_played(
    capsys: Shown, cast: Cast, monkeypatch: pytest.MonkeyPatch, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    account = whatsapp(cast, "http://127.0.0.1:9")

    def answers() -> None:
        process()
        conversation = Conversation.objects.get(messages__text="Where is my parcel?")
        actions.answer(conversation, actor=cast.alice, text="On its way.", key="one")
        while deliver_due():
            pass

    typing = Typing("Where is my parcel?", "", "31699999999: And mine?", process, answers)
    monkeypatch.setattr(sys, "stdin", typing)
    assert main(["pretend", "WhatsApp"]) == 0
    process()
    said = Message.objects.filter(direction="inbound").values_list("text", "customer__addresses__value")
    assert {("Where is my parcel?", "31612345678"), ("And mine?", "31699999999")} <= set(said)
    assert "→ 31612345678: On its way." in capsys.readouterr().out
    # Whoever plays no longer leaves the account as it was.
    assert account.view().settings["api_base"] == "http://127.0.0.1:9"


def test_with_doubles_it_tells_everything_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    whatsapp(cast, "http://127.0.0.1:9")
    monkeypatch.setattr(sys, "stdin", Typing("Where is my parcel?"))
    assert main(["pretend", "WhatsApp", "--doubles", "1"]) == 0
    process()
    assert (Receipt.objects.count(), Message.objects.count()) == (2, 1)


def test_what_nobody_calls_cannot_be_played(capsys: Shown, cast: Cast) -> None:
    assert main(["pretend", "Service"]) == 2
    assert "there is none to play" in capsys.readouterr().err
