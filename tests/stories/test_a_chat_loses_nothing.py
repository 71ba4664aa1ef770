"""Whatever the line, the browser or the page does: what was sent arrives once and in order, what was typed stays."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Deed, Desk, Office
from tests.servers import Ninelives
from tests.stories.shop import Chat
from tests.stories.visitors import Visitor

NO_LINE = "ERR_|Failed to fetch|status of (429|500|502|503)"
SENDS = re.compile(r"/chat/[^/]+/messages$")


def at_the_desk(alice: Desk, number: str) -> list[str]:
    """What Alice reads in the conversation with this customer of the shop."""
    alice.goes_to("/desk/all/").row(number).click()
    expect(alice.timeline.locator("li.bubble").first).to_be_visible()
    return alice.timeline.locator("li.bubble .words").all_inner_texts()


def sending(visitor: Visitor, *deeds: Deed) -> None:
    """These are done to the next messages that leave; what comes after goes its way."""
    waiting = list(deeds)

    def next_deed(route: Route) -> None:
        if route.request.method != "POST" or not waiting:
            return route.continue_()
        return waiting.pop(0)(route)

    visitor.meets(SENDS, next_deed)


def cut(route: Route) -> None:
    route.abort("connectionfailed")


def cut_after(route: Route) -> None:
    """It arrived, and nobody hears that it did."""
    route.fetch()
    route.abort("connectionreset")


def hotel(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Sign in to our wireless</h1>")


def busy(route: Route) -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After", "Retry-After": "1"}
    route.fulfill(status=503, headers=headers, body="")


@pytest.fixture
def dora(visitor: Visitor, chat: Chat, number: str) -> Visitor:
    visitor.faults.expect(NO_LINE)
    return visitor.visits(chat.signed(number, name=f"Dora {number}")).opens()


@pytest.mark.parametrize("deed", [cut, cut_after, hotel, busy])
def test_a_message_that_meets_a_fault_arrives_once_and_in_order(
    dora: Visitor, alice: Desk, number: str, deed: Deed
) -> None:
    sending(dora, deed, deed)
    told = [f"First {number}", f"Second {number}", f"Third {number}"]
    for words in told:
        dora.says(words)
    expect(dora.bubble("Third").get_by_text("Sent", exact=True)).to_be_visible(timeout=20_000)
    assert [words for words in dora.said if number in words] == told
    assert at_the_desk(alice, number) == told


def test_kill_9_of_worker_and_web_loses_and_doubles_nothing(
    dora: Visitor, alice: Desk, running: Ninelives, number: str
) -> None:
    told = [f"{place} of {number}" for place in range(8)]
    for place, words in enumerate(told):
        dora.says(words)
        if part := {2: "worker", 4: "web", 6: "worker"}.get(place):
            running.kill(part)
    running.wait_until_it_answers()
    expect(dora.bubble(told[-1]).get_by_text("Sent", exact=True)).to_be_visible(timeout=40_000)
    # The line is there for what is said, so it is there for what is heard.
    expect(dora.dialog.get_by_text("No connection")).to_be_hidden()
    alice.goes_to("/desk/all/").row(number).click()
    expect(alice.bubble(told[-1])).to_be_visible(timeout=20_000)
    assert at_the_desk(alice, number) == told


def test_without_a_line_it_waits_and_says_so(dora: Visitor, alice: Desk, number: str) -> None:
    dora.says(f"Before {number}")
    expect(dora.bubble("Before").get_by_text("Sent", exact=True)).to_be_visible()
    dora.page.context.set_offline(True)
    told = [f"{which} {number}" for which in ("One", "Two", "Three")]
    for words in told:
        dora.says(words)
    expect(dora.bubble("Three")).to_contain_text("Not sent yet, trying again")
    expect(dora.dialog.get_by_role("status").filter(has_text="No connection")).to_be_visible()

    dora.page.context.set_offline(False)
    expect(dora.bubble("Three").get_by_text("Sent", exact=True)).to_be_visible()
    expect(dora.dialog.get_by_text("No connection")).to_be_hidden()
    assert at_the_desk(alice, number) == [f"Before {number}", *told]


def test_a_page_that_closes_while_sending_sends_on_the_next_visit(
    dora: Visitor, chat: Chat, alice: Desk, number: str
) -> None:
    dora.says(f"Before {number}")
    expect(dora.bubble("Before").get_by_text("Sent", exact=True)).to_be_visible()
    dora.meets(SENDS, lambda route: None if route.request.method == "POST" else route.continue_())
    dora.says(f"I must go {number}")
    tab = dora.another_tab()
    dora.page.close()

    tab.visits(chat.signed(number, name=f"Dora {number}")).opens()
    expect(tab.bubble("I must go").get_by_text("Sent", exact=True)).to_be_visible()
    assert at_the_desk(alice, number) == [f"Before {number}", f"I must go {number}"]


def test_what_is_refused_stands_there_with_the_reason(dora: Visitor, alice: Desk, number: str) -> None:
    def refuse(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(
            status=422, headers=headers, content_type="application/problem+json", body='{"detail": "No cats."}'
        )

    dora.faults.expect("status of 422")
    sending(dora, refuse)
    dora.says(f"Cats {number}")
    expect(dora.bubble("Cats")).to_contain_text("Not sent: No cats.")
    dora.says(f"Dogs {number}")
    expect(dora.bubble("Dogs").get_by_text("Sent", exact=True)).to_be_visible()
    dora.page.reload()
    dora.bubble("Cats").get_by_role("button", name="Try again").click()
    expect(dora.bubble("Cats").get_by_text("Sent", exact=True)).to_be_visible()
    assert sorted(at_the_desk(alice, number)) == [f"Cats {number}", f"Dogs {number}"]


def test_what_is_refused_can_be_removed(dora: Visitor, number: str) -> None:
    dora.faults.expect("status of 422")
    sending(dora, lambda route: route.fulfill(status=422, headers={"Access-Control-Allow-Origin": "*"}, body="{}"))
    dora.says(f"Cats {number}")
    dora.bubble("Cats").get_by_role("button", name="Remove").click()
    expect(dora.bubble("Cats")).to_have_count(0)
    dora.page.reload()
    expect(dora.bubble("Hello!")).to_be_visible()
    expect(dora.bubble("Cats")).to_have_count(0)


def test_unsent_words_and_files_survive_a_reload(dora: Visitor, tmp_path: Path) -> None:
    bill = tmp_path / "bill.txt"
    bill.write_text("142 euros")
    dora.adds(bill)
    dora.writes("I was about to say")
    dora.page.reload()
    expect(dora.attached.filter(has_text="bill.txt")).to_be_visible()
    expect(dora.text).to_have_value("I was about to say")
    dora.text.press("Enter")
    expect(dora.bubble("I was about to say").get_by_role("link", name="bill.txt")).to_be_visible()
    expect(dora.text).to_have_value("")


def test_two_tabs_tell_one_story(dora: Visitor, chat: Chat, alice: Desk, number: str) -> None:
    other = dora.another_tab().visits(chat.signed(number, name=f"Dora {number}")).opens()
    dora.says(f"From the first {number}")
    expect(other.bubble("From the first")).to_be_visible()
    other.says(f"From the second {number}")
    expect(dora.bubble("From the second")).to_be_visible()
    dora.page.context.set_offline(True)
    dora.says(f"Third {number}")
    other.says(f"Fourth {number}")
    dora.page.context.set_offline(False)
    for tab in (dora, other):
        expect(tab.bubble("Fourth").get_by_text("Sent", exact=True)).to_be_visible()
    told = [f"{which} {number}" for which in ("From the first", "From the second", "Third", "Fourth")]
    assert at_the_desk(alice, number) == told
    for tab in (dora, other):
        expect(tab.bubble(number)).to_have_count(4)


BLOCKED = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError") } });
"""


def test_where_storage_is_blocked_it_works_while_the_page_is_open(
    visitor: Visitor, chat: Chat, alice: Desk, number: str
) -> None:
    visitor.page.add_init_script(BLOCKED)
    visitor.faults.expect(NO_LINE)
    visitor.visits(chat.signed(number, name=f"Dora {number}")).opens()
    visitor.says(f"One {number}")
    expect(visitor.bubble("One").get_by_text("Sent", exact=True)).to_be_visible()
    visitor.page.context.set_offline(True)
    visitor.says(f"Two {number}")
    visitor.page.context.set_offline(False)
    expect(visitor.bubble("Two").get_by_text("Sent", exact=True)).to_be_visible()
    assert at_the_desk(alice, number) == [f"One {number}", f"Two {number}"]
    visitor.page.reload()
    visitor.opens()
    expect(visitor.bubble("Two")).to_be_visible()


def test_a_third_partys_storage_is_never_asked_for(visitor: Visitor, chat: Chat, number: str) -> None:
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send(
        "Network.setCookieControls",
        {
            "enableThirdPartyCookieRestriction": True,
            "disableThirdPartyCookieMetadata": True,
            "disableThirdPartyCookieHeuristics": True,
        },
    )
    visitor.visits(chat.signed(number)).opens()
    visitor.says(f"Hello {number}")
    expect(visitor.bubble(number).get_by_text("Sent", exact=True)).to_be_visible()
    visitor.page.reload()
    visitor.opens()
    expect(visitor.bubble(number)).to_be_visible()
    assert visitor.page.context.cookies() == []


def test_whoever_signs_in_takes_along_what_they_said(visitor: Visitor, chat: Chat, alice: Desk, number: str) -> None:
    visitor.visits().opens()
    visitor.says(f"Nobody knows me {number}")
    expect(visitor.bubble(number).get_by_text("Sent", exact=True)).to_be_visible()
    visitor.writes("And also")
    visitor.visits(chat.signed(number, name=f"Dora {number}")).opens()
    expect(visitor.bubble("Nobody knows me")).to_be_visible()
    expect(visitor.text).to_have_value("And also")
    visitor.text.press("Enter")
    expect(visitor.bubble("And also").get_by_text("Sent", exact=True)).to_be_visible()
    assert at_the_desk(alice, number) == [f"Nobody knows me {number}", "And also"]


def test_the_next_customer_on_the_same_computer_sees_nothing(dora: Visitor, chat: Chat, number: str) -> None:
    dora.says(f"Mine alone {number}")
    expect(dora.bubble(number).get_by_text("Sent", exact=True)).to_be_visible()
    dora.visits(chat.signed(f"other-{number}")).opens()
    expect(dora.bubble("Hello!")).to_be_visible()
    expect(dora.bubble(number)).to_have_count(0)
    dora.visits().opens()
    expect(dora.bubble("Hello!")).to_be_visible()
    expect(dora.bubble(number)).to_have_count(0)


def test_forgetting_leaves_nothing_in_any_tab(dora: Visitor, chat: Chat, number: str) -> None:
    other = dora.another_tab().visits(chat.signed(number)).opens()
    dora.says(f"Mine alone {number}")
    expect(other.bubble(number)).to_be_visible()
    other.writes("and this")
    dora.call("forget")
    for tab in (dora, other):
        expect(tab.bubble(number)).to_have_count(0)
        expect(tab.text).to_have_value("")
        assert number not in str(tab.keeps())


def test_another_desk_and_another_brand_know_nothing(dora: Visitor, office: Office, number: str) -> None:
    dora.says(f"For Zonnestroom alone {number}")
    expect(dora.bubble(number).get_by_text("Sent", exact=True)).to_be_visible()
    charlie = office.desk_of("Charlie").goes_to("/desk/all/")
    expect(charlie.row(number)).to_have_count(0)
