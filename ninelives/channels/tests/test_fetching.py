"""Fetching from a real mail server: everything comes in, once, whatever happens on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ninelives.channels import actions, fetching, keeping
from ninelives.channels.fetching import Fetching, OvertakenError
from ninelives.channels.models import ChannelAccount, Imprint, MailboxPosition, Receipt
from ninelives.channels.polling import FetchProblem, LineLost, NotLetIn, OpenFolder, Polled
from ninelives.channels.registry import POLLED
from ninelives.channels.tests.mail_tools import inside_imap
from ninelives.conversations.models import Closure, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.reception.working import take_receipts
from tests.cast import DORA, Cast, mail, make_cast
from tests.certificates import Certificate, certify
from tests.erasing import erase
from tests.mailboxes import BadLine, ImapServer, Owner, fetches

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
LATELY = now()
QUICK = inside_imap("line").Timeouts(connect=5.0, answer=1.0)


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def owner(server: ImapServer) -> Owner:
    return server.owner()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def speaks() -> Polled:
    """With little patience."""
    return type(POLLED["imap"])(QUICK)


def account_of(cast: Cast, owner: Owner, **told: str) -> ChannelAccount:
    return actions.open_account("imap", "Mailbox", cast.brand, told=owner.settings(**told))


def numbered(*numbers: int, **more: str) -> list[bytes]:
    return [mail(f"Mail {number}", message_id=f"{number}@example.org", at=LATELY, **more) for number in numbers]


def fetch(account: ChannelAccount, speaks: Polled | None = None) -> MailboxPosition:
    """One visit: everything that waits."""
    speaks = speaks or POLLED["imap"]
    folder = speaks.open(account.view())
    try:
        visit = Fetching(account, folder, speaks)
        visit.look()
        visit.fetch_again()
        while visit.step():
            pass
        visit.rest()
        return visit.position
    finally:
        folder.close()


def fetch_stubbornly(account: ChannelAccount, speaks: Polled, visits: int = 20) -> MailboxPosition:
    """As a watch does it: again after each lost line."""
    for _ in range(visits):
        try:
            return fetch(account, speaks)
        except LineLost as lost:
            fetching.note_failing(account.pk, lost.reason, 1.0)
    raise AssertionError(f"still not fetched after {visits} visits")


def take_all() -> None:
    while take_receipts():
        pass


def subjects() -> list[str]:
    return sorted(Message.objects.filter(direction="inbound").values_list("subject", flat=True))


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


@pytest.fixture
def line(server: ImapServer) -> Iterator[BadLine]:
    with BadLine(server.port) as line:
        yield line


def over(line: BadLine) -> dict[str, str]:
    return {"port": str(line.port)}


@pytest.mark.parametrize("fault", ["cut", "hang", b"TAG NO [SERVERBUG] internal error\r\n", b"TAG OK done\r\n", 250])
def test_one_poisoned_mail_is_put_aside_and_the_next_go_on(
    cast: Cast, owner: Owner, line: BadLine, speaks: Polled, fault: bytes | str | int
) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(*range(1, 8)))
    poisoned = owner.uids()[3]
    line.fault = lambda command: fault if fetches(poisoned, command) else None
    position = fetch_stubbornly(account, speaks)
    take_all()
    assert subjects() == ["Mail 1", "Mail 2", "Mail 3", "Mail 5", "Mail 6", "Mail 7"]
    aside = Receipt.objects.get(state="quarantined")
    assert (aside.reason, aside.left_out) == ("not_fetched", "not_fetched")
    assert b"Subject: Mail 4" in aside.content
    assert (position.state, position.done, position.total) == ("watching", 7, 7)


def test_put_aside_it_can_be_asked_for_again(cast: Cast, owner: Owner, line: BadLine, speaks: Polled) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(1, 2, 3))
    poisoned = owner.uids()[0]
    line.fault = lambda command: b"TAG NO not now\r\n" if fetches(poisoned, command) else None
    fetch_stubbornly(account, speaks)
    aside = Receipt.objects.get(state="quarantined")
    assert actions.replay(aside)
    fetch(account, speaks)
    aside.refresh_from_db()
    assert (aside.state, aside.reason) == ("quarantined", "not_fetched")

    line.fault = lambda command: None
    actions.replay(aside)
    fetch(account, speaks)
    take_all()
    aside.refresh_from_db()
    assert (aside.state, aside.left_out) == ("processed", "")
    assert subjects() == ["Mail 1", "Mail 2", "Mail 3"]


def test_a_server_that_hands_over_nothing_condemns_no_mail(
    cast: Cast, owner: Owner, line: BadLine, speaks: Polled
) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(1, 2, 3))
    line.fault = lambda command: b"TAG NO storage is away\r\n" if b"BODY.PEEK[]" in command else None
    for _ in range(6):
        with pytest.raises(LineLost):
            fetch(account, speaks)
    assert not Receipt.objects.exists()
    line.fault = lambda command: None
    fetch(account, speaks)
    assert Receipt.objects.filter(state="stored").count() == 3


def test_the_only_mail_can_be_put_aside_too(cast: Cast, owner: Owner, line: BadLine, speaks: Polled) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(1))
    line.fault = lambda command: "cut" if b"BODY.PEEK" in command else None
    fetch_stubbornly(account, speaks)
    assert Receipt.objects.get().state == "quarantined"


def test_cut_off_in_the_middle_again_and_again_everything_comes_in_once(
    cast: Cast, owner: Owner, line: BadLine, speaks: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "CHUNK", 4)
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(*range(20)))
    line.fault = lambda command: 900 if b"BODY.PEEK" in command and line.sent(b"BODY.PEEK") % 3 else None
    fetch_stubbornly(account, speaks, visits=60)
    take_all()
    assert subjects() == sorted(f"Mail {number}" for number in range(20))
    assert not Receipt.objects.exclude(state="processed").exists()


def test_mail_that_somebody_throws_away_while_we_fetch_stops_nothing(
    cast: Cast, owner: Owner, line: BadLine, speaks: Polled
) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(1, 2, 3))
    gone = owner.uids()[1]

    def somebody_deletes(command: bytes) -> None:
        if b"BODY.PEEK[]" in command and gone in owner.uids():
            owner.loses(gone)

    line.fault = somebody_deletes
    position = fetch_stubbornly(account, speaks)
    take_all()
    assert subjects() == ["Mail 1", "Mail 3"]
    assert (position.state, position.done) == ("watching", 3)


def test_what_kills_the_process_is_found_by_its_tries(
    cast: Cast, owner: Owner, speaks: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves no word but the try written down before: SystemExit stands for it."""
    owner.gets(*numbered(1, 2), mail("Deadly", message_id="d@x.example"), *numbered(3))
    account = account_of(cast, owner)
    honest = type(speaks).glance

    def deadly(self: Polled, chunks: list[bytes]) -> object:
        if any(b"Subject: Deadly" in chunk and b"meter says" in chunk for chunk in chunks):
            raise SystemExit
        return honest(self, chunks)

    monkeypatch.setattr(type(speaks), "glance", deadly)
    deaths = 0
    while True:
        try:
            fetch(account, speaks)
            break
        except SystemExit:
            deaths += 1
    # Once with the others, then alone.
    assert deaths == 1 + fetching.TRIES
    take_all()
    assert subjects() == ["Mail 1", "Mail 2", "Mail 3"]
    assert b"Subject: Deadly" in Receipt.objects.get(state="quarantined").content


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


def test_a_large_mail_comes_in_pieces_and_whole(cast: Cast, owner: Owner, line: BadLine) -> None:
    account = account_of(cast, owner, **over(line))
    raw = mail("Large", text="x" * 70 + "\n", message_id="l@x.example", html=f"<p>{'y' * 60}</p>\n" * 40_000)
    owner.gets(raw, *numbered(1))
    fetch(account)
    large = Receipt.objects.get(raw=None)
    assert large.content == raw
    assert line.sent(b"BODY.PEEK[]<") == 3
    take_all()
    assert subjects() == ["Large", "Mail 1"]


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


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"password": "wrong"}, "login_refused"),
        ({"folder": "Nowhere"}, "no_folder:Nowhere"),
        ({"tls": "1"}, "no_tls"),
        ({"tls": "starttls"}, "no_starttls"),
    ],
)
def test_who_is_not_let_in_is_told_why(cast: Cast, owner: Owner, told: dict[str, str], reason: str) -> None:
    with pytest.raises(NotLetIn) as refused:
        fetch(account_of(cast, owner, **told))
    assert refused.value.reason.startswith(reason)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certify(tmp_path_factory.mktemp("certificates"), "localhost")


def test_over_tls_only_a_server_that_can_prove_its_name_is_trusted(
    cast: Cast, owner: Owner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.gets(*numbered(1))
    with BadLine(owner.server.port, certificate=certificate) as line:
        account = account_of(cast, owner, tls="1", host="localhost", **over(line))
        with pytest.raises(NotLetIn, match="bad_certificate"):
            fetch(account)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        assert fetch(account).done == 1
        actions.change_account(account, told={"host": "127.0.0.1"})
        with pytest.raises(NotLetIn, match="bad_certificate"):
            fetch(account)


def test_starttls_is_asked_for_and_proved_too(
    cast: Cast, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ImapServer(certificate) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        account = account_of(cast, server.owner(), tls="starttls", host="localhost")
        assert fetch(account).state == "watching"
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(NotLetIn, match="bad_certificate"):
            fetch(account)


def test_a_server_that_repeats_the_password_gives_nothing_away(cast: Cast, owner: Owner, line: BadLine) -> None:
    line.fault = lambda command: b"TAG NO what is " + command.strip() + b"?\r\n" if b"LOGIN" in command else None
    with pytest.raises(FetchProblem) as refused:
        fetch(account_of(cast, owner, password="open sesame 123", **over(line)))
    assert "sesame" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_in_trouble_of_its_own_a_server_is_asked_again_soon(cast: Cast, owner: Owner, line: BadLine) -> None:
    line.fault = lambda command: b"TAG NO [UNAVAILABLE] later\r\n" if b"LOGIN" in command else None
    with pytest.raises(LineLost):
        fetch(account_of(cast, owner, **over(line)))


@pytest.mark.parametrize(
    "rubbish",
    [b"\x00\xff\xfe rubbish\r\n", b"* 1 FETCH (UID 99 BODY[] {5}\r\nhello)\r\nTAG OK\r\n", b"* 1 FETCH (UID \xff\r\n"],
)
def test_rubbish_on_the_line_is_a_lost_line_and_loses_no_mail(
    cast: Cast, owner: Owner, line: BadLine, speaks: Polled, rubbish: bytes
) -> None:
    account = account_of(cast, owner, **over(line))
    owner.gets(*numbered(1))
    line.fault = lambda command: rubbish if b"BODY.PEEK[]" in command and line.sent(b"BODY.PEEK[]") == 1 else None
    fetch_stubbornly(account, speaks)
    take_all()
    assert subjects() == ["Mail 1"]


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
