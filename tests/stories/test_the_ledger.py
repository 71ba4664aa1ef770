"""Everything that ever came in, and what became of it."""

import smtplib

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.servers import wait_for
from tests.stories.letters import SERVICE
from tests.stories.people import Customer


@pytest.fixture
def eva(office: Office) -> Desk:
    """The team lead."""
    return office.desk_of("Eva")


def test_what_was_processed_leads_to_its_conversation_and_its_source(eva: Desk, dora: Customer) -> None:
    mail = dora.mails("Underfloor heating", "Is it covered?")
    open_receipt(eva, dora, "processed")
    expect(eva.page.get_by_role("heading", level=1)).to_contain_text("Processed")
    expect(eva.page.locator("pre")).to_contain_text("Subject: Underfloor heating")

    source = eva.downloads(eva.page.get_by_role("link", name="Download the whole"))
    assert source.replace(b"\r\n", b"\n") == bytes(mail).replace(b"\r\n", b"\n")
    eva.page.get_by_role("link", name="The conversation it became").click()
    expect(eva.heading).to_have_text("Underfloor heating")


def test_what_came_twice_names_the_first(eva: Desk, dora: Customer) -> None:
    mail = dora.mails("The same twice", "Did it arrive?")
    with smtplib.SMTP("127.0.0.1", dora.ninelives.smtp_port) as door:
        door.send_message(mail, dora.address, [SERVICE])
    open_receipt(eva, dora, "duplicate")
    eva.page.get_by_role("link", name="The first of the same").click()
    expect(eva.page.get_by_role("heading", level=1)).to_contain_text("Processed")
    eva.page.get_by_role("link", name="The conversation it became").click()
    expect(eva.bubble("Did it arrive?")).to_have_count(1)


def test_what_could_not_be_read_says_why_and_is_replayed(eva: Desk, dora: Customer) -> None:
    with smtplib.SMTP("127.0.0.1", dora.ninelives.smtp_port) as door:
        door.sendmail(dora.address, [SERVICE], b"")
    row = row_of(eva, dora, "quarantined")
    expect(row).to_contain_text("There is nothing in it.")
    row.get_by_role("link").click()
    attempts = eva.page.locator("dl div").filter(has_text="Attempts").locator("dd")
    before = attempts.text_content()

    replay(eva, until="Quarantined")
    assert before == attempts.text_content() == "1"
    expect(eva.page.get_by_text("There is nothing in it.")).to_be_visible()


def test_a_replay_of_what_was_processed_doubles_nothing(eva: Desk, dora: Customer) -> None:
    dora.mails("Once more", "Just once.")
    open_receipt(eva, dora, "processed")
    replay(eva, until="Processed")
    eva.page.get_by_role("link", name="The conversation it became").click()
    expect(eva.bubble("Just once.")).to_have_count(1)


def test_it_is_not_for_agents(alice: Desk) -> None:
    alice.faults.expect("403")
    alice.goes_to()
    expect(alice.page.get_by_role("link", name="Desk")).to_be_visible()
    expect(alice.page.get_by_role("link", name="Ledger")).to_have_count(0)
    alice.goes_to("/ledger/")
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("You may not see this")


def open_receipt(eva: Desk, dora: Customer, state: str) -> None:
    row_of(eva, dora, state).get_by_role("link").click()
    expect(eva.page.get_by_role("heading", level=1)).to_contain_text(dora.address)


def row_of(eva: Desk, dora: Customer, state: str) -> Locator:
    row = eva.page.get_by_role("row").filter(has_text=dora.address)

    def look() -> int:
        eva.goes_to(f"/ledger/?state={state}")
        return row.count()

    wait_for(look, f"a receipt that is {state}", 20)
    return row


def replay(eva: Desk, *, until: str) -> None:
    here = eva.page.url
    with eva.page.expect_response(lambda answer: answer.url == here):
        eva.page.get_by_role("button", name="Replay").click()
    expect(eva.page.get_by_role("heading", level=1)).to_contain_text(until, timeout=20_000)
