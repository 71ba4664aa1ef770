"""What is typed is never lost, what is sent can be taken back for a moment, and nothing is sent twice."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from tests.browser import Desk, Office
from tests.servers import Ninelives, wait_for
from tests.stories.people import Customer

# What Chromium and htmx say of a server that does not answer.
NO_LINE = "ERR_(INTERNET|CONNECTION_RE(FUSED|SET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|CONTENT_LENGTH)|^htmx:"


@pytest.fixture
def conversation(alice: Desk, dora: Customer) -> str:
    """An address: Dora asked something, Alice has it on her screen."""
    subject = f"Question of {dora.address}"
    dora.mails(subject, "What does it cost?")
    alice.goes_to("/desk/unassigned/").opens(subject)
    return alice.page.url.removeprefix(alice.url)


def test_an_undone_answer_is_never_sent_and_its_text_is_back(alice: Desk, dora: Customer, conversation: str) -> None:
    alice.answers("Ten euros, you nitwit.")
    alice.bubble("nitwit").get_by_role("button", name="Undo").click()
    expect(alice.text).to_have_value("Ten euros, you nitwit.")
    expect(alice.bubble("nitwit")).to_have_count(0)

    alice.text.fill("Ten euros, dear Dora.")
    alice.sends()
    # Here the moment in which it can be undone passes by itself.
    dora.post_office.wait_for_letters(dora.address)
    assert ["dear Dora" in letter.as_string() for letter in dora.letters] == [True]


def test_a_double_click_sends_once(alice: Desk, dora: Customer, conversation: str) -> None:
    alice.writes("Once is enough.")
    alice.button("Send").dblclick()
    expect(alice.bubble("Once is enough.").get_by_text("Sent", exact=True)).to_be_visible(timeout=15_000)
    expect(alice.bubble("Once is enough.")).to_have_count(1)
    assert len(dora.letters) == 1


def test_without_a_line_the_text_stays(alice: Desk, dora: Customer, conversation: str) -> None:
    alice.faults.expect(NO_LINE)
    alice.writes("From the train.")
    expect(alice.composer_state).to_have_text("Saved")
    alice.page.context.set_offline(True)
    alice.sends()
    expect(alice.toast).to_contain_text("No connection")
    expect(alice.text).to_have_value("From the train.")

    alice.page.context.set_offline(False)
    alice.sends()
    expect(alice.bubble("From the train.").get_by_role("button", name="Undo")).to_be_visible()
    expect(alice.text).to_have_value("")
    alice.goes_to(conversation)
    expect(alice.bubble("From the train.")).to_have_count(1)


def test_a_draft_survives_a_reload_and_a_change_of_device(alice: Desk, office: Office, conversation: str) -> None:
    alice.writes("I was about to say")
    expect(alice.composer_state).to_have_text("Saved")
    alice.page.reload()
    expect(alice.text).to_have_value("I was about to say")

    telephone = office.desk_of("Alice", viewport={"width": 390, "height": 844}).goes_to(conversation)
    expect(telephone.text).to_have_value("I was about to say")


def test_a_draft_survives_kill_9_of_the_server_while_typing(
    alice: Desk, office: Office, running: Ninelives, conversation: str
) -> None:
    alice.faults.expect(NO_LINE)
    alice.writes("Before the crash")
    running.kill("web")
    alice.text.press_sequentially(" and after")
    expect(alice.composer_state).to_have_text("Not saved yet; kept on this computer")
    running.wait_until_it_answers()
    alice.goes_to(conversation)
    expect(alice.text).to_have_value("Before the crash and after")
    # Another computer of hers knows nothing but what is saved.
    attic = office.desk_of("Alice")
    wait_for(lambda: attic.goes_to(conversation).text.input_value() == "Before the crash and after", "the saved draft")


def test_a_draft_survives_a_crash_of_the_browser_without_a_line(alice: Desk, conversation: str) -> None:
    alice.faults.expect(NO_LINE)
    alice.page.context.set_offline(True)
    alice.writes("Nobody heard this yet")
    expect(alice.composer_state).to_have_text("Not saved yet; kept on this computer")
    alice.page.close()

    again = Desk(alice.page.context.new_page(), alice.url, alice.faults)
    again.page.context.set_offline(False)
    again.goes_to(conversation)
    expect(again.text).to_have_value("Nobody heard this yet")


def test_two_windows_on_one_draft_are_told(alice: Desk, office: Office, conversation: str) -> None:
    attic = office.desk_of("Alice").goes_to(conversation)
    attic.faults.expect("409")
    alice.writes("From the cellar.")
    expect(alice.composer_state).to_have_text("Saved")

    attic.writes("From the attic.")
    conflict = attic.page.locator("text-conflict")
    expect(conflict).to_contain_text("Another window wrote this too")
    expect(conflict.locator("blockquote")).to_have_text("From the cellar.")
    conflict.get_by_role("button", name="Put them under each other").click()
    expect(attic.text).to_have_value("From the attic.\n\nFrom the cellar.")
    expect(attic.composer_state).to_have_text("Saved")
    alice.page.reload()
    expect(alice.text).to_have_value("From the attic.\n\nFrom the cellar.")


def test_what_is_written_while_an_answer_leaves_follows_it(alice: Desk, conversation: str) -> None:
    """No saving of the first text comes after it has left, and the second is no conflict: nothing is complained of."""
    held: list[Route] = []
    alice.meets("**/draft/", lambda route: held.append(route), times=1)
    with alice.page.expect_request("**/draft/"):
        alice.writes("The first.")
    alice.meets("**/reply/", lambda route: held.append(route), times=1)
    with alice.page.expect_request("**/reply/"):
        alice.sends()
    alice.text.press_sequentially("The second.")
    saving, leaving = held
    leaving.continue_()
    expect(alice.bubble("The first.").get_by_role("button", name="Undo")).to_be_visible()
    with suppress(Error):  # The browser has given it up already.
        saving.continue_()
    expect(alice.composer_state).to_have_text("Saved")
    expect(alice.text).to_have_value("The second.")
