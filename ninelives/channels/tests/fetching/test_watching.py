"""Watching mailboxes: what comes in is there at once, whatever the line does, and nobody has to start anything anew."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connections

from ninelives.channels import actions, watching
from ninelives.channels.mailboxes import mailboxes
from ninelives.channels.models import ChannelAccount, MailboxPosition, Receipt
from ninelives.channels.registry import POLLED
from ninelives.channels.tests.mail_tools import inside_imap
from ninelives.channels.watching import Pace, Watching
from ninelives.foundation.clock import now
from tests.cast import Cast, mail, make_cast
from tests.mailboxes import BadLine, ImapServer, Owner
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = inside_imap("line").Timeouts(connect=5.0, answer=1.5)
# An hour between looks: what comes in sooner was pushed.
PUSHED = Pace(tick=0.1, look=3600.0, first_pause=0.1, longest_pause=0.3)
POLLING = Pace(tick=0.1, look=0.3, first_pause=0.1, longest_pause=0.3)


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setitem(POLLED, "imap", type(POLLED["imap"])(QUICK))
    return make_cast()


@contextmanager
def a_worker(pace: Pace) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        try:
            Watching(pace).run(stop)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(20)
        assert not worker.is_alive()


def account_of(cast: Cast, owner: Owner, line: BadLine | None = None, **told: str) -> ChannelAccount:
    port = {"port": str(line.port)} if line else {}
    return actions.open_account("imap", "Mailbox", cast.brand, told=owner.settings(**port, **told))


def state() -> tuple[str, str]:
    [mailbox] = mailboxes()
    return mailbox.state, mailbox.problem.partition(":")[0]


def wait_for_state(state_wanted: str, problem: str = "") -> None:
    wait_for(lambda: state() == (state_wanted, problem), f"{state_wanted} {problem}")


def wait_for_mails(count: int) -> None:
    wait_for(lambda: Receipt.objects.count() == count, f"{count} mails")


def test_a_new_account_begins_without_a_restart_and_hears_of_mail_at_once(cast: Cast, owner: Owner) -> None:
    with a_worker(PUSHED):
        owner.gets(mail(message_id="1@example.org"))
        account_of(cast, owner)
        wait_for_mails(1)
        wait_for_state("watching")
        owner.gets(mail(message_id="2@example.org"), mail(message_id="3@example.org"))
        wait_for_mails(3)


def test_a_server_that_pushes_nothing_is_asked(cast: Cast, owner: Owner, line: BadLine) -> None:
    line.fault = lambda command: b"TAG BAD unknown\r\n" if b"IDLE" in command else None
    account_of(cast, owner, line)
    with a_worker(POLLING):
        wait_for_state("watching")
        owner.gets(mail(message_id="1@example.org"))
        wait_for_mails(1)
    assert line.sent(b"IDLE") == 1


def test_a_wrong_password_is_shown_and_not_tried_again_and_again(cast: Cast, owner: Owner, line: BadLine) -> None:
    account = account_of(cast, owner, line, password="wrong")
    with a_worker(POLLING):
        wait_for_state("failing", "login_refused")
        position = MailboxPosition.objects.get()
        assert position.retry_at is not None
        assert (position.retry_at - now()).total_seconds() > 10
        assert line.sent(b"LOGIN") == 1
        # Mended: at once.
        owner.gets(mail(message_id="1@example.org"))
        actions.change_account(account, told={"password": owner.settings()["password"]})
        wait_for_mails(1)
        wait_for_state("watching")
    assert MailboxPosition.objects.get().failing_since is None


def test_a_closed_account_is_left_and_an_opened_one_taken_up_again(cast: Cast, owner: Owner, line: BadLine) -> None:
    account = account_of(cast, owner, line)
    with a_worker(PUSHED):
        wait_for_state("watching")
        actions.change_account(account, is_active=False)
        wait_for(lambda: not line.is_in_use, "the line to be free")
        assert state()[0] == "closed"
        owner.gets(mail(message_id="1@example.org"))
        actions.change_account(account, is_active=True)
        wait_for_mails(1)


def test_a_server_that_goes_away_and_comes_back_is_found_again(cast: Cast, owner: Owner, line: BadLine) -> None:
    account_of(cast, owner, line)
    with a_worker(PUSHED):
        wait_for_state("watching")
        line.refuses = True
        line.cut()
        wait_for_state("failing", "line_lost")
        owner.gets(mail(message_id="1@example.org"))
        line.refuses = False
        wait_for_mails(1)
        wait_for_state("watching")


def test_a_line_that_died_without_a_word_is_noticed(cast: Cast, owner: Owner, line: BadLine) -> None:
    account_of(cast, owner, line)
    with a_worker(POLLING):
        wait_for_state("watching")
        line.is_frozen = True
        owner.gets(mail(message_id="1@example.org"))
        wait_for_state("failing", "line_lost")
        line.is_frozen = False
        wait_for_mails(1)


def test_a_call_that_never_ends_is_cut(cast: Cast, owner: Owner, line: BadLine) -> None:
    """A server that says a word now and then outlives every time-out of its own."""
    account_of(cast, owner, line)
    owner.gets(mail(message_id="1@example.org"))
    talking = threading.Event()

    def chatter() -> None:
        while not talking.wait(0.2):
            line.say(b"* OK still here\r\n")

    line.fault = lambda command: "hang" if b"BODY.PEEK[]" in command and not talking.is_set() else None
    talker = threading.Thread(target=chatter)
    talker.start()
    try:
        with a_worker(Pace(tick=0.1, look=0.3, first_pause=0.1, longest_pause=0.3, patience=2.0)):
            wait_for_state("failing", "line_lost")
            talking.set()
            wait_for_mails(1)
    finally:
        talking.set()
        talker.join()


def test_two_workers_watch_a_mailbox_once(cast: Cast, owner: Owner, line: BadLine) -> None:
    account_of(cast, owner, line)
    with ExitStack() as workers:
        for _ in range(3):
            workers.enter_context(a_worker(POLLING))
        for number in range(10):
            owner.gets(mail(message_id=f"{number}@example.org"))
        wait_for_mails(10)
        wait_for_state("watching")
        assert line.most_open == 1


def test_what_comes_between_looking_and_listening_is_heard(cast: Cast, owner: Owner, line: BadLine) -> None:
    late = [mail(message_id="2@example.org")]

    def comes_meanwhile(command: bytes) -> None:
        if b"BODY.PEEK[]" in command and late:
            owner.gets(late.pop())
            line.say(b"* 2 EXISTS\r\n")

    line.fault = comes_meanwhile
    account_of(cast, owner, line)
    owner.gets(mail(message_id="1@example.org"))
    with a_worker(PUSHED):
        wait_for_mails(2)
        wait_for_state("watching")
    # A server need not tell it again to whoever listens: both were there before we did.
    listened = next(place for place, command in enumerate(line.commands) if b"IDLE" in command)
    assert sum(b"BODY.PEEK[]" in command for command in line.commands[:listened]) == 2


def test_when_a_worker_ends_another_takes_over(cast: Cast, owner: Owner) -> None:
    account_of(cast, owner)
    with a_worker(PUSHED):
        wait_for_state("watching")
        owner.gets(mail(message_id="1@example.org"))
        wait_for_mails(1)
    with a_worker(PUSHED):
        owner.gets(mail(message_id="2@example.org"))
        wait_for_mails(2)


def test_many_mailboxes_are_watched_at_once(cast: Cast, server: ImapServer) -> None:
    owners = [server.owner() for _ in range(8)]
    for number, owner in enumerate(owners):
        actions.open_account("imap", f"Mailbox {number}", cast.brand, told=owner.settings())
    with a_worker(PUSHED):
        wait_for(lambda: {one.state for one in mailboxes()} == {"watching"}, "all to be watched", 30)
        for number, owner in enumerate(owners):
            owner.gets(mail(message_id=f"{number}@example.org"))
        wait_for_mails(8)
    assert set(Receipt.objects.values_list("account__name", flat=True)) == {f"Mailbox {number}" for number in range(8)}


def test_what_is_asked_for_again_is_fetched_without_waiting(cast: Cast, owner: Owner, line: BadLine) -> None:
    line.fault = lambda command: b"TAG NO not now\r\n" if b"UID FETCH 1 (UID BODY.PEEK[])" in command else None
    account_of(cast, owner, line)
    owner.gets(mail(message_id="1@example.org"))
    with a_worker(PUSHED):
        wait_for(lambda: Receipt.objects.filter(state="quarantined").exists(), "the quarantine", 20)
        wait_for_state("watching")
        line.fault = lambda command: None
        actions.replay(Receipt.objects.get())
        wait_for(lambda: Receipt.objects.filter(state="stored").exists(), "the whole mail", 20)


def test_without_mailboxes_nothing_is_done(cast: Cast) -> None:
    began = time.monotonic()
    with a_worker(POLLING):
        pass
    assert time.monotonic() - began < 5
    assert watching.MOST > 50
