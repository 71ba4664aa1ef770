"""The answer arrives in a real mailbox, and stands there under the customer's own mail."""

import os
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from imap_tools import MailMessage
from playwright.sync_api import expect

from tests.browser import Desk
from tests.servers import MailServer
from tests.stories.people import Customer


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def mailbox(server: MailServer, dora: Customer) -> Iterator[MailServer]:
    """Dora's. What is sent to her stands in it, and so does what her mail program sent."""
    with server.open() as emptied:
        emptied.delete(emptied.uids())

    def hand_on(address: str, raw: bytes) -> None:
        if address == dora.address:
            server.keep(raw)

    dora.post_office.hands_on = hand_on
    yield server
    dora.post_office.hands_on = lambda address, raw: None


def test_it_stands_under_her_own_mail(alice: Desk, dora: Customer, mailbox: MailServer, tmp_path: Path) -> None:
    schedule = tmp_path / "jaarschema – 2027.pdf"
    schedule.write_bytes(b"%PDF-1.7" + os.urandom(40_000))
    asked = dora.mails("When does the meter man come?", "I am away in May.")
    mailbox.keep(bytes(asked))

    alice.goes_to("/desk/unassigned/").opens("When does the meter man come?")
    alice.claims()
    alice.attaches(schedule)
    alice.answers("He comes in June.\n.\nA dot on a line of its own ends nothing. Zoë")
    own, answer = wait_for_mails(dora, mailbox, 2)

    assert header(answer, "In-Reply-To") == asked["Message-ID"]
    assert asked["Message-ID"] in header(answer, "References").split()
    assert answer.subject == "Re: When does the meter man come?"
    assert answer.from_values.email == "service@zonnestroom.example"
    assert answer.from_values.name == "Alice · Zonnestroom"
    assert [to.email for to in answer.to_values] == [dora.address]
    [reply_to] = answer.reply_to_values
    assert reply_to.email.startswith("service+")
    assert reply_to.email.endswith("@zonnestroom.example")
    assert answer.text.splitlines() == [
        "He comes in June.",
        ".",
        "A dot on a line of its own ends nothing. Zoë",
    ]
    assert "He comes in June." in answer.html
    [attachment] = answer.attachments
    assert (attachment.filename, attachment.payload) == (schedule.name, schedule.read_bytes())

    assert thread_of(mailbox, own) == thread_of(mailbox, answer)
    assert parents([own, answer]) == {own_id(own): None, own_id(answer): own_id(own)}


def test_a_conversation_stays_one_thread_under_her_current_subject(
    alice: Desk, dora: Customer, mailbox: MailServer
) -> None:
    asked = dora.mails("Solar panels", "How many fit on my roof?")
    mailbox.keep(bytes(asked))
    alice.goes_to("/desk/unassigned/").opens("Solar panels")
    alice.claims()
    alice.answers("Twelve.")
    _, first = wait_for_mails(dora, mailbox, 2)

    again = reply_under(dora, first, "Solar panels, and a heat pump", "And a heat pump?")
    mailbox.keep(bytes(again))
    expect(alice.bubble("And a heat pump?")).to_be_visible()
    alice.answers("That fits too.")
    mails = wait_for_mails(dora, mailbox, 4)

    newest = mails[-1]
    assert newest.subject == "Re: Solar panels, and a heat pump"
    assert header(newest, "In-Reply-To") == again["Message-ID"]
    ids = [own_id(mail) for mail in mails]
    assert parents(mails) == dict(zip(ids, [None, *ids], strict=False))
    assert len(set(ids)) == 4


def test_a_reply_without_any_reference_finds_its_conversation_by_our_address(alice: Desk, dora: Customer) -> None:
    """As from a program that keeps no thread: only the signed address is left."""
    dora.mails("Moving house", "What do I do?")
    alice.goes_to("/desk/unassigned/").opens("Moving house")
    alice.answers("Fill in the form.")
    received = dora.receives()
    dora.mails("Something else altogether", "I did.", to=str(received["Reply-To"].addresses[0].addr_spec))
    expect(alice.bubble("I did.")).to_be_visible()


def reply_under(dora: Customer, received: MailMessage, subject: str, text: str) -> EmailMessage:
    return dora.mails(
        subject,
        text,
        to=received.reply_to_values[0].email,
        in_reply_to=own_id(received),
        references=f"{header(received, 'References')} {own_id(received)}",
    )


def wait_for_mails(dora: Customer, mailbox: MailServer, count: int) -> list[MailMessage]:
    """So many, in the order they came to stand there."""

    def look() -> list[MailMessage]:
        with mailbox.open() as opened:
            mails = list(opened.fetch())
        return mails if len(mails) >= count else []

    return dora.ninelives.wait_for_sent(look, f"{count} mails in her mailbox")


def thread_of(mailbox: MailServer, mail: MailMessage) -> bytes:
    """What her mail server thinks (RFC 8474): the THREADID of this mail."""
    with mailbox.open() as opened:
        opened.folder.set("INBOX")
        _, [told] = opened.client.uid("FETCH", str(mail.uid), "(THREADID)")
    return bytes(told).partition(b"THREADID (")[2].partition(b")")[0]


def parents(mails: list[MailMessage]) -> dict[str, str | None]:
    """Under which other mail each one stands, as mail programs decide it (jwz.org/doc/threading.html): the last of
    its References that is there."""
    known = {own_id(mail) for mail in mails}
    found: dict[str, str | None] = {}
    for mail in mails:
        above = [one for one in header(mail, "References").split() if one in known]
        found[own_id(mail)] = above[-1] if above else None
    return found


def own_id(mail: MailMessage) -> str:
    return header(mail, "Message-ID")


def header(mail: MailMessage, name: str) -> str:
    return " ".join(" ".join(mail.headers.get(name.lower(), ())).split())
