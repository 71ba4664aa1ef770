"""A team lead writes an answer once; an agent types / and a few letters, and it stands in the field, filled in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

TITLE = "Sending a meter reading"


@pytest.fixture
def lead(office: Office) -> Page:
    """With one answer written."""
    desk = office.desk_of("Eva").goes_to("/answers/new/")
    desk.faults.expect("422")
    page = desk.page
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Shortcut").fill("meter")
    page.get_by_label("Text").fill("Dear {customer.first_name|customer}, {nonsense}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("{nonsense}")
    page.get_by_label("Text").fill("Dear {customer.first_name|customer},\n\nGreetings, {agent.first_name}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    return page


def test_it_is_found_while_typing_and_can_be_taken_back(lead: Page, alice: Desk, dora: Customer) -> None:
    subject = f"Canned {dora.address}"
    dora.mails(subject)
    alice.goes_to("/desk/unassigned/").opens(subject)
    options, keyboard = alice.page.get_by_role("option"), alice.page.keyboard
    alice.text.click()
    keyboard.type("Hello. /rea")
    expect(options).to_have_count(1)
    keyboard.press("Enter")
    expect(alice.text).to_have_value("Hello. Dear Dora,\n\nGreetings, Alice")
    expect(options).to_have_count(0)
    keyboard.press("Control+z")
    expect(alice.text).to_have_value("Hello. /rea")

    keyboard.press("Control+a")
    keyboard.type("Either/or, and 1/2")
    expect(options).to_have_count(0)
    alice.page.get_by_role("button", name="Canned answers").click()
    expect(options.first).to_be_visible()
    keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(alice.text).to_be_focused()

    lead.get_by_role("link", name=TITLE).click()
    lead.get_by_role("button", name="Retire").click()
    expect(lead).to_have_url(re.compile("/answers/$"))
    expect(lead.get_by_text(TITLE)).to_have_count(0)
