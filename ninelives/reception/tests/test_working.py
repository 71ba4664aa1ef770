"""The worker: one lane in order, several workers at once, and nothing that stops the next."""

import json
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection

from ninelives.channels import actions
from ninelives.channels.models import Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.models import Fact
from ninelives.reception import pipeline, working
from tests.cast import Cast, mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def comes_in(cast: Cast, raw: bytes) -> None:
    actions.store(cast.mailbox, raw, Envelope("dora@example.org", (cast.mailbox.address,)))


def work_at_once(workers: int) -> None:
    """Several workers, as on several machines, until nothing is left."""
    start = Barrier(workers)

    def work() -> None:
        start.wait()
        while Receipt.objects.filter(state="stored").exists():
            working.take_receipts(limit=3)
        connection.close()

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_album_is_one_conversation_whoever_works(cast: Cast) -> None:
    comes_in(cast, mail(text="Picture 0", message_id="0@example.org"))
    for number in range(1, 12):
        answered = f"<{number - 1}@example.org>"
        comes_in(cast, mail(text=f"Picture {number}", message_id=f"{number}@example.org", In_Reply_To=answered))
    work_at_once(3)
    conversation = Conversation.objects.get()
    said = conversation.messages.order_by("id").values_list("text", flat=True)
    assert [text.strip() for text in said] == [f"Picture {number}" for number in range(12)]


def test_many_lanes_at_once_lose_and_double_nothing(cast: Cast) -> None:
    for number in range(40):
        sender = f"Somebody <s{number % 8}@example.org>"
        comes_in(cast, mail(text=f"Mail {number}", sender=sender, message_id=f"{number}@example.org"))
    work_at_once(3)
    assert sorted(Message.objects.values_list("external_id", flat=True)) == sorted(
        f"{number}@example.org" for number in range(40)
    )
    assert Receipt.objects.exclude(state="processed").count() == 0


def test_live_mail_goes_before_import(cast: Cast) -> None:
    for number in range(3):
        actions.store(cast.mailbox, mail(text=f"Old {number}"), Envelope(), key=f"old-{number}", is_import=True)
    comes_in(cast, mail(text="Now", message_id="now@example.org"))
    working.take_receipts(limit=1)
    assert Message.objects.get().text.strip() == "Now"


def test_trouble_with_the_database_blames_no_receipt(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(receipt: Receipt) -> None:
        raise OperationalError("gone")

    comes_in(cast, mail(message_id="1@example.org"))
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "process", away)
        with pytest.raises(OperationalError):
            working.take_receipts()
    assert Receipt.objects.get().state == "stored"
    working.take_receipts()
    assert Receipt.objects.get().state == "processed"


def test_what_is_stored_waits_for_the_disk_and_what_becomes_of_it_need_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the disk as stored, and would be taken in again."""
    honest, waits = pipeline.process, list[str]()

    def asking(receipt: Receipt) -> None:
        waits.append(does_wait())
        honest(receipt)

    def does_wait() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

    monkeypatch.setattr(pipeline, "process", asking)
    comes_in(cast, mail())
    before = does_wait()
    working.take_receipts()
    assert (before, waits, does_wait()) == ("on", ["off"], "on")


def test_one_that_fails_takes_none_of_its_batch_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = pipeline.process

    def poisoned(receipt: Receipt) -> None:
        honest(receipt)
        if b"poison" in receipt.content:
            raise KeyError("poison")

    monkeypatch.setattr(pipeline, "process", poisoned)
    for number in range(5):
        text = "poison" if number == 3 else f"Harmless {number}"
        comes_in(cast, mail(text=text, sender=f"s{number}@example.org", message_id=f"{number}@example.org"))
    working.take_receipts()
    assert list(Receipt.objects.order_by("pk").values_list("state", flat=True)) == [
        *["processed"] * 3,
        "quarantined",
        "processed",
    ]
    told = [fact.name for fact in Fact.objects.order_by("pk")]
    assert told == [*["MessageReceived"] * 3, "ReceiptQuarantined", "MessageReceived"]
    assert Message.objects.count() == Conversation.objects.count() == 4


def test_what_kills_the_process_again_and_again_is_put_aside_and_spares_its_neighbours(cast, monkeypatch) -> None:
    """A kill leaves no word but the attempt written down before: SystemExit stands for it."""
    honest = pipeline.process

    def deadly(receipt: Receipt) -> None:
        if b"deadly" in receipt.content:
            raise SystemExit
        honest(receipt)

    monkeypatch.setattr(pipeline, "process", deadly)
    comes_in(cast, mail(text="deadly", message_id="1@example.org"))
    for number in range(2, 6):
        comes_in(cast, mail(text=f"Harmless {number}", sender=f"s{number}@example.org", message_id=f"{number}@x.org"))
    deaths = 0
    while Receipt.objects.filter(state="stored").exists():
        try:
            working.take_receipts()
        except SystemExit:
            deaths += 1
    assert deaths <= working.QUARANTINE_AFTER + 1
    assert Receipt.objects.get(state="quarantined").reason == "interrupted_too_often"
    assert Message.objects.count() == 4


def test_news_of_a_delivery_is_no_conversation(cast: Cast) -> None:
    call = json.dumps({"call": "1", "status": "delivered", "id": "unknown"}).encode()
    actions.store(cast.pretend, call, Envelope())
    working.take_receipts()
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.reason) == ("processed", "news_of_nothing_ours")
    assert not Conversation.objects.exists()
