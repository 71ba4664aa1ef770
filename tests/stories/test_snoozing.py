"""What can wait is put out of the way, and comes back by itself."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

HERE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def asked(alice: Desk, dora: Customer) -> EmailMessage:
    asked = dora.mails(f"Later {dora.address}", "No hurry.")
    alice.goes_to("/desk/unassigned/").opens(asked["Subject"])
    return asked


def test_until_tomorrow_by_two_keys_and_back_by_one(office: Office, alice: Desk, asked: EmailMessage) -> None:
    bob = office.desk_of("Bob").goes_to("/desk/all/")
    subject = asked["Subject"]
    expect(bob.row(subject)).to_be_visible()
    alice.page.keyboard.press("s")
    menu = alice.page.locator(".menu:popover-open")
    expect(menu).to_contain_text("Tomorrow")
    menu.get_by_role("button", name="Tomorrow").press("Enter")
    expect(alice.timeline).to_contain_text("Alice snoozed this until")
    for desk in (alice, bob):
        expect(desk.row(subject)).to_have_count(0)

    bob.page.keyboard.press("g")
    bob.page.keyboard.press("s")
    expect(bob.page).to_have_url(f"{bob.url}/desk/snoozed/")
    expect(bob.row(subject)).to_contain_text("09:00")
    alice.page.keyboard.press("s")
    expect(alice.timeline).to_contain_text("Alice brought this back")
    expect(alice.row(subject)).to_be_visible()
    expect(bob.row(subject)).to_have_count(0)


def test_it_comes_back_at_its_time_on_top_and_unread(alice: Desk, dora: Customer, asked: EmailMessage) -> None:
    dora.mails(f"Newer {dora.address}", "In a hurry.")
    expect(alice.row("Newer").first).to_be_visible()
    snoozes(alice, datetime.now(HERE) + timedelta(seconds=8))
    alice.goes_to("/desk/unassigned/")
    expect(alice.row(asked["Subject"])).to_have_count(0)
    expect(alice.row(asked["Subject"])).to_be_visible()
    expect(alice.list.get_by_role("listitem").first).to_contain_text(asked["Subject"])
    expect(alice.row(asked["Subject"])).to_contain_text("unread")
    alice.opens(asked["Subject"])
    expect(alice.timeline).to_contain_text("Back: it is time")


def test_the_customer_does_not_wait(alice: Desk, dora: Customer, asked: EmailMessage) -> None:
    snoozes(alice, datetime.now(HERE) + timedelta(days=2))
    expect(alice.row(asked["Subject"])).to_have_count(0)
    dora.mails(asked["Subject"], "Now there is.", in_reply_to=asked["Message-ID"])
    expect(alice.row(asked["Subject"])).to_be_visible()
    expect(alice.timeline).to_contain_text("Back because the customer wrote")


def test_a_moment_that_is_past_is_refused(alice: Desk, asked: EmailMessage) -> None:
    alice.faults.expect("422")
    snoozes(alice, datetime.now(HERE) - timedelta(days=2))
    expect(alice.toast).to_contain_text("Choose a moment still to come.")
    expect(alice.row(asked["Subject"])).to_be_visible()


def snoozes(desk: Desk, until: datetime) -> None:
    desk.button("Snooze").click()
    menu = desk.page.locator(".menu:popover-open")
    # The picker of a browser does not offer seconds.
    menu.locator("[name=until][type]").evaluate(
        "(field, at) => { field.step = 1; field.value = at }", f"{until:%Y-%m-%dT%H:%M:%S}"
    )
    menu.get_by_role("button", name="Snooze").click()


def test_what_cannot_be_is_said_above_the_menu_it_is_about(alice: Desk, asked: EmailMessage) -> None:
    alice.page.set_viewport_size({"width": 1440, "height": 900})
    alice.faults.expect("422")
    snoozes(alice, datetime(2020, 1, 1, 10, tzinfo=HERE))
    for part in (".toast__title", ".toast__text"):
        alice.toast.locator(part).click(trial=True)
    alice.page.keyboard.press("Escape")
    expect(alice.page.locator(".menu:popover-open")).to_have_count(0)
