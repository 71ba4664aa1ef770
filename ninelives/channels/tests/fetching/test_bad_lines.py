"""Whatever the line or the server does, everything comes in, once, and a poisoned mail stops no other."""

import pytest

from ninelives.channels import actions, fetching
from ninelives.channels.models import Receipt
from ninelives.channels.polling import FetchProblem, LineLost, NotLetIn, Polled
from ninelives.channels.tests.fetching.tools import (
    account_of,
    fetch,
    fetch_stubbornly,
    numbered,
    over,
    subjects,
    take_all,
)
from tests.cast import Cast, mail
from tests.certificates import Certificate, certify
from tests.mailboxes import BadLine, ImapServer, Owner, fetches

pytestmark = pytest.mark.django_db(transaction=True)


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
