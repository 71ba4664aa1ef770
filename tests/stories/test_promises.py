"""What a customer is told will happen is an object at the desk, until it is kept."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


@pytest.fixture
def asked(alice: Desk, dora: Customer) -> EmailMessage:
    asked = dora.mails(f"Soon {dora.address}", "When will I hear?")
    alice.goes_to("/desk/all/").opens(asked["Subject"])
    return asked


def promised(desk: Desk) -> Locator:
    return desk.head.get_by_role("list", name="Open promises")


def test_an_answer_by_two_keys_told_and_kept_by_itself(office: Office, alice: Desk, asked: EmailMessage) -> None:
    bob = office.desk_of("Bob").goes_to("/desk/all/")
    alice.page.keyboard.press("p")
    expect(alice.page.locator(".promising:popover-open")).to_be_visible()
    alice.page.keyboard.press("Enter")
    expect(promised(alice)).to_contain_text("yours")
    expect(alice.timeline).to_contain_text("Alice promised P-")
    expect(bob.row(asked["Subject"])).to_contain_text("promised before")
    # Another answer is sent when this one has arrived; before, its click would be dropped.
    with alice.page.expect_response(re.compile("/reply/$")):
        alice.answers("You will hear tomorrow.")
    expect(alice.bubble("You will hear tomorrow.")).to_be_visible()
    expect(promised(alice)).to_be_visible()
    alice.answers("It is 42.")
    expect(promised(alice)).to_have_count(0)
    expect(alice.timeline).to_contain_text("Alice kept P-")
    expect(bob.row(asked["Subject"])).not_to_contain_text("promised before")
    alice.bubble("It is 42.").get_by_role("button", name="Undo").click()
    expect(promised(alice)).to_be_visible()
    expect(alice.timeline).to_contain_text("is open again: the answer did not go out")


def test_a_call_back_is_tried_until_somebody_is_reached(office: Office, alice: Desk, asked: EmailMessage) -> None:
    alice.page.keyboard.press("p")
    menu = alice.page.locator(".promising:popover-open")
    menu.get_by_text("Call back", exact=True).click()
    menu.get_by_text("The team", exact=True).click()
    menu.get_by_label("Number").fill("06-01234567")
    menu.get_by_label("What about").fill(asked["Subject"])
    menu.get_by_role("button", name="in the").first.click()
    expect(promised(alice)).to_contain_text("the team")
    expect(alice.customer).to_contain_text("Open promises")
    bob = office.desk_of("Bob").goes_to("/promises/")
    row = bob.page.get_by_role("row").filter(has_text=asked["Subject"])
    row.get_by_role("button", name="No answer").click()
    expect(row).to_contain_text("tried once")
    expect(alice.timeline).to_contain_text("Bob tried P-")
    alice.page.keyboard.press("d")
    expect(promised(alice)).to_have_count(0)
    expect(row).to_have_count(0)
    bob.page.get_by_role("link", name="Kept").click()
    expect(row).to_contain_text("Open again")


def test_a_mistake_is_undone_where_it_is_told(alice: Desk, asked: EmailMessage) -> None:
    alice.page.keyboard.press("p")
    alice.page.keyboard.press("Enter")
    expect(promised(alice)).to_be_visible()
    alice.timeline.get_by_role("listitem").filter(has_text="promised P-").get_by_role("button", name="Undo").click()
    expect(promised(alice)).to_have_count(0)
    expect(alice.timeline).to_contain_text("it was entered by mistake")


def test_enter_in_a_field_promises_nothing(alice: Desk, asked: EmailMessage) -> None:
    alice.faults.expect("422")
    alice.page.keyboard.press("p")
    menu = alice.page.locator(".promising:popover-open")
    menu.get_by_label("What about").fill("The bill")
    menu.get_by_label("What about").press("Enter")
    expect(alice.toast).to_contain_text("Choose what is promised, and until when.")
    expect(promised(alice)).to_have_count(0)
