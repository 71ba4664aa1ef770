"""One question over several conversations: joined, counted, warned about at the third contact, split and closed."""

from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.servers import Ninelives
from tests.stories.people import Customer
from tests.stories.test_conversations_are_one import at, more, undo


@pytest.fixture
def boiler(dora: Customer) -> EmailMessage:
    return dora.mails(f"Boiler {dora.address}", "My boiler is cold.")


@pytest.fixture
def again(dora: Customer, boiler: EmailMessage) -> EmailMessage:
    return dora.mails(f"Still cold {dora.address}", "It is cold again.")


def begins(desk: Desk, mail: EmailMessage, title: str = "") -> None:
    more(at(desk, mail), "Put in a case…")
    if title:
        desk.page.get_by_label("What it is about").fill(title)
    desk.page.get_by_role("button", name="Begin this case").click()
    expect(case_over(desk)).to_be_visible()


def case_over(desk: Desk) -> Locator:
    return desk.head.locator(".thread__case")


def contacts(desk: Desk) -> Locator:
    return desk.page.locator(".contacts > li")


def test_three_contacts_in_one_case(
    office: Office, alice: Desk, dora: Customer, boiler: EmailMessage, again: EmailMessage
) -> None:
    begins(alice, boiler, "A boiler that stays cold")
    expect(case_over(alice)).to_contain_text("A boiler that stays cold")
    expect(case_over(alice)).to_contain_text("1 contact")

    # The next conversation is offered the case: one click.
    at(alice, again)
    alice.button("Put in this case").click()
    expect(case_over(alice)).to_contain_text("2 contacts")
    expect(alice.timeline).to_contain_text("Alice put this in a case")
    alice.answers("Please press the button.")
    sent = dora.receives()
    alice.closes()
    expect(alice.button("Reopen")).to_be_visible()
    bob = at(office.desk_of("Bob"), boiler)
    expect(case_over(bob)).to_contain_text("2 contacts")

    # She comes back about it: whoever looks at any of it is warned, and so is whoever looks at the list.
    dora.answers(sent, "I pressed it. It is still cold.")
    for desk in (alice, bob):
        expect(case_over(desk)).to_contain_text("Third contact about this: what would solve it for good?")
    expect(bob.row(boiler["Subject"])).to_contain_text("3×")

    bob.head.get_by_role("link", name="A boiler that stays cold").click()
    expect(contacts(bob)).to_have_count(3)
    expect(contacts(bob).nth(1)).to_contain_text("Handled by Alice")
    contacts(bob).nth(1).locator("summary").click()
    expect(contacts(bob).nth(1)).to_contain_text("Please press the button.")
    expect(contacts(bob).nth(1)).not_to_contain_text("I pressed it.")


def test_moved_and_back_again(alice: Desk, boiler: EmailMessage, again: EmailMessage) -> None:
    begins(alice, boiler, "The boiler")
    begins(alice, again, "The other thing")
    more(at(alice, again), "Put in a case…")
    alice.page.get_by_role("button", name="The boiler").click()
    expect(case_over(alice)).to_contain_text("2 contacts")
    alice.timeline.get_by_role("listitem").filter(has_text="put this in a case").get_by_role(
        "button", name="Undo"
    ).click()
    expect(case_over(alice)).to_contain_text("The other thing")
    alice.head.get_by_role("button", name="Take out of the case").click()
    expect(case_over(alice).first).to_contain_text("Belongs to")
    at(alice, boiler)
    expect(case_over(alice)).to_contain_text("1 contact")
    undo(alice, "put this in a case")
    expect(case_over(alice).first).to_contain_text("Belongs to")


def test_closed_with_its_conversations_and_opened_by_the_customer(
    alice: Desk, dora: Customer, boiler: EmailMessage
) -> None:
    at(alice, boiler).answers("Please press the button.")
    sent = dora.receives()
    begins(alice, boiler)
    case_over(alice).get_by_role("link").click()
    alice.page.get_by_role("button", name="Close case and conversations").click()
    expect(alice.page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(alice.page.locator(".case__inside")).to_contain_text("Closed")
    dora.answers(sent, "Still cold.")
    expect(alice.page.get_by_role("button", name="Close case and conversations")).to_be_visible()
    expect(contacts(alice)).to_have_count(2)
    expect(alice.page.locator(".case")).to_contain_text("Open again because the customer came back about it")


def test_split_into_a_case_of_its_own(alice: Desk, boiler: EmailMessage, again: EmailMessage) -> None:
    begins(alice, boiler, "The boiler")
    at(alice, again).button("Put in this case").click()
    case_over(alice).get_by_role("link").click()
    expect(contacts(alice)).to_have_count(2)
    inside = alice.page.locator(".case__inside > li").filter(has_text=again["Subject"])
    inside.get_by_role("button", name="A case of its own").click()
    expect(contacts(alice)).to_have_count(1)
    at(alice, again)
    expect(case_over(alice)).to_contain_text(again["Subject"])


def test_with_the_keys_alone(alice: Desk, boiler: EmailMessage, again: EmailMessage) -> None:
    at(alice, boiler)
    for key in ("g", "p"):
        alice.page.keyboard.press(key)
    expect(alice.page.get_by_label("What it is about")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(case_over(alice)).to_contain_text("1 contact")
    at(alice, again)
    for key in ("g", "k"):
        alice.page.keyboard.press(key)
    expect(case_over(alice)).to_contain_text("2 contacts")
    for key in ("g", "k"):
        alice.page.keyboard.press(key)
    expect(contacts(alice)).to_have_count(2)


def test_another_brand_knows_nothing_of_it(
    office: Office, alice: Desk, running: Ninelives, boiler: EmailMessage
) -> None:
    begins(alice, boiler)
    path = (case_over(alice).get_by_role("link").get_attribute("href") or "").partition("?")[0]
    assert alice.request(path).status == 200
    assert office.desk_of("Charlie").request(path).status == 404


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_and_axe_has_nothing_to_say(
    office: Office, window: dict[str, int], boiler: EmailMessage, again: EmailMessage, dora: Customer
) -> None:
    inspector = Inspector(office, viewport=window)
    alice = inspector.desk_of("Alice")
    begins(alice, boiler, "The boiler")
    at(alice, again)
    inspector.looks(alice, "offered")
    alice.button("Put in this case").click()
    expect(case_over(alice)).to_contain_text("2 contacts")
    third = dora.mails(f"Third time {dora.address}", "It is cold for the third time.")
    at(alice, third).button("Put in this case").click()
    expect(case_over(alice)).to_contain_text("Third contact")
    inspector.looks(alice, "over a conversation")
    alice.head.get_by_role("link", name="The boiler").click()
    contacts(alice).first.locator("summary").click()
    expect(contacts(alice).first).to_contain_text("My boiler is cold.")
    inspector.looks(alice, "the page of a case")
    more(at(alice, third), "Put in a case…")
    inspector.looks(alice, "putting in")
    assert inspector.found == {}
