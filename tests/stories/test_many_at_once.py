"""Many conversations are chosen, one thing is done with all of them, and undone."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


@pytest.fixture
def letters(alice: Desk, dora: Customer) -> list[str]:
    """The newest first, as they stand in the list."""
    subjects = [dora.mails(f"Number {number} {dora.address}")["Subject"] for number in range(4)]
    alice.goes_to("/desk/unassigned/")
    for subject in subjects:
        expect(alice.row(subject)).to_be_visible()
    return subjects[::-1]


def bar(desk: Desk) -> Locator:
    return desk.page.get_by_role("group", name="With the chosen conversations")


def box(desk: Desk, subject: str) -> Locator:
    return desk.list.get_by_role("listitem").filter(has_text=subject).get_by_role("checkbox")


def test_a_range_by_keyboard_is_closed_by_one_key_and_comes_back_by_another(
    office: Office, alice: Desk, letters: list[str]
) -> None:
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/")
    alice.row(letters[0]).focus()
    alice.page.keyboard.press("x")
    expect(bar(alice)).to_contain_text("1 chosen")
    for _ in letters[1:3]:
        alice.page.keyboard.press("j")
    alice.page.keyboard.press("Shift+X")
    expect(bar(alice)).to_contain_text("3 chosen")
    expect(box(alice, letters[1])).to_be_checked()

    alice.page.keyboard.press("e")
    expect(alice.toast).to_contain_text("3 closed")
    expect(bar(alice)).to_be_hidden()
    for desk in (alice, bob):
        expect(desk.row(letters[0])).to_have_count(0)
        expect(desk.row(letters[3])).to_be_visible()

    alice.page.keyboard.press("z")
    expect(alice.toast).to_contain_text("3 put back")
    for desk in (alice, bob):
        for subject in letters:
            expect(desk.row(subject)).to_be_visible()


def test_what_is_chosen_stays_so_while_the_list_moves(
    office: Office, alice: Desk, dora: Customer, letters: list[str]
) -> None:
    alice.row(letters[1]).hover()
    box(alice, letters[1]).click()
    alice.row(letters[3]).click(modifiers=["Shift"])
    expect(bar(alice)).to_contain_text("3 chosen")
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens(letters[2])
    bob.claims()
    expect(alice.row(letters[2])).to_have_count(0)
    expect(bar(alice)).to_contain_text("2 chosen")
    dora.mails(f"Another {dora.address}")
    expect(alice.row(f"Another {dora.address}")).to_be_visible()
    expect(box(alice, f"Another {dora.address}")).not_to_be_checked()
    expect(bar(alice)).to_contain_text("2 chosen")
    alice.page.keyboard.press("Escape")
    expect(bar(alice)).to_be_hidden()


def test_what_could_not_be_is_told_by_its_number(office: Office, alice: Desk, letters: list[str]) -> None:
    alice.goes_to("/desk/all/")
    bob = office.desk_of("Bob").goes_to("/desk/all/").opens(letters[0])
    number = bob.head.locator(".reference").inner_text()
    bob.claims()
    expect(alice.row(letters[0]).get_by_title("Bob")).to_be_visible()
    for subject in letters[:3]:
        alice.row(subject).hover()
        box(alice, subject).click()
    alice.page.keyboard.press("c")
    expect(alice.toast).to_contain_text("2 are yours now")
    expect(alice.toast).to_contain_text(f"Somebody else has it: {number}")
    alice.toast.get_by_role("button", name="Undo").click()
    expect(alice.toast).to_contain_text("2 put back")
    expect(alice.row(letters[0]).get_by_title("Bob")).to_be_visible()
    expect(alice.row(letters[1]).get_by_title("Alice")).to_have_count(0)


def test_undo_is_still_there_after_a_reload_and_nobody_elses(office: Office, alice: Desk, letters: list[str]) -> None:
    for subject in letters[:2]:
        alice.row(subject).hover()
        box(alice, subject).click()
    alice.page.keyboard.press("s")
    alice.page.locator(".menu:popover-open").get_by_role("button", name="Tomorrow").press("Enter")
    expect(alice.toast).to_contain_text("2 snoozed")
    expect(alice.row(letters[0])).to_have_count(0)

    alice.page.reload()
    expect(alice.toast).to_contain_text("2 snoozed")
    expect(office.desk_of("Bob").goes_to("/desk/unassigned/").toast).to_have_count(0)
    alice.toast.get_by_role("button", name="Undo").click()
    expect(alice.toast).to_have_text(re.compile("2 put back"))
    expect(alice.row(letters[0])).to_be_visible()
    alice.page.reload()
    expect(alice.row(letters[0])).to_be_visible()
    expect(alice.toast).to_have_count(0)


def test_all_that_are_shown_get_a_tag_and_are_read(office: Office, dora: Customer, letters: list[str]) -> None:
    eva = office.desk_of("Eva").goes_to(f"/desk/all/?q={dora.address}")
    expect(eva.list.locator(".row--unread")).to_have_count(4)
    eva.page.keyboard.press("*")
    expect(bar(eva)).to_contain_text("4 chosen")
    eva.page.keyboard.press("l")
    field = eva.page.get_by_role("combobox", name="Tag")
    field.press_sequentially(f"All {dora.address}")
    expect(eva.page.get_by_role("option", name="New tag")).to_be_visible()
    field.press("Enter")
    expect(eva.toast).to_contain_text("4 tagged")
    for subject in letters:
        expect(eva.row(subject)).to_contain_text(f"All {dora.address}"[:20])
    eva.page.keyboard.press("*")
    bar(eva).get_by_role("button", name="Mark as read").click()
    expect(eva.toast).to_contain_text("4 marked as read")
    expect(eva.list.locator(".row--unread")).to_have_count(0)
    undoes(eva)
    expect(eva.list.locator(".row--unread")).to_have_count(4)


def test_without_a_connection_they_stay_chosen(alice: Desk, letters: list[str]) -> None:
    alice.row(letters[0]).focus()
    alice.page.keyboard.press("x")
    alice.meets("**/bulk-actions/", lambda route: route.abort())
    alice.faults.expect("ERR_FAILED")
    alice.page.keyboard.press("e")
    expect(alice.toast).to_contain_text("No connection")
    expect(bar(alice)).to_contain_text("1 chosen")
    alice.page.unroute("**/bulk-actions/")
    alice.page.keyboard.press("e")
    expect(alice.toast.filter(has_text="1 closed")).to_be_visible()
    undoes(alice)


def undoes(desk: Desk) -> None:
    """So that it is not offered to whoever sits down here next."""
    desk.page.keyboard.press("z")
    expect(desk.toast.filter(has_text="put back")).to_be_visible()
