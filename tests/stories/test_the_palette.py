"""ctrl+k finds any conversation, customer or command, and one can be elsewhere without the mouse."""

import re

from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def test_a_conversation_a_customer_and_a_command(alice: Desk, dora: Customer) -> None:
    subject = f"Palette {dora.address}"
    dora.mails(subject)
    alice.goes_to("/desk/unassigned/")
    expect(alice.row(subject)).to_be_visible()
    keyboard, options = alice.page.keyboard, alice.page.get_by_role("option")
    palette = alice.page.get_by_role("dialog", name="Find anything")

    keyboard.press("Control+k")
    expect(palette).to_be_visible()
    keyboard.type(dora.address)
    expect(options.filter(has_text=subject)).to_be_visible()
    expect(options.filter(has_text=dora.name).last).to_be_visible()
    keyboard.press("Enter")
    expect(alice.heading).to_have_text(subject)

    keyboard.press("Control+k")
    keyboard.type("let")
    keyboard.press("Escape")
    expect(palette).not_to_be_visible()

    keyboard.press("Control+k")
    keyboard.type("claim")
    expect(options.first).to_have_text(re.compile("Claim"))
    keyboard.press("Enter")
    expect(alice.thread.get_by_role("button", name="Let go")).to_be_visible()

    keyboard.press("Control+k")
    keyboard.type("zzz nothing of the kind")
    expect(palette.get_by_role("status")).to_have_text("Nothing found.")


def test_it_finds_only_what_one_may_see(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Secret {dora.address}"
    dora.mails(subject)
    expect(alice.goes_to("/desk/unassigned/").row(subject)).to_be_visible()
    charlie = office.desk_of("Charlie")
    charlie.goes_to("/desk/all/").page.keyboard.press("Control+k")
    charlie.page.keyboard.type(dora.address)
    expect(charlie.page.get_by_role("dialog").get_by_role("status")).to_have_text("Nothing found.")
