"""Whoever is available is offered what waits, takes it or passes it on, and nothing is left with who is gone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.servers import Ninelives, run_module, wait_for
from tests.stories.people import Customer
from tests.stories.queue import ADDRESS, MAILBOX


@pytest.fixture(scope="module")
def queue(running: Ninelives) -> Iterator[None]:
    """What is mailed to its address comes into it."""
    url = running.environ["DATABASE_URL"]
    run_module("tests.stories.queue", DEED="open", ACCOUNT=MAILBOX, DATABASE_URL=url)
    yield
    run_module("tests.stories.queue", DEED="shut", ACCOUNT=MAILBOX, DATABASE_URL=url)


@pytest.fixture
def eva(office: Office, queue: Any) -> Desk:
    return office.desk_of("Eva")


@pytest.fixture
def alice(office: Office, queue: Any) -> Iterator[Desk]:
    desk = office.desk_of("Alice")
    # Whoever shows pages remembers for a moment that there was no queue.
    wait_for(lambda: desk.goes_to("/desk/mine/").page.locator(".presence__state").count(), "a state to have")
    yield desk
    becomes(desk, "Away")


def becomes(desk: Desk, state: str) -> None:
    if not desk.page.locator(".presence__menu:popover-open").count():
        desk.page.get_by_role("button", name=re.compile("^Your state")).click()
    with desk.page.expect_response(re.compile("/presence/$")):
        desk.page.locator(".presence__menu").get_by_role("button", name=state, exact=True).click()
    expect(desk.page.get_by_role("button", name=f"Your state: {state}")).to_be_visible()
    desk.page.keyboard.press("Escape")


def test_a_question_is_offered_and_accepted_by_keyboard(alice: Desk, dora: Customer) -> None:
    becomes(alice, "Available")
    subject = f"Offered {dora.address}"
    dora.mails(subject, "Is my meter right?", to=ADDRESS)
    card = alice.page.get_by_role("region", name="Offered to you")
    expect(card.get_by_text("Is my meter right?")).to_be_visible()
    expect(card.locator(".offer__left")).to_have_text(re.compile(r"\d+ s"))
    alice.page.keyboard.press("y")
    expect(alice.heading).to_have_text(subject)
    expect(alice.page.get_by_role("button", name="Let go")).to_be_visible()
    expect(alice.timeline.get_by_text(re.compile("Offered to Alice after"))).to_be_visible()
    alice.closes()


def test_who_passes_it_on_says_why_and_it_waits(alice: Desk, dora: Customer) -> None:
    becomes(alice, "Available")
    subject = f"Passed {dora.address}"
    dora.mails(subject, "Something hard", to=ADDRESS)
    card = alice.page.get_by_role("region", name="Offered to you")
    expect(card.get_by_text("Something hard")).to_be_visible()
    card.get_by_role("button", name=re.compile("Pass on")).click()
    card.get_by_role("button", name="Not my field").click()
    expect(card.locator("article")).to_have_count(0)
    alice.goes_to("/desk/unassigned/").opens(subject)
    expect(alice.timeline.get_by_text("Alice passed it on: Not my field")).to_be_visible()


def test_a_state_is_chosen_and_an_offer_passed_on_by_keyboard(alice: Desk, dora: Customer) -> None:
    press = alice.page.keyboard.press
    press("g")
    press("y")
    states = alice.page.locator(".presence__menu")
    expect(states.get_by_role("button", name="Away", exact=True)).to_be_focused()
    for _ in range(3):
        press("Shift+Tab")
    press("Enter")
    expect(alice.page.get_by_role("button", name="Your state: Available")).to_be_visible()
    press("Escape")
    subject = f"By keyboard {dora.address}"
    dora.mails(subject, "For whom is this?", to=ADDRESS)
    card = alice.page.get_by_role("region", name="Offered to you")
    expect(card.get_by_text("For whom is this?")).to_be_visible()
    press("w")
    expect(card.get_by_role("button", name="Not my field")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(card.locator("article")).to_have_count(0)
    alice.goes_to("/desk/unassigned/").opens(subject)
    expect(alice.timeline.get_by_text("Alice passed it on: It should be in another queue")).to_be_visible()


def test_a_desk_that_is_gone_gives_its_work_back(office: Office, alice: Desk, dora: Customer, eva: Desk) -> None:
    becomes(alice, "Available")
    subject = f"Lost {dora.address}"
    dora.mails(subject, "Are you there?", to=ADDRESS)
    card = alice.page.get_by_role("region", name="Offered to you")
    expect(card.get_by_text("Are you there?")).to_be_visible()
    card.get_by_role("button", name=re.compile("Accept")).click()
    expect(alice.heading).to_have_text(subject)
    alice.faults.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|NetworkError|htmx:sendError")
    alice.page.context.set_offline(True)
    eva.goes_to("/desk/unassigned/")
    expect(eva.row(subject)).to_be_visible(timeout=15_000)
    eva.opens(subject)
    eva.closes()
    alice.page.context.set_offline(False)
    expect(alice.page.get_by_role("button", name="Your state: Available")).to_be_visible(timeout=15_000)
