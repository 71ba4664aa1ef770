"""A whole day at the desk without a mouse."""

import re
from pathlib import Path

from playwright.sync_api import APIResponse, Route, expect

from tests.browser import Desk, Office
from tests.cast import PASSWORD
from tests.servers import wait_for
from tests.stories.people import Customer


def test_signing_in(office: Office) -> None:
    stranger = office.window().goes_to("/accounts/login/")
    for _ in range(10):
        if stranger.page.evaluate("document.activeElement.name") == "login":
            break
        stranger.page.keyboard.press("Tab")
    types(stranger, "alice@zonnestroom.example", "Tab", PASSWORD, "Enter")
    expect(stranger.page.get_by_role("link", name="Desk")).to_be_visible()


def test_walking_through_the_list(alice: Desk, dora: Customer) -> None:
    dora.mails("Written before", "Not this one.")
    alice.goes_to("/desk/all/")
    expect(alice.row("Written before").first).to_be_visible()
    dora.mails("No mouse today", "Can you type?")
    press(alice, "g", "u")
    expect(alice.page).to_have_url(f"{alice.url}/desk/unassigned/")
    expect(alice.row("No mouse today")).to_be_visible()

    for key, subject in (("j", "No mouse today"), ("j", "Written before"), ("k", "No mouse today")):
        press(alice, key)
        expect(alice.heading).to_have_text(subject)


def test_claiming_noting_and_closing(alice: Desk, dora: Customer) -> None:
    opens(alice, dora, "Type this down")
    press(alice, "c")
    expect(alice.button("Let go")).to_be_visible()
    press(alice, "n")
    types(alice, "She types well", "Control+Enter")
    expect(alice.bubble("She types well")).to_contain_text("for colleagues only")

    press(alice, "Escape", "e")
    expect(alice.timeline).to_contain_text("Closed by Alice")
    # The key does what the button says, and that hears of it by itself.
    expect(alice.button("Reopen")).to_be_visible()
    press(alice, "e")
    expect(alice.timeline).to_contain_text("Reopened by Alice")
    expect(alice.button("Close")).to_be_visible()
    press(alice, "c")
    expect(alice.button("Claim")).to_be_visible()


def test_a_key_works_while_the_answer_to_the_one_before_is_on_its_way(alice: Desk, dora: Customer) -> None:
    opens(alice, dora, "Quick fingers")
    press(alice, "c")
    expect(alice.button("Let go")).to_be_visible()
    press(alice, "e")
    expect(alice.button("Reopen")).to_be_visible()

    held: list[tuple[Route, APIResponse]] = []
    alice.meets(re.compile("/closure/$"), lambda route: held.append((route, route.fetch())), times=1)
    press(alice, "e")
    expect(alice.button("Let go")).to_be_visible()
    press(alice, "c")
    expect(alice.button("Claim")).to_be_visible()
    [(route, answer)] = held
    with alice.page.expect_event("requestfinished", lambda request: request.url.endswith("/closure/")):
        route.fulfill(response=answer)
    expect(alice.button("Claim")).to_be_visible()


def test_news_asked_for_before_a_key_was_pressed_does_not_take_back_what_it_did(alice: Desk, dora: Customer) -> None:
    opens(alice, dora, "Late news")
    news = re.compile("/head/$")
    held: list[tuple[Route, APIResponse]] = []
    alice.meets(news, lambda route: held.append((route, route.fetch())), times=2)
    with alice.page.expect_request(news):
        press(alice, "c")
    expect(alice.button("Let go")).to_be_visible()
    press(alice, "e")
    expect(alice.button("Reopen")).to_be_visible()

    # Of when it was still open; the next is asked for at once, and not answered yet.
    with alice.page.expect_request(news):
        held[0][0].fulfill(response=held[0][1])
    wait_for(lambda: alice.page.title() and len(held) == 2, "the next question")
    expect(alice.button("Reopen")).to_be_visible()
    held[1][0].fulfill(response=held[1][1])
    expect(alice.button("Reopen")).to_be_visible()


def test_what_is_undone_stays_so_when_the_answer_to_sending_comes_late(alice: Desk, dora: Customer) -> None:
    opens(alice, dora, "Too quick for the line")
    held: list[tuple[Route, APIResponse]] = []
    alice.meets(re.compile("/reply/$"), lambda route: held.append((route, route.fetch())), times=1)
    press(alice, "r")
    types(alice, "Sent and undone.")
    press(alice, "Control+Enter", "Escape")
    expect(alice.bubble("Sent and undone.").get_by_role("button", name="Undo")).to_be_visible()
    press(alice, "z")
    expect(alice.text).to_have_value("Sent and undone.")
    [(route, answer)] = held
    with alice.page.expect_event("requestfinished", lambda request: request.url.endswith("/reply/")):
        route.fulfill(response=answer)
    expect(alice.bubble("Sent and undone.")).to_have_count(0)
    expect(alice.text).to_have_value("Sent and undone.")


def test_answering_with_a_file_and_undoing_it(alice: Desk, dora: Customer, tmp_path: Path) -> None:
    file = tmp_path / "tariffs.pdf"
    file.write_bytes(b"tariffs")
    opens(alice, dora, "Send me the tariffs")
    press(alice, "r")
    expect(alice.text).to_be_focused()
    types(alice, "Here, with ten fingers.")
    press(alice, "Escape")
    with alice.page.expect_file_chooser() as chooser:
        press(alice, "a")
    chooser.value.set_files(file)
    expect(alice.attached).to_contain_text("tariffs.pdf")

    press(alice, "r", "Control+Enter", "Escape")
    expect(alice.bubble("ten fingers").get_by_role("button", name="Undo")).to_be_visible()
    press(alice, "z")
    expect(alice.text).to_have_value("Here, with ten fingers.")
    press(alice, "r", "Control+Enter", "Escape")
    received = dora.receives()
    expect(alice.bubble("ten fingers").get_by_text("Sent", exact=True)).to_be_visible()
    assert [file.get_filename() for file in received.iter_attachments()] == ["tariffs.pdf"]


def test_finding_and_going(alice: Desk, dora: Customer) -> None:
    dora.mails("A needle", "In a haystack of sunflowers.")
    alice.goes_to("/desk/mine/")
    press(alice, "/")
    types(alice, "needle")
    expect(alice.row("A needle")).to_be_visible()
    press(alice, "Enter")
    expect(alice.page).to_have_url(re.compile("q=needle"))
    press(alice, "j")
    expect(alice.heading).to_have_text("A needle")

    expect(alice.customer).to_be_visible()
    press(alice, "i")
    expect(alice.customer).not_to_be_visible()
    press(alice, "i")
    expect(alice.customer).to_be_visible()

    for key, view in {"m": "mine", "u": "unassigned", "a": "all", "c": "closed"}.items():
        press(alice, "g", key)
        expect(alice.page).to_have_url(f"{alice.url}/desk/{view}/")


def test_the_keys_are_shown(alice: Desk) -> None:
    alice.goes_to("/desk/all/")
    press(alice, "?")
    keys = alice.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Next conversation")
    expect(keys).to_contain_text("Search")
    press(alice, "Escape")
    expect(keys).not_to_be_visible()


def opens(alice: Desk, dora: Customer, subject: str) -> None:
    dora.mails(subject, "With the keyboard, please.")
    alice.goes_to("/desk/unassigned/")
    expect(alice.row(subject)).to_be_visible()
    press(alice, "j")
    expect(alice.heading).to_have_text(subject)


def press(desk: Desk, *keys: str) -> None:
    for key in keys:
        desk.page.keyboard.press(key)


def types(desk: Desk, *texts: str) -> None:
    """Text as it is, keys by their names."""
    for text in texts:
        if text in ("Tab", "Enter", "Control+Enter"):
            desk.page.keyboard.press(text)
        else:
            desk.page.keyboard.type(text)
