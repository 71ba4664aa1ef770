"""What servers answer, whatever order they tell it in; and how a mail is known again."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninelives.channels.registry import POLLED, channel
from ninelives.channels.tests.mail_tools import FIXTURES, inside_imap, mail

answers = inside_imap("answers")
place = inside_imap("place")
imap = POLLED["imap"]


def imprint(raw: bytes) -> str:
    return imap.glance([raw]).imprint


def test_a_mail_as_most_servers_tell_it() -> None:
    [told] = answers.told([(b"1 (UID 101 BODY[] {5}", b"hello"), b")"]).values()
    assert (told.uid, told.body) == (101, b"hello")


def test_the_number_may_come_last() -> None:
    assert answers.told([(b"7 (BODY[] {2}", b"hi"), b" UID 44)"])[44].body == b"hi"


def test_a_short_body_may_be_quoted_and_may_say_anything() -> None:
    told = answers.told([b'7 (BODY[] "UID 99 \\"quoted\\"" UID 44)'])
    assert told[44].body == b'UID 99 "quoted"'


def test_no_body_is_not_an_empty_one() -> None:
    assert answers.told([b"7 (UID 44 BODY[] NIL)"])[44].body is None
    assert answers.told([(b"7 (UID 44 BODY[] {0}", b""), b")"])[44].body == b""


def test_size_and_arrival() -> None:
    [told] = answers.told([b'3 (UID 5 RFC822.SIZE 1234 INTERNALDATE " 5-Nov-2026 10:00:00 +0100")']).values()
    assert told.size == 1234
    assert told.arrived_at == datetime(2026, 11, 5, 10, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("date", [b"", b"yesterday", b"32-Foo-2026 10:00:00 +0000"])
def test_an_arrival_that_is_none_is_none(date: bytes) -> None:
    assert answers.told([b'3 (UID 5 INTERNALDATE "' + date + b'")'])[5].arrived_at is None


def test_what_else_is_told_meanwhile_is_let_by() -> None:
    """Flags that somebody else changes come in between, with a number or without."""
    told = answers.told(
        [b"9 (FLAGS (\\Seen))", (b"1 (UID 1 BODY[] {1}", b"x"), b")", b"1 (UID 1 FLAGS (\\Seen))", None]
    )
    assert list(told) == [1]
    assert told[1].body == b"x"


@given(st.sets(st.integers(1, 10_000), min_size=1))
def test_numbers_are_written_short_and_mean_the_same(uids: set[int]) -> None:
    written = answers.ranges(sorted(uids))
    meant: set[int] = set()
    for part in written.split(","):
        first, _colon, last = part.partition(":")
        meant |= set(range(int(first), int(last or first) + 1))
    assert meant == uids


@given(st.lists(st.one_of(st.binary(), st.tuples(st.binary(), st.binary()), st.none())))
def test_no_answer_is_a_fault(answer: list[object]) -> None:
    answers.told(answer)


def test_lines_of_transport_do_not_change_an_imprint() -> None:
    one, other = mail(received="from a"), mail(received="from b", x_spam="no", delivered_to="support@example.com")
    assert imprint(one) == imprint(other)
    assert imprint(one + b"\r\n\r\n") == imprint(one)


@pytest.mark.parametrize("change", [{"body": "Other"}, {"message_id": "<2@example.org>"}, {"subject": "Other"}])
def test_other_content_changes_it(change: dict[str, str]) -> None:
    assert imprint(mail(**change)) != imprint(mail())


def test_where_nothing_tells_mails_apart_their_transport_does() -> None:
    one, other = mail(message_id="", received="from a"), mail(message_id="", received="from b")
    assert imprint(one) != imprint(other)


@given(st.integers(1, 400))
def test_in_pieces_or_whole_it_is_the_same(size: int) -> None:
    raw = mail("One line\n" * 30 + "\n\n\nand more\n\n")
    head = raw.index(b"\r\n\r\n") + 10
    pieces = [raw[:head], *(raw[start : start + size] for start in range(head, len(raw), size))]
    assert imap.glance(pieces) == imap.glance([raw])


@given(st.binary())
def test_anything_has_an_imprint(raw: bytes) -> None:
    assert len(imprint(raw)) == 64


@pytest.mark.parametrize(
    ("name", "sender", "recipients"),
    [
        ("delivered_by_gmail", "dora@example.org", ("support+1042-1f0c9a7be2d4@example.com",)),
        ("delivered_by_dovecot", "dora@example.org", ("support@example.com",)),
        ("bounce_delivered_by_exchange", "<>", ()),
    ],
)
def test_the_envelope_is_what_the_mail_server_wrote_on_top(name: str, sender: str, recipients: tuple[str]) -> None:
    glance = imap.glance([(FIXTURES.parent / "imap" / f"{name}.eml").read_bytes()])
    assert (glance.envelope.sender, glance.envelope.recipients) == (sender, recipients)
    assert glance.written_at is not None
    assert glance.written_at.astimezone(UTC).date() == datetime(2026, 11, 20).date()


@pytest.mark.parametrize(
    ("told", "port", "server"),
    [
        ({}, 993, "dora@x.example@imap.example.org:993"),
        ({"tls": "0"}, 143, "dora@x.example@imap.example.org:143"),
        ({"tls": "starttls"}, 143, "dora@x.example@imap.example.org:143"),
        ({"tls": "starttls", "port": "1143"}, 1143, "dora@x.example@imap.example.org:1143"),
    ],
)
def test_where_a_mailbox_is(told: dict[str, str], port: int, server: str) -> None:
    found = place.place({"host": "imap.example.org", "user": "dora@x.example", "password": "open sesame", **told})
    assert (found.port, found.server, found.folder) == (port, server, "INBOX")
    assert "sesame" not in repr(found)


def test_it_answers_as_mail_does() -> None:
    assert channel("imap").abilities == channel("mail").abilities
    assert channel("imap").address_kind == "mail"
    assert imap.own_address({"user": "Dora@Example.org"}) == "dora@example.org"
    assert imap.own_address({"user": "dora"}) == ""
