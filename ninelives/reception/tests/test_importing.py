"""Old mail comes in once, keeps its dates and direction, and disturbs nobody."""

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from ninelives.channels import actions as channels
from ninelives.channels.models import Delivery, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Closure, Conversation, Message
from ninelives.reception import importing
from ninelives.reception.archives import Archive
from ninelives.reception.importing import Outcome, WhichAccountError, account_named, import_mail, key_of
from tests.cast import Cast, arrives, mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SERVICE = "service@zonnestroom.example"
DORA = "Dora de Vries <dora@example.org>"


@pytest.fixture
def cast() -> Cast:
    return make_cast(confirms=True)


def letter(number: int, *, answers: int = 0, sender: str = DORA, to: str = SERVICE, text: str = "") -> bytes:
    written = datetime(2025, 3, number, 9, tzinfo=UTC)
    head = [f"From: {sender}", f"To: {to}", "Subject: Old", f"Date: {format_datetime(written)}"]
    head += [f"Message-ID: <{number}@old.example>"] + [f"In-Reply-To: <{answers}@old.example>"] * bool(answers)
    return "\n".join([*head, "", text or f"Letter {number}", ""]).encode()


THREAD = (letter(1), letter(2, answers=1, sender=SERVICE, to=DORA), letter(3, answers=2))


def folder(path: Path, *letters: bytes) -> Path:
    for number, raw in enumerate(letters):
        # Named against the order of their dates.
        (path / f"{99 - number}.eml").write_bytes(raw)
    return path


def take_in(path: Path, cast: Cast, *, leave_open: bool = False) -> Outcome:
    with Archive(path) as archive:
        archive.look()
        return import_mail(archive, cast.mailbox, leave_open=leave_open)


def test_a_thread_comes_together_with_its_dates_and_directions(cast: Cast, tmp_path: Path) -> None:
    outcome = take_in(folder(tmp_path, *THREAD), cast)
    assert (outcome.taken_in, outcome.duplicates, outcome.quarantined) == (3, 0, [])
    conversation = Conversation.objects.get()
    said = conversation.messages.order_by("occurred_at").values_list("direction", "occurred_at__day", "is_import")
    assert list(said) == [("inbound", 1, True), ("outbound", 2, True), ("inbound", 3, True)]
    assert conversation.customer.name == "Dora de Vries"
    assert conversation.created_at == datetime(2025, 3, 1, 9, tzinfo=UTC)


def test_the_same_archive_again_adds_nothing(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast)
    before = Receipt.objects.count(), Message.objects.count(), Closure.objects.count()
    outcome = take_in(tmp_path, cast)
    assert (outcome.taken_in, outcome.duplicates) == (0, 3)
    assert (Receipt.objects.count(), Message.objects.count(), Closure.objects.count()) == before


def test_what_came_in_live_is_a_duplicate(cast: Cast, tmp_path: Path) -> None:
    arrives(THREAD[0], cast.mailbox)
    outcome = take_in(folder(tmp_path, THREAD[0]), cast)
    assert (outcome.taken_in, outcome.duplicates) == (0, 1)
    assert Conversation.objects.get().is_open


def test_nothing_is_sent_or_confirmed(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast)
    assert not Delivery.objects.exists()
    assert not Message.objects.filter(is_automatic=True).exists()


def test_its_conversations_are_closed_as_of_their_last_message(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast)
    closure = Closure.objects.get()
    assert not Conversation.objects.get().is_open
    assert (closure.at, closure.by_name) == (datetime(2025, 3, 3, 9, tzinfo=UTC), "")


def test_its_conversations_stay_open_when_asked(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast, leave_open=True)
    assert Conversation.objects.get().is_open


def test_a_live_message_opens_an_imported_conversation(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast)
    arrives(mail(text="Once more.", message_id="9@live.example", In_Reply_To="<3@old.example>"), cast.mailbox)
    assert Conversation.objects.get().is_open
    take_in(tmp_path, cast)
    assert Conversation.objects.get().is_open


def test_what_somebody_has_touched_is_left_alone(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, THREAD[0]), cast, leave_open=True)
    conversations.claim(Conversation.objects.get(), person=cast.alice)
    take_in(tmp_path, cast)
    assert Conversation.objects.get().is_open


def test_a_closure_moves_along_with_later_messages(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    take_in(folder(tmp_path, *THREAD), cast)
    assert Closure.objects.get().at == datetime(2025, 3, 3, 9, tzinfo=UTC)


def test_what_a_killed_import_had_stored_is_seen_through(cast: Cast, tmp_path: Path) -> None:
    channels.store(cast.mailbox, THREAD[0], Envelope(), key=key_of(THREAD[0]), is_import=True)
    outcome = take_in(folder(tmp_path, *THREAD), cast)
    assert (outcome.taken_in, outcome.duplicates) == (3, 0)
    assert Message.objects.count() == 3
    assert not Conversation.objects.get().is_open


def test_what_a_killed_import_had_taken_in_is_closed_by_the_next(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast, leave_open=True)
    take_in(tmp_path, cast)
    assert not Conversation.objects.get().is_open


def test_the_same_mail_twice_in_one_archive_counts_once(cast: Cast, tmp_path: Path) -> None:
    outcome = take_in(folder(tmp_path, THREAD[0], THREAD[0]), cast)
    assert (outcome.taken_in, outcome.duplicates) == (1, 1)


def test_what_cannot_become_a_message_is_named_and_stops_nothing(cast: Cast, tmp_path: Path) -> None:
    outcome = take_in(folder(tmp_path, b"Subject: nobody\n\nHello", *THREAD), cast)
    assert outcome.taken_in == 3
    assert [(name, reason) for name, reason, _detail in outcome.quarantined] == [("99.eml", "no_sender")]
    assert outcome.reasons == {"no_sender": 1}


def test_all_of_an_import_is_one_lane(cast: Cast, tmp_path: Path) -> None:
    take_in(folder(tmp_path, *THREAD), cast)
    assert Receipt.objects.values("lane").distinct().count() == 1


def test_the_mailbox_is_the_one_that_takes_all_or_is_named(cast: Cast) -> None:
    assert account_named("") == cast.mailbox
    assert account_named("windkracht") == account_named("hallo@windkracht.example") == cast.other_mailbox
    with pytest.raises(WhichAccountError) as told:
        account_named("nobody")
    assert told.value.known == ["Service", "Windkracht"]
