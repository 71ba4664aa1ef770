"""A customer mails and chats; from her mail she is answered in the chat, or at her other address, and the thread stays
together."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.stories.people import Customer
from tests.stories.shop import Chat
from tests.stories.test_a_question_is_a_case import case_over
from tests.stories.test_conversations_are_one import at
from tests.stories.visitors import Visitor


@pytest.fixture
def boiler(dora: Customer) -> EmailMessage:
    return dora.mails(f"Boiler {dora.address}", "My boiler is cold.")


@pytest.fixture
def work(alice: Desk, dora: Customer, boiler: EmailMessage) -> str:
    """Her address at work, as she told on the telephone."""
    other = f"work-{dora.address}"
    path = at(alice, boiler).customer.get_by_role("link", name=dora.name).get_attribute("href") or ""
    alice.goes_to(path).page.get_by_label("Another mail address").fill(other)
    alice.page.get_by_role("button", name="Add", exact=True).click()
    expect(alice.customer).to_contain_text(other)
    return other


def ways(desk: Desk) -> Locator:
    return desk.thread.get_by_label("Answer via")


def chooses(desk: Desk, words: str) -> None:
    label = ways(desk).get_by_role("option").filter(has_text=words).text_content() or ""
    ways(desk).select_option(label=label)


def test_a_mail_is_answered_in_the_chat(
    alice: Desk, dora: Customer, boiler: EmailMessage, visitor: Visitor, chat: Chat, number: str
) -> None:
    visitor.visits(chat.signed(number, dora.address, dora.name)).opens()
    visitor.says(f"Is anybody there? {number}")
    expect(alice.goes_to("/desk/all/").row(f"Is anybody there? {number}")).to_be_visible()

    at(alice, boiler)
    expect(ways(alice).locator("option:checked")).to_contain_text(dora.address)
    chooses(alice, "Shop")
    alice.answers("Please press the red button.")
    expect(visitor.bubble("Please press the red button.")).to_contain_text("Alice")

    # It stands where it was written, and says where it left; what she answers is one click away.
    expect(alice.bubble("Please press the red button.")).to_contain_text("Sent by Shop, in")
    expect(case_over(alice)).to_contain_text("2 contacts")
    expect(ways(alice).locator("option:checked")).to_contain_text(dora.address)
    visitor.says("It works now.")
    alice.bubble("Please press the red button.").get_by_role("link").click()
    expect(alice.bubble("It works now.")).to_be_visible()
    expect(alice.bubble("Please press the red button.")).to_contain_text("Written in #")
    expect(case_over(alice)).to_contain_text("2 contacts")
    assert dora.letters == []


def test_at_her_other_address_and_undone(alice: Desk, dora: Customer, boiler: EmailMessage, work: str) -> None:
    at(alice, boiler)
    chooses(alice, work)
    alice.answers("Please press the red button.")
    alice.bubble("Please press the red button.").get_by_role("button", name="Undo").click()
    expect(alice.text).to_have_value("Please press the red button.")
    expect(alice.heading).to_have_text(boiler["Subject"])
    expect(case_over(alice)).to_have_count(0)
    expect(alice.customer.locator(".story__one")).to_have_count(1)

    chooses(alice, work)
    alice.sends()
    letter = alice_sent(dora, work)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Please press the red button." in body.get_content()
    replace(dora, address=work).answers(letter, "That helped.")
    expect(case_over(alice)).to_contain_text("1 contact")
    alice.bubble("Please press the red button.").get_by_role("link").click()
    expect(alice.bubble("That helped.")).to_be_visible()


def alice_sent(dora: Customer, to: str) -> EmailMessage:
    return dora.receives_at(to)


def test_the_preferred_one_comes_first_and_the_choice_outlives_what_is_done_meanwhile(
    alice: Desk, dora: Customer, boiler: EmailMessage, work: str
) -> None:
    alice.page.get_by_label("Would rather be reached at").select_option(label=work)
    alice.page.get_by_role("form", name="Who this is").get_by_role("button", name="Save").click()
    expect(alice.customer.get_by_text("preferred", exact=True)).to_be_visible()
    at(alice, boiler)
    expect(ways(alice).get_by_role("option").first).to_contain_text(f"{work} (preferred)")
    # What she wrote on stays the one that is chosen.
    expect(ways(alice).locator("option:checked")).to_contain_text(f"Service: {dora.address}")
    chooses(alice, work)
    alice.writes("Half of an ans")
    alice.claims()
    expect(ways(alice).locator("option:checked")).to_contain_text(work)
    alice.text.press_sequentially("wer")
    alice.sends()
    alice_sent(dora, work)
    expect(ways(alice).locator("option:checked")).to_contain_text(f"Service: {dora.address}")
    assert dora.letters == []


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_and_axe_has_nothing_to_say(office: Office, window: dict[str, int], boiler: EmailMessage, work: str) -> None:
    inspector = Inspector(office, viewport=window)
    alice = at(inspector.desk_of("Alice"), boiler)
    chooses(alice, work)
    inspector.looks(alice, "a choice of ways")
    alice.answers("Please press the red button.")
    expect(alice.bubble("Please press the red button.")).to_contain_text("Sent by Service, in")
    inspector.looks(alice, "where it was written")
    alice.bubble("Please press the red button.").get_by_role("link").click()
    expect(alice.bubble("Please press the red button.")).to_contain_text("Written in")
    inspector.looks(alice, "where it left")
    assert inspector.found == {}
