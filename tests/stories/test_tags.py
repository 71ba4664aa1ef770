"""Tags say what a conversation is about, in the organisation's own words, to everybody at once."""

import re

from playwright.sync_api import Route, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def puts_on(desk: Desk, letters: str) -> None:
    desk.page.keyboard.press("l")
    field = desk.page.get_by_role("combobox", name="Tag")
    expect(field).to_be_focused()
    field.press_sequentially(letters)
    expect(desk.page.locator("tag-picker:popover-open").get_by_role("option").first).to_be_visible()
    field.press("Enter")


def test_a_team_lead_makes_a_word_and_an_agent_uses_it_by_a_few_letters(office: Office, dora: Customer) -> None:
    word = f"Refund {dora.address}"
    first = dora.mails(f"First {dora.address}")["Subject"]
    second = dora.mails(f"Second {dora.address}")["Subject"]
    eva = office.desk_of("Eva").goes_to("/desk/unassigned/").opens(first)
    alice = office.desk_of("Alice").goes_to("/desk/unassigned/").opens(second)
    puts_on(eva, word)
    expect(eva.head.get_by_role("list", name="Tags")).to_have_text(word)
    expect(alice.row(first)).to_contain_text(word)

    puts_on(alice, dora.address[:8].lower())
    for desk in (alice, eva):
        expect(desk.row(second)).to_contain_text(word)
    expect(alice.head.get_by_role("list", name="Tags")).to_have_text(word)

    alice.head.get_by_role("button", name=f"Take off {word}").click()
    expect(alice.head.get_by_role("list", name="Tags")).to_have_count(0)
    expect(eva.row(second)).not_to_contain_text(word)
    expect(eva.row(first)).to_contain_text(word)


def test_an_agent_is_told_who_makes_new_ones_and_nothing_is_lost(alice: Desk, dora: Customer) -> None:
    subject = dora.mails(f"New word {dora.address}")["Subject"]
    alice.goes_to("/desk/unassigned/").opens(subject)
    alice.page.keyboard.press("l")
    field = alice.page.get_by_role("combobox", name="Tag")
    field.press_sequentially("neverheardof")
    expect(alice.page.get_by_text("There is no tag with these letters.")).to_be_visible()
    alice.faults.expect("422")
    field.press("Enter")
    expect(alice.toast).to_contain_text("Ask a team lead to make it")
    expect(alice.head.get_by_role("list", name="Tags")).to_have_count(0)


def test_what_is_typed_sooner_than_the_words_are_there_is_put_on(office: Office, dora: Customer) -> None:
    """In the very moment in which a conversation opens, while a colleague takes it on, on a slow line."""
    word = f"Warranty {dora.address}"
    eva = office.desk_of("Eva").goes_to("/desk/unassigned/").opens(dora.mails(f"First {dora.address}")["Subject"])
    puts_on(eva, word)
    second = dora.mails(f"Second {dora.address}")["Subject"]
    bob = office.desk_of("Bob").goes_to("/desk/all/").opens(second)
    alice = office.desk_of("Alice").goes_to("/desk/all/")
    held: list[Route] = []
    alice.meets(re.compile("/tags/$"), lambda route: held.append(route), times=1)
    alice.opens(second)
    alice.page.keyboard.press("l")
    field = alice.page.get_by_role("combobox", name="Tag")
    expect(field).to_be_focused()
    bob.claims()
    expect(alice.head).to_contain_text("Bob")
    letters = dora.address[:8]
    alice.page.keyboard.type(letters)
    alice.page.keyboard.press("Enter")
    expect(field).to_have_value(letters)
    held[0].continue_()
    expect(alice.head.get_by_role("list", name="Tags")).to_have_text(word)
