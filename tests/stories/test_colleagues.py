"""Two at one conversation see each other, and a note calls somebody who is elsewhere."""

from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def test_who_else_reads_and_types(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Company {dora.address}"
    dora.mails(subject)
    alice.goes_to("/desk/all/").opens(subject)
    bob = office.desk_of("Bob").goes_to("/desk/all/").opens(subject)
    expect(alice.thread.get_by_text("Bob is reading this too")).to_be_visible()
    expect(bob.thread.get_by_text("Alice is reading this too")).to_be_visible()
    bob.text.click()
    bob.page.keyboard.type("Dear")
    expect(alice.thread.get_by_text("Bob is typing…")).to_be_visible()
    expect(alice.thread.get_by_text("Bob is reading this too")).to_be_visible()
    bob.goes_to("/desk/closed/")
    expect(alice.thread.get_by_text("Bob is")).to_have_count(0)


def test_an_open_menu_stays_under_its_button_when_a_colleague_changes_the_head(
    office: Office, alice: Desk, dora: Customer
) -> None:
    subject = f"Menu {dora.address}"
    dora.mails(subject)
    bob = office.desk_of("Bob").goes_to("/desk/all/").opens(subject)
    alice.goes_to("/desk/all/").opens(subject).head.get_by_role("button", name="More", exact=True).click()
    menu = alice.head.locator(".menu:popover-open")
    expect(menu).to_be_visible()
    before = menu.bounding_box()
    bob.claims()
    expect(alice.head.locator(".thread__facts > .badge")).to_have_text("Bob")
    assert before is not None
    assert (menu.bounding_box() or {})["y"] == before["y"] > 0


def test_a_note_calls_a_colleague(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Mention {dora.address}"
    dora.mails(subject)
    bob = office.desk_of("Bob").goes_to("/mentions/")
    alice.goes_to("/desk/all/").opens(subject)
    alice.page.keyboard.press("n")
    alice.page.keyboard.type("Please look, @bo")
    expect(alice.page.get_by_role("option")).to_have_count(1)
    alice.page.keyboard.press("Enter")
    alice.page.keyboard.type(f"at {dora.address}")
    alice.page.keyboard.press("Control+Enter")
    mention = bob.page.get_by_role("listitem").filter(has_text=dora.address)
    expect(mention).to_contain_text("Alice")
    expect(mention.get_by_text("New")).to_be_visible()
    expect(bob.page.locator(".rail [data-unseen]")).to_be_visible()
    mention.get_by_role("link").click()
    expect(bob.heading).to_have_text(subject)
    bob.page.locator(".rail").get_by_role("link", name="Mentions").click()
    expect(mention.get_by_text("New")).to_have_count(0)


def test_only_those_who_may_read_it_are_called(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Strangers {dora.address}"
    dora.mails(subject)
    alice.goes_to("/desk/all/").opens(subject)
    alice.page.keyboard.press("n")
    alice.page.keyboard.type("Hello @Cha")
    expect(alice.page.get_by_text("Nobody here is called that.")).to_be_visible()
    alice.page.keyboard.press("Escape")
    alice.page.keyboard.type("rlie")
    alice.page.keyboard.press("Control+Enter")
    expect(alice.bubble("Hello @Charlie")).to_be_visible()
    charlie = office.desk_of("Charlie").goes_to("/mentions/")
    expect(charlie.page.get_by_text(dora.address)).to_have_count(0)
    expect(charlie.page.get_by_role("heading", name="Mentions")).to_be_visible()
