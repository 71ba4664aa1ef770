"""The ledger, raw input and files."""

from pathlib import Path

from django.test import Client

from ninelives.accounts.models import Viewing
from ninelives.channels.actions import store
from ninelives.channels.models import Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.foundation import files
from tests.cast import Cast, mail, take_in, take_receipts

RECEIPTS = "/api/v1/receipts"


def test_what_became_of_each_receipt_is_told(api: Client, people: Cast) -> None:
    raw = mail(message_id="1@example.org")
    first = take_in(people.mailbox, raw)
    again = take_in(people.mailbox, raw)
    broken = take_in(people.pretend, b"{broken")
    waiting = store(people.mailbox, mail(message_id="2@example.org"), Envelope())
    assert waiting

    told = {item["state"]: item for item in api.get(RECEIPTS).json()["items"]}
    message = Message.objects.get()
    assert told["processed"]["id"] == str(first.pk)
    assert told["processed"]["message"] == str(message.pk)
    assert told["processed"]["conversation"] == str(message.conversation_id)
    assert told["processed"]["size"] == len(raw)
    assert told["duplicate"]["id"] == str(again.pk)
    assert told["duplicate"]["duplicate_of"] == str(first.pk)
    assert told["quarantined"]["id"] == str(broken.pk)
    assert (told["quarantined"]["reason"], told["quarantined"]["channel"]) == ("not_json", "pretend")
    assert told["quarantined"]["explanation"]
    assert told["processed"]["explanation"] == ""
    assert told["stored"]["processed_at"] is None


def test_receipts_are_filtered(api: Client, people: Cast, conversation: Conversation) -> None:
    take_in(people.pretend, b"{broken")

    def states(**asked: str) -> list[str]:
        return [item["state"] for item in api.get(RECEIPTS, asked).json()["items"]]

    assert states() == states(state="", channel="") == ["quarantined", "processed"]
    assert states(state="quarantined") == ["quarantined"]
    assert states(channel="mail") == ["processed"]
    assert states(channel=str(people.pretend.pk)) == ["quarantined"]
    assert api.get(RECEIPTS, {"state": "lost"}).status_code == 422


def test_a_receipt_is_processed_again(api: Client, people: Cast, conversation: Conversation) -> None:
    receipt = Receipt.objects.get()
    replayed = api.post(f"{RECEIPTS}/{receipt.pk}/replay")
    assert (replayed.status_code, replayed.json()["state"]) == (202, "stored")
    while take_receipts():
        pass
    assert api.get(f"{RECEIPTS}/{receipt.pk}").json()["state"] == "processed"
    assert Message.objects.count() == 1


def test_raw_input_is_handed_over_as_it_came(api: Client, people: Cast) -> None:
    raw = mail(text="Héllo <script>alert(1)</script>")
    receipt = take_in(people.mailbox, raw)
    answer = api.get(f"{RECEIPTS}/{receipt.pk}/raw")
    assert b"".join(answer.streaming_content) == raw
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Viewing.objects.get().subject == "receipt"


def test_large_raw_input_comes_from_its_file(api: Client, people: Cast) -> None:
    raw = mail(text="word " * 150_000)
    receipt = take_in(people.mailbox, raw)
    assert receipt.raw_file_id
    answer = api.get(f"{RECEIPTS}/{receipt.pk}/raw")
    assert (int(answer["Content-Length"]), b"".join(answer.streaming_content)) == (len(raw), raw)


def _attach(conversation: Conversation, name: str) -> Attachment:
    file = files.store(b"<svg onload=alert(1)>")
    return Attachment.objects.create(
        message=conversation.messages.get(), file=file, name=name, media_type="image/svg+xml", size=21
    )


def test_a_file_is_never_shown_in_place(api: Client, conversation: Conversation) -> None:
    _attach(conversation, 'evil"\r\nSet-Cookie: x=1\n/../é\x01\u202e.svg')
    told = api.get(f"/api/v1/conversations/{conversation.pk}").json()["messages"][0]["attachments"][0]
    assert (told["media_type"], told["size"]) == ("image/svg+xml", 21)
    assert told["url"] == f"http://testserver/api/v1/attachments/{told['id']}"
    answer = api.get(told["url"])
    assert b"".join(answer.streaming_content) == b"<svg onload=alert(1)>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert Viewing.objects.filter(subject="attachment").exists()


def test_lost_bytes_are_told(api: Client, conversation: Conversation) -> None:
    attachment = _attach(conversation, "a.svg")
    Path(files.path_of(attachment.file_id)).unlink()
    assert api.get(f"/api/v1/attachments/{attachment.pk}").status_code == 410


def test_a_list_costs_the_same_however_long(api: Client, people: Cast, django_assert_max_num_queries) -> None:
    for number in range(20):
        take_in(people.mailbox, mail(message_id=f"{number}@example.org"))
    with django_assert_max_num_queries(6):
        assert len(api.get(RECEIPTS).json()["items"]) == 20
