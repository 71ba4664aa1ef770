"""Webhooks from the command line, and what `doctor` says of them."""

import json

import pytest

from ninelives.cli import main
from ninelives.cli.doctor import State, _webhooks
from ninelives.webhooks.models import Webhook
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
URL = "http://127.0.0.1:9/"


@pytest.fixture(autouse=True)
def cast(settings) -> None:
    settings.OUTGOING_ALLOW = ("127.0.0.1",)
    make_cast()


def told(capsys: pytest.CaptureFixture[str], *words: str):
    assert main(["webhook", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_is_made_listed_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    made = told(capsys, "add", "--url", URL, "--event", "message.received", "--brand", "zonnestroom")
    assert made["secret"].startswith("whsec_")
    (row,) = told(capsys, "list", "--json")
    assert (row["id"], row["url"], row["events"], row["brand"]) == (
        made["id"],
        URL,
        ["message.received"],
        "Zonnestroom",
    )
    assert main(["webhook", "remove", made["id"]]) == 0
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["add", "--url", "http://10.0.0.1/"],
        ["add", "--url", "ftp://example.org/"],
        ["add", "--url", URL, "--event", "message.eaten"],
        ["add", "--url", URL, "--brand", "?"],
        ["remove", "nothing"],
    ],
)
def test_what_cannot_be_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", *words]) == 2
    assert capsys.readouterr().err.startswith("ninelives: ")
    assert not Webhook.objects.exists()


def test_doctor_names_what_switched_itself_off(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "add", "--url", URL)
    assert (_webhooks().state, _webhooks().found) == (State.OK, "1 active")
    Webhook.objects.update(is_active=False, reason="paused")
    assert _webhooks().state is State.OK
    Webhook.objects.update(reason="gone")
    assert _webhooks().state is State.WARN
    assert f"{URL} (gone)" in _webhooks().found
