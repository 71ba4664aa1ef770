"""A disk that is full: nothing is acknowledged that is not kept, nobody is blamed, and afterwards it goes on."""

import errno
import json
import os
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from psycopg.errors import DiskFull

from ninelives.channels import actions as channels
from ninelives.channels.adapters import pretend
from ninelives.channels.models import Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations.models import Message
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.reception import pipeline
from ninelives.reception.forms import new_form
from ninelives.reception.queries import forget_accounts
from ninelives.reception.tests.chat_tools import key_of
from ninelives.reception.working import QUARANTINE_AFTER, take_receipts
from tests.cast import Cast, mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Disk:
    """Full, until somebody makes room: whatever is written can then not be kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full, honest = True, os.fsync

        def fsync(descriptor: int) -> None:
            if self.is_full:
                raise OSError(errno.ENOSPC, "No space left on device")
            honest(descriptor)

        monkeypatch.setattr(files.os, "fsync", fsync)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def call(cast: Cast, size: int) -> int:
    body = json.dumps({"call": "c", "id": "m", "from": "dora", "text": "x" * size}).encode()
    headers = {"X-Pretend-Signature": pretend.sign(body, "open sesame")}
    url = f"/in/pretend/{cast.pretend.pk}"
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


def kept_files() -> list[Path]:
    return [path for path in Path(settings.FILES_FOLDER).rglob("*") if path.is_file()]


def test_the_provider_keeps_what_cannot_be_kept_here_and_nothing_stays_of_it(cast: Cast, disk: Disk) -> None:
    before = kept_files()
    assert call(cast, channels.INTO_A_FILE) == 503
    assert not Receipt.objects.exists()
    assert kept_files() == before
    disk.is_full = False
    assert call(cast, channels.INTO_A_FILE) == 200
    assert Receipt.objects.count() == 1


def test_what_was_filled_in_stands_there_still(cast: Cast, disk: Disk) -> None:
    forget_accounts()
    form = channels.open_account("web_form", "Contact", cast.brand)
    told = {"form": new_form(form, now() - timedelta(minutes=1)), "mail": "dora@example.org", "text": "My meter"}

    def sends() -> Any:
        picture = SimpleUploadedFile("meter.png", b"x" * channels.INTO_A_FILE, "image/png")
        return Client().post(f"/forms/{key_of(form)}/", {**told, "files": picture})

    answer = sends()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "My meter" in answer.content.decode()
    assert not Receipt.objects.exists()
    disk.is_full = False
    assert sends().status_code == 303
    assert Receipt.objects.count() == 1


def test_more_than_a_provider_may_send_is_refused_in_so_many_words(cast: Cast) -> None:
    assert call(cast, 6_000_000) == 413
    assert not Receipt.objects.exists()


def with_a_file(number: int) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Message-ID"] = "dora@example.org", f"<{number}@example.org>"
    letter.set_content(f"Letter {number}, see the file.")
    content = os.urandom(2000)
    letter.add_attachment(content, maintype="application", subtype="pdf", filename="a.pdf")
    return letter.as_bytes()


def test_mails_with_files_wait_until_there_is_room_and_then_come_in(cast: Cast, disk: Disk) -> None:
    for number in range(3):
        channels.store(cast.mailbox, with_a_file(number), Envelope("dora@example.org", (cast.mailbox.address,)))
    for _ in range(QUARANTINE_AFTER + 3):
        with pytest.raises(OSError, match="No space left"):
            take_receipts()
    assert set(Receipt.objects.values_list("state", "attempts")) == {("stored", 0)}
    disk.is_full = False
    while take_receipts():
        pass
    assert Receipt.objects.filter(state="processed").count() == 3
    assert [message.attachments.count() for message in Message.objects.all()] == [1, 1, 1]


def test_while_the_database_has_no_room_nobody_is_blamed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(receipt: Receipt) -> None:
        raise OperationalError("could not extend file") from DiskFull("could not extend file")

    channels.store(cast.mailbox, mail(message_id="1@example.org"), Envelope("dora@example.org"))
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "process", full)
        for _ in range(QUARANTINE_AFTER + 3):
            with pytest.raises(OperationalError):
                take_receipts()
    take_receipts()
    assert Receipt.objects.get().state == "processed"


def test_a_file_that_is_lost_is_no_trouble_of_the_machine(cast: Cast) -> None:
    """It would be tried for ever, and everybody would wait behind it."""
    raw = mail(text="x" * channels.INTO_A_FILE, message_id="1@example.org")
    channels.store(cast.mailbox, raw, Envelope("dora@example.org"))
    files.path_of(Receipt.objects.get().raw_file_id or "").unlink()
    take_receipts()
    assert Receipt.objects.get().state == "quarantined"
