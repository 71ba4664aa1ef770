"""Whoever asked for it hears of a mention while they look at something else, and of nothing otherwise."""

import pytest
from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

# The system's own notices cannot be read from a page: what the page asked for is noted instead. A browser without
# windows lets nobody show one, whatever it was told.
NOTED = """
window.notices = [];
window.Notification = new Proxy(Notification, {
  get: (real, name) => name === "permission" ? "granted" : Reflect.get(real, name),
  construct: (_, [title, { body, tag }]) => { notices.push({ title, body, tag }); return {}; },
});
Document.prototype.hasFocus = () => sessionStorage.getItem("is here") === "1";
"""


@pytest.fixture
def bob(office: Office) -> Desk:
    bob = office.desk_of("Bob")
    bob.page.context.grant_permissions(["notifications"], origin=bob.url)
    bob.page.add_init_script(NOTED)
    return bob.goes_to("/desk/closed/")


def calls(alice: Desk, dora: Customer, subject: str) -> None:
    dora.mails(subject)
    alice.goes_to("/desk/all/").opens(subject)
    alice.notes(f"Do you know this, @Bob? {subject}")
    expect(alice.bubble(subject)).to_be_visible()


def asks_for_notices(desk: Desk) -> None:
    desk.page.locator(".rail__person").click()
    box = desk.page.get_by_label("Notices on the desktop")
    box.check()
    expect(box).to_be_checked()
    desk.page.keyboard.press("Escape")


def test_a_mention_is_told_to_who_looks_at_something_else(bob: Desk, alice: Desk, dora: Customer) -> None:
    asks_for_notices(bob)
    subject = f"Notice {dora.address}"
    calls(alice, dora, subject)
    told = bob.page.wait_for_function("() => notices[0]").json_value()
    assert "Alice" in told["title"]
    assert subject in told["title"] + told["body"]
    bob.page.evaluate("sessionStorage.setItem('is here', '1')")
    seen = bob.page.locator("[data-unseen]").first.inner_text()
    calls(alice, dora, f"Again {dora.address}")
    expect(bob.page.locator("[data-unseen]").first).not_to_have_text(seen)
    assert bob.page.evaluate("notices.length") == 1


def test_who_did_not_ask_is_told_nothing(bob: Desk, alice: Desk, dora: Customer) -> None:
    seen = bob.page.locator("[data-unseen]").first
    before = seen.inner_text()
    calls(alice, dora, f"Quiet {dora.address}")
    expect(seen).not_to_have_text(before)
    assert bob.page.evaluate("notices") == []
