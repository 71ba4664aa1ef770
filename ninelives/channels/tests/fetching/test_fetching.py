"""Fetching from a real mail server: everything comes in, once, whatever happens on the way."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ninelives.channels import actions, fetching, keeping
from ninelives.channels.fetching import Fetching, OvertakenError
from ninelives.channels.models import ChannelAccount, Imprint, MailboxPosition, Receipt
from ninelives.channels.polling import LineLost, OpenFolder
from ninelives.channels.registry import POLLED
from ninelives.channels.tests.fetching.tools import DAY, LATELY, account_of, fetch, numbered, subjects, take_all
from ninelives.conversations.models import Closure, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from tests.cast import DORA, Cast, mail
from tests.erasing import erase
from tests.mailboxes import ImapServer, Owner

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_stands_in_the_mailbox_becomes_conversations(cast: Cast, owner: Owner) -> None:
    owner.gets(*numbered(1, 2), mail("Other", sender="Erik <erik@example.net>", message_id="3@example.net"))
    position = fetch(account_of(cast, owner))
    take_all()
    assert subjects() == ["Mail 1", "Mail 2", "Other"]
    assert Conversation.objects.filter(account__kind="imap", status="open").count() == 3
    assert (position.state, position.done, position.total, position.known) == ("watching", 3, 3, 0)
    assert Customer.objects.filter(addresses__kind="mail", addresses__value=DORA).exists()
    assert owner.flags() == [(), (), ()]


def test_a_second_visit_brings_only_what_is_new(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1, 2))
    fetch(account)
    fetch(account)
    owner.gets(*numbered(3))
    assert fetch(account).done == 3
    take_all()
    assert subjects() == ["Mail 1", "Mail 2", "Mail 3"]
    assert Receipt.objects.count() == 3


def test_everything_that_came_during_an_outage_comes_in_once(cast: Cast, owner: Owner, server: ImapServer) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1))
    fetch(account)
    server.stop()
    try:
        with pytest.raises(LineLost, match="no_connection"):
            fetch(account)
        for raw in numbered(*range(2, 120)):
            owner.gets_while_away(raw)
    finally:
        server.start()
    fetch(account)
    fetch(account)
    take_all()
    assert subjects() == sorted(f"Mail {number}" for number in range(1, 120))
    assert set(Message.objects.values_list("is_import", flat=True)) == {False}


def test_numbered_anew_nothing_is_twice_and_what_is_new_comes_in(cast: Cast, owner: Owner, server: ImapServer) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1, 2, 3))
    before = fetch(account).validity
    owner.gets_while_away(numbered(4)[0])
    server.renumber(owner)
    position = fetch(account)
    take_all()
    assert position.validity != before
    assert (position.done, position.total, position.known) == (4, 4, 3)
    assert subjects() == ["Mail 1", "Mail 2", "Mail 3", "Mail 4"]
    assert Receipt.objects.count() == 4


def test_moved_to_another_server_with_other_lines_of_transport_it_is_known(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1, Received="from a by b; Fri, 20 Nov 2026 10:00:00 +0000"))
    fetch(account)
    elsewhere = owner.server.owner("moved")
    elsewhere.gets(*numbered(1, Received="from c by d; Fri, 20 Nov 2026 10:00:09 +0000"))
    actions.change_account(account, told=elsewhere.settings())
    assert fetch(account).known == 0
    take_all()
    first, second = Receipt.objects.order_by("id")
    assert (first.state, second.state, second.duplicate_of) == ("processed", "duplicate", first)
    assert subjects() == ["Mail 1"]


def test_equal_id_and_other_content_is_another_mail(cast: Cast, owner: Owner) -> None:
    owner.gets(mail(text="One", message_id="1@example.org"), mail(text="Two", message_id="1@example.org"))
    fetch(account_of(cast, owner))
    take_all()
    assert sorted(text.strip() for text in Message.objects.values_list("text", flat=True)) == ["One", "Two"]


def test_what_was_erased_stays_away(cast: Cast, owner: Owner, server: ImapServer) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1), mail("Kept", sender="Erik <erik@example.net>", message_id="9@example.net"))
    fetch(account)
    take_all()
    erase(Customer.objects.get(addresses__value=DORA))
    assert Receipt.objects.count() == 1
    fetch(account)
    server.renumber(owner)
    position = fetch(account)
    take_all()
    assert (position.known, subjects()) == (2, ["Kept"])
    assert Receipt.objects.count() == 1
    assert Imprint.objects.count() == 2


def test_old_mail_comes_in_as_history_and_what_is_fresh_waits_for_an_answer(cast: Cast, owner: Owner) -> None:
    owner.gets(mail("Long ago", message_id="1@x.example"), at=datetime(2020, 3, 1, 12, tzinfo=UTC))
    owner.gets(mail("Yesterday", message_id="2@x.example", at=LATELY), at=now() - timedelta(hours=20))
    fetch(account_of(cast, owner))
    take_all()
    old, fresh = Message.objects.order_by("occurred_at")
    assert (old.subject, old.is_import, old.conversation.status) == ("Long ago", True, "closed")
    assert Closure.objects.get().conversation == old.conversation
    assert (fresh.subject, fresh.is_import, fresh.conversation.status) == ("Yesterday", False, "open")
    assert fresh.occurred_at < now() - timedelta(hours=19)


def test_old_by_its_own_word_only_it_stays_open_and_nobody_is_told(cast: Cast, owner: Owner) -> None:
    """A mailbox that was moved may have lost when its mails came in."""
    owner.gets(mail("Moved", message_id="1@x.example", at=datetime(2020, 3, 1, 12, tzinfo=UTC)))
    account = actions.open_account("imap", "Mailbox", cast.brand, confirms=True, told=owner.settings())
    fetch(account)
    take_all()
    message = Message.objects.get()
    assert (message.is_import, message.conversation.status, message.occurred_at.year) == (True, "open", 2020)


@pytest.mark.parametrize(
    ("history", "expected"),
    [("all", ["A year", "New", "Ten days"]), ("days:30", ["New", "Ten days"]), ("none", ["New"])],
)
def test_how_much_history_is_wanted(cast: Cast, owner: Owner, history: str, expected: list[str]) -> None:
    owner.gets(mail("A year", message_id="1@x.example"), at=now() - 365 * DAY)
    owner.gets(mail("Ten days", message_id="2@x.example"), at=now() - 10 * DAY)
    account = account_of(cast, owner, history=history)
    owner.gets(mail("New", message_id="3@x.example"))
    assert fetch(account).done == 3
    take_all()
    assert subjects() == expected


def test_an_old_mail_that_somebody_moves_in_later_is_no_history(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner, history="none")
    fetch(account)
    owner.gets(mail("From the spam folder", message_id="1@x.example"), at=now() - 3 * DAY)
    fetch(account)
    take_all()
    message = Message.objects.get()
    assert (message.is_import, message.conversation.status) == (False, "open")


def test_new_mail_goes_before_old(cast: Cast, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "CHUNK", 2)
    for number in range(6):
        owner.gets(*numbered(number), at=now() - 100 * DAY)
    account = account_of(cast, owner)
    owner.gets(mail("Now", message_id="now@x.example"))
    fetch(account)
    first = Receipt.objects.order_by("id")[0]
    assert b"Subject: Now" in first.content


def test_of_two_who_fetch_the_same_folder_one_is_told(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1, 2))
    folders = [POLLED["imap"].open(account.view()) for _ in range(2)]
    first, second = (Fetching(account, folder, POLLED["imap"]) for folder in folders)
    first.look()
    second.look()
    first.step()
    with pytest.raises(OvertakenError):
        second.step()
    for folder in folders:
        folder.close()
    assert Receipt.objects.count() == 2


def test_too_large_its_beginning_comes_in_and_says_so(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner, max_mail_mb="2")
    owner.gets(mail("Huge", text="Read this.\n" + ("z" * 70 + "\n") * 45_000, message_id="h@x.example"), *numbered(1))
    fetch(account)
    take_all()
    huge = Message.objects.get(subject="Huge")
    assert huge.text.startswith("Read this.")
    assert huge.remarks[0] == "mail_too_large:3 MB"
    assert subjects() == ["Huge", "Mail 1"]


@pytest.mark.parametrize(("after", "left"), [("keep", [()]), ("seen", [("\\Seen",)]), ("move:Done", [])])
def test_what_is_done_with_mails_that_are_kept(
    cast: Cast, owner: Owner, after: str, left: list[tuple[str, ...]]
) -> None:
    with owner.open() as box:
        box.folder.create("Done")
    owner.gets(*numbered(1))
    fetch(account_of(cast, owner, after=after))
    assert owner.flags() == left
    assert len(owner.uids("Done")) == (0 if left else 1)


def test_that_they_cannot_be_moved_keeps_nothing_out(cast: Cast, owner: Owner) -> None:
    owner.gets(*numbered(1, 2))
    position = fetch(account_of(cast, owner, after="move:Nowhere"))
    assert position.problem.startswith("not_settled:")
    assert (position.state, Receipt.objects.count()) == ("watching", 2)


def test_two_folders_of_one_mailbox_are_two_accounts(cast: Cast, owner: Owner) -> None:
    with owner.open() as box:
        box.folder.create("Verkoop & co é")
    owner.gets(*numbered(1))
    owner.gets(*numbered(2), folder="Verkoop & co é")
    inbox = account_of(cast, owner)
    other = actions.open_account("imap", "Sales", cast.brand, told=owner.settings(folder="Verkoop & co é"))
    fetch(inbox)
    fetch(other)
    take_all()
    assert (inbox.address, other.address) == (owner.user, "")
    assert {message.account: message.subject for message in Message.objects.all()} == {
        inbox: "Mail 1",
        other: "Mail 2",
    }


def test_a_mail_that_was_under_way_while_we_answered_still_waits(cast: Cast, owner: Owner) -> None:
    account = account_of(cast, owner)
    owner.gets(*numbered(1))
    fetch(account)
    take_all()
    conversation = Conversation.objects.get()
    owner.gets(
        mail("Re: Mail 1", text="And this", message_id="2@example.org", In_Reply_To="<1@example.org>"),
        at=now() - timedelta(hours=2),
    )
    Conversation.objects.update(waiting_since=None, last_at=now())
    fetch(account)
    take_all()
    conversation.refresh_from_db()
    assert conversation.messages.count() == 2
    assert conversation.waiting_since is not None
    assert conversation.waiting_since < now() - timedelta(hours=1)


def test_places_only_move_forward(cast: Cast, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each chunk with its place in one transaction: no place without its mails, and no mails without their place."""
    monkeypatch.setattr(fetching, "CHUNK", 3)
    seen: list[tuple[int, int]] = []
    honest = keeping.keep

    def watched(account: ChannelAccount, came: list[keeping.Came]) -> int:
        seen.append((MailboxPosition.objects.get().new_done, Receipt.objects.count()))
        return honest(account, came)

    monkeypatch.setattr(keeping, "keep", watched)
    owner.gets(*numbered(*range(9)))
    fetch(account_of(cast, owner))
    assert [kept for _done, kept in seen] == [0, 3, 6]
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(seen))


def test_an_open_folder_is_what_the_protocol_says(cast: Cast, owner: Owner) -> None:
    folder: OpenFolder = POLLED["imap"].open(account_of(cast, owner).view())
    assert (folder.count, folder.uids(1), folder.listed([1]), folder.take([]), folder.head(5)) == (0, [], {}, {}, b"")
    folder.close()
    folder.close()
