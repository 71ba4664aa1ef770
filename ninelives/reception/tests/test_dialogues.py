"""Conversations of another system: once each, in their order, and nothing lost of what cannot be read."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.conversations import actions as conversations
from ninelives.conversations.actions import NoAddressError
from ninelives.conversations.models import Closure, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation.models import Fact
from ninelives.reception.dialogues import archive_named, count, import_dialogues
from ninelives.reception.importing import Outcome, WhichAccountError
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def archive(cast: Cast) -> ChannelAccount:
    return archive_named("")


def dialogue(name: str, *texts: str, **more: Any) -> str:
    sides = ("customer", "agent")
    said = [{"from": sides[place % 2], "text": text} for place, text in enumerate(texts)]
    return json.dumps({"id": name, "messages": said, **more})


def taken_in(path: Path, archive: ChannelAccount, *lines: str, leave_open: bool = False) -> Outcome:
    path.write_text("\n".join(lines))
    return import_dialogues(path, archive, leave_open=leave_open)


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages.order_by("occurred_at", "id")]


def test_each_line_is_a_closed_conversation_of_a_customer(archive: ChannelAccount, tmp_path: Path) -> None:
    outcome = taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "a", "b", "c"), dialogue("2", "d"))
    assert (outcome.taken_in, outcome.duplicates, outcome.quarantined) == (2, 0, [])
    first, second = Conversation.objects.order_by("number")
    assert (texts(first), texts(second)) == (["a", "b", "c"], ["d"])
    assert [message.direction for message in first.messages.order_by("occurred_at")] == [
        "inbound",
        "outbound",
        "inbound",
    ]
    assert first.customer != second.customer
    assert (first.status, first.waiting_since, first.preview) == ("closed", None, "c")
    assert Closure.objects.get(conversation=first).at == first.last_at


def test_nobody_hears_of_it(archive: ChannelAccount, tmp_path: Path) -> None:
    taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "a", "b"))
    assert Message.objects.filter(is_import=True).count() == 2
    assert not Fact.objects.exists()


def test_the_same_again_adds_nothing(archive: ChannelAccount, tmp_path: Path) -> None:
    lines = [dialogue(str(number), f"text {number}", "answer") for number in range(450)]
    assert taken_in(tmp_path / "a.jsonl", archive, *lines).taken_in == 450
    again = taken_in(tmp_path / "b.jsonl", archive, *lines, lines[0])
    assert (again.taken_in, again.duplicates) == (0, 451)
    assert (Conversation.objects.count(), Message.objects.count(), Customer.objects.count()) == (450, 900, 450)


def test_one_that_has_grown_since_is_added_to(archive: ChannelAccount, tmp_path: Path) -> None:
    taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "a", "b"))
    taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "a", "b", "c", "d"), dialogue("2", "e"))
    assert texts(Conversation.objects.order_by("number")[0]) == ["a", "b", "c", "d"]
    assert (Conversation.objects.count(), Message.objects.count()) == (2, 5)


def test_dates_are_kept_and_order_holds_where_there_are_none(archive: ChannelAccount, tmp_path: Path) -> None:
    line = json.loads(dialogue("1", "a", "b", "c"))
    line["messages"][0]["at"] = "2024-03-01T09:00:00+01:00"
    line["messages"][1]["at"] = "2024-03-01T09:00:00+01:00"
    line["messages"][2]["at"] = "no date"
    taken_in(tmp_path / "a.jsonl", archive, json.dumps(line))
    assert texts(Conversation.objects.get()) == ["a", "b", "c"]
    assert Conversation.objects.get().created_at.isoformat() == "2024-03-01T08:00:00+00:00"


def test_a_known_mail_address_is_that_customer(cast: Cast, archive: ChannelAccount, tmp_path: Path) -> None:
    dora = dora_writes(cast).customer
    address = dora.addresses.get().value
    line = dialogue("1", "I chatted too", customer={"name": "D.", "email": address.upper()})
    taken_in(tmp_path / "a.jsonl", archive, line)
    assert Conversation.objects.get(account=archive).customer == dora
    assert Customer.objects.count() == 1


UNREADABLE = (
    "{",
    "[]",
    '{"id": "1"}',
    '{"messages": []}',
    '{"messages": [{"from": "x", "text": ""}]}',
    '{"messages": [{"from": "agent", "text": 1}]}',
    '{"messages": [7]}',
    "\ufffd",
    "[" * 100_000,
)


@pytest.mark.parametrize("line", UNREADABLE, ids=lambda line: line[:20])
def test_what_cannot_be_read_is_kept_and_told(line: str, archive: ChannelAccount, tmp_path: Path) -> None:
    outcome = taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "before"), line, dialogue("2", "after"))
    assert (outcome.taken_in, [name for name, _reason, _detail in outcome.quarantined]) == (2, ["a.jsonl:2"])
    kept = Receipt.objects.get(state="quarantined")
    assert (kept.content.decode(), bool(kept.reason)) == (line, True)


def test_it_may_be_packed_and_may_break_off(archive: ChannelAccount, tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(dialogue(str(n), f"{n}" * 50) for n in range(1000)).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    assert count(path) == 1000
    path.write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(EOFError):
        import_dialogues(path, archive)
    path.write_bytes(packed)
    outcome = import_dialogues(path, archive)
    assert outcome.taken_in + outcome.duplicates == Conversation.objects.count() == 1000


def test_left_open_they_wait_for_an_answer_that_cannot_be_sent(
    cast: Cast, archive: ChannelAccount, tmp_path: Path
) -> None:
    taken_in(tmp_path / "a.jsonl", archive, dialogue("1", "a", "b", "c"), leave_open=True)
    conversation = Conversation.objects.get()
    assert conversation.waiting_since == conversation.last_at
    with pytest.raises(NoAddressError):
        conversations.answer(conversation, actor=cast.alice, text="Hello", key="1")


def test_an_archive_that_nobody_named_is_made_once(cast: Cast) -> None:
    assert archive_named("") == archive_named("")
    other = archive_named("Old chats")
    assert other.name == "Old chats"
    with pytest.raises(WhichAccountError):
        archive_named("")
