"""The doors: mail over SMTP and providers over HTTP. Stored before it is acknowledged, refused in words."""

import asyncio
import json
import smtplib
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.test import Client

from ninelives.channels.adapters.mail.limits import MAX_PARTS
from ninelives.channels.models import Receipt
from ninelives.conversations.models import Message
from ninelives.reception import smtp
from ninelives.reception.working import take_receipts
from tests.cast import Cast, mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def port() -> Iterator[int]:
    """The real listener, on a free port, in a thread of its own."""
    loop = asyncio.new_event_loop()
    door = smtp.Door(threads=2)
    server = loop.run_until_complete(smtp.listen(door, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1]

    async def end() -> None:
        server.close()
        await door.close()

    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def send(port: int, raw: bytes, to: str = "service@zonnestroom.example") -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return client.sendmail("dora@example.org", [to], raw)


def test_what_was_acknowledged_is_stored(cast: Cast, port: int) -> None:
    raw = mail(message_id="1@example.org").replace(b"\n", b"\r\n")
    send(port, raw)
    receipt = Receipt.objects.get()
    assert receipt.content == raw
    assert (receipt.envelope_from, receipt.envelope_to) == ("dora@example.org", ["service@zonnestroom.example"])


def test_each_of_our_mailboxes_gets_its_own(cast: Cast, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(
            "dora@example.org", ["service@zonnestroom.example", "hallo@windkracht.example"], mail(message_id="1@x.org")
        )
    assert {receipt.account for receipt in Receipt.objects.all()} == {cast.mailbox, cast.other_mailbox}


def test_mail_for_nobody_is_refused_when_nobody_takes_all(cast: Cast, port: int) -> None:
    cast.mailbox.takes_all = False
    cast.mailbox.save()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, mail(), to="somebody@elsewhere.example")
    assert refused.value.recipients["somebody@elsewhere.example"][0] == 550


def test_while_it_cannot_be_stored_the_sender_keeps_it(cast, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(smtp.actions, "store", away)
    with pytest.raises(smtplib.SMTPDataError) as told:
        send(port, mail())
    assert told.value.smtp_code == 451
    assert not Receipt.objects.exists()


def test_a_full_disk_is_no_acknowledgement(cast, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(smtp.actions, "store", full)
    with pytest.raises(smtplib.SMTPDataError):
        send(port, mail())


def test_more_than_fifty_megabytes_is_refused_and_said(cast: Cast, port: int) -> None:
    with pytest.raises((smtplib.SMTPResponseException, smtplib.SMTPSenderRefused)) as told:
        send(port, b"Subject: large\r\n\r\n" + b"x" * 76 * 700_000)
    assert told.value.smtp_code == 552
    assert not Receipt.objects.exists()


def test_sixty_megabytes_that_nobody_announced_are_refused_and_the_door_stays_open(cast: Cast, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo("elsewhere.example")
        client.docmd("MAIL", "FROM:<dora@example.org>")
        client.docmd("RCPT", "TO:<service@zonnestroom.example>")
        code, _ = client.data((b"x" * 76 + b"\r\n") * 770_000)
        assert code == 552
        client.sendmail("dora@example.org", ["service@zonnestroom.example"], mail(message_id="1@example.org"))
    assert Receipt.objects.get().size < 10_000


def test_ten_thousand_parts_are_one_message_that_says_what_is_missing(cast: Cast, port: int) -> None:
    part = b"--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    head = b"From: dora@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    send(port, head + b"--b\r\n\r\nSee all these.\r\n" + part * 10_000 + b"--b--\r\n")
    send(port, mail(message_id="next@example.org"))
    while take_receipts():
        pass
    hostile = Message.objects.get(text__startswith="See all")
    assert 0 < hostile.attachments.count() <= MAX_PARTS
    assert hostile.remarks
    assert Message.objects.filter(external_id="next@example.org").exists()


def test_a_zip_bomb_is_a_small_file_that_nobody_opens(cast: Cast, port: int) -> None:
    from email.message import EmailMessage
    from io import BytesIO
    from zipfile import ZIP_DEFLATED, ZipFile

    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(100_000_000))
    letter = EmailMessage()
    letter["From"], letter["Message-ID"] = "dora@example.org", "<bomb@example.org>"
    letter.set_content("Open this!")
    letter.add_attachment(bomb.getvalue(), maintype="application", subtype="zip", filename="bomb.zip")
    send(port, letter.as_bytes())
    take_receipts()
    attachment = Message.objects.get().attachments.get()
    assert (attachment.name, attachment.size) == ("bomb.zip", len(bomb.getvalue()))
    assert attachment.size < 200_000


def test_lines_of_any_length_and_rubbish_are_taken(cast: Cast, port: int) -> None:
    for raw in (b"From: dora@example.org\r\n\r\n" + b"x" * 2_000_000, bytes(range(1, 256)) * 20, b"\xff\xfe"):
        send(port, raw)
    while take_receipts():
        pass
    assert Receipt.objects.exclude(state="stored").count() == 3


def test_fifty_attachments_at_once_are_all_kept(cast: Cast, port: int) -> None:
    from email import message_from_bytes
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = "dora@example.org", "Fifty", "<50@example.org>"
    letter.set_content("See the files.")
    for number in range(50):
        content = bytes([number]) * 20_000
        letter.add_attachment(content, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    assert message_from_bytes(letter.as_bytes()).is_multipart()
    send(port, letter.as_bytes())
    take_receipts()
    assert Message.objects.get().attachments.count() == 50


def test_a_provider_that_signs_is_heard_and_anybody_else_is_not(cast: Cast) -> None:
    from ninelives.channels.registry import channel

    call = json.dumps({"call": "c1", "id": "m1", "from": "dora", "name": "Dora", "text": "Hello?"}).encode()
    sign = __import__("importlib").import_module(type(channel("pretend")).__module__).sign
    url = f"/in/pretend/{cast.pretend.pk}"

    def post(signature: str) -> int:
        headers = {"X-Pretend-Signature": signature}
        return Client().post(url, call, content_type="application/json", headers=headers).status_code

    assert post("sha256=forged") == 403
    assert not Receipt.objects.exists()
    assert post(sign(call, "open sesame")) == 200
    assert post(sign(call, "open sesame")) == 200
    take_receipts()
    assert Message.objects.get().text == "Hello?"
    assert Client().get(url, {"challenge": "42"}).content == b"42"
    assert Client().get(f"/in/mail/{cast.mailbox.pk}").status_code == 403
    assert Client().post(f"/in/pretend/{cast.mailbox.pk}").status_code == 404
