"""`ninelives import mail` in a process of its own, as it is called."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from ninelives.channels.models import Receipt
from ninelives.conversations.models import Conversation, Message
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = datetime(2025, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def start(*words: str) -> "subprocess.Popen[str]":
    """On the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ninelives", "import", "mail", *words],
        env={**os.environ, "DATABASE_URL": urlunsplit(url), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(*words: str) -> tuple[int, str, str]:
    process = start(*words)
    out, told = process.communicate(timeout=120)
    return process.returncode, out, told


def mbox(path: Path, count: int) -> Path:
    """Exchanges of three mails each."""
    with path.open("w") as box:
        for number in range(count):
            asks = number % 3 != 1
            sender, to = f"c{number // 3}@example.org", "service@zonnestroom.example"
            answers = f"In-Reply-To: <{number - 1}@old.example>\n" if number % 3 else ""
            box.write("From x Sat Mar  1 09:00:00 2025\n")
            box.write(f"From: {sender if asks else to}\nTo: {to if asks else sender}\nSubject: Old {number // 3}\n")
            box.write(
                f"Date: {format_datetime(BEGAN + timedelta(minutes=number))}\nMessage-ID: <{number}@old.example>\n"
            )
            box.write(f"{answers}\nLetter {number}\n\n")
    return path


def test_it_ends_with_a_count_in_words_and_one_line_of_json(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "bad.eml").write_text("Subject: nobody\n\nHello")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "photo.jpg").write_bytes(b"")
    mbox(tmp_path / "old.mbox", 3)
    code, out, _told = call(str(tmp_path), "--json")
    *words, last = out.splitlines()
    assert code == 0
    assert words == [
        "taken in: 3",
        "duplicates: 0",
        "quarantined: 1",
        "  bad.eml: It does not say who sent it.",
        "unreadable files: 1",
        "  gone.eml: No such file or directory",
        "files that are no mail, left alone: 1",
    ]
    figures = json.loads(last)
    assert (figures["taken_in"], figures["quarantined"], figures["reasons"]) == (3, 1, {"no_sender": 1})


def test_wrong_input_ends_with_2_and_nothing_to_read_with_1(cast: Cast, tmp_path: Path) -> None:
    assert call(str(tmp_path / "nowhere"))[0] == 2
    code, _out, told = call(str(tmp_path), "--account", "Nobody")
    assert code == 2
    assert told == "ninelives: say which mailbox, with --account (there is: Service, Windkracht)\n"
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    assert call(str(tmp_path))[0] == 1
    (tmp_path / "no.eml").write_text("This is a shopping list.\n")
    assert call(str(tmp_path))[0] == 1  # Put aside, all of it: most likely another file was meant.


def test_killed_half_way_and_run_again_all_is_there_once(cast: Cast, tmp_path: Path) -> None:
    box = mbox(tmp_path / "old.mbox", 240)
    process = start(str(box))
    while not 20 <= Receipt.objects.filter(state="processed").count() < 240:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, out, _told = call(str(box), "--json")
    figures = json.loads(out.splitlines()[-1])
    assert code == 0
    assert figures["taken_in"] + figures["duplicates"] == 240
    assert 0 < figures["taken_in"] < 240
    assert Receipt.objects.filter(state="processed").count() == Message.objects.count() == 240
    assert Conversation.objects.count() == 80
    assert not Conversation.objects.filter(status="open").exists()
