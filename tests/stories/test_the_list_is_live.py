"""An open list follows what happens by the rows that changed, and keeps its reader where they were."""

import re
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from playwright.sync_api import Locator, Request, expect

from tests.browser import Desk, Office
from tests.servers import Ninelives, PostOffice
from tests.stories.people import Customer

PAGE = 30


class Asked:
    """What a desk asks its server for, from now on."""

    def __init__(self, desk: Desk) -> None:
        self._paths: list[str] = []
        desk.page.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        self._paths.append(urlsplit(request.url).path)

    @property
    def rows(self) -> list[str]:
        return [path for path in self._paths if re.fullmatch(r"/live/\w+/", path)]

    @property
    def lists(self) -> list[str]:
        return [path for path in self._paths if re.fullmatch(r"/desk/\w+/", path)]


@pytest.fixture
def alice(alice: Desk, running: Ninelives, post_office: PostOffice) -> Desk:
    """At a list with something in it, and with signals that come through."""
    erik = Customer.new(running, post_office)
    erik.mails("Before")
    looking(alice, "/desk/unassigned/")
    erik.mails(f"After {erik.address}")
    expect(alice.row(f"After {erik.address}")).to_be_visible()
    return alice


def looking(desk: Desk, path: str) -> Desk:
    """At a list that has caught up with what happened while the page came."""
    with desk.page.expect_response(lambda answer: unquote(answer.url).endswith(path) and is_fragment(answer.request)):
        desk.goes_to(path)
    return desk


def is_fragment(request: Request) -> bool:
    return "hx-request" in request.headers


def test_rows_come_move_and_leave_without_the_list(alice: Desk, office: Office, dora: Customer) -> None:
    asked = Asked(alice)
    first = dora.mails(f"First {dora.address}")
    dora.mails(f"Second {dora.address}")
    expect(rows_of(alice, dora)).to_have_text([re.compile("Second"), re.compile("First")])

    dora.mails(f"First {dora.address}", "I forgot something.", in_reply_to=first["Message-ID"])
    expect(rows_of(alice, dora)).to_have_text([re.compile("First.*I forgot something"), re.compile("Second")])

    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens(f"First {dora.address}")
    bob.claims()
    expect(rows_of(alice, dora)).to_have_text([re.compile("Second")])

    bob.page.get_by_role("button", name="Let go").click()
    expect(rows_of(alice, dora)).to_have_text([re.compile("First"), re.compile("Second")])
    assert asked.rows
    assert asked.lists == []


def test_the_counts_on_the_tabs_follow(alice: Desk, office: Office, dora: Customer) -> None:
    dora.mails("Count me")
    count = alice.list.locator(".tab[aria-current] .tab__count")
    expect(alice.row("Count me")).to_be_visible()
    before = int(count.inner_text())
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens("Count me")
    bob.claims()
    expect(count).to_have_text(str(before - 1))


def test_a_reader_with_the_keyboard_stays_on_their_row(alice: Desk, dora: Customer) -> None:
    first = dora.mails(f"Mine {dora.address}")
    dora.mails(f"Other {dora.address}")
    expect(rows_of(alice, dora)).to_have_count(2)
    mine = alice.row(f"Mine {dora.address}")
    mine.focus()

    dora.mails(f"Mine {dora.address}", "On top again.", in_reply_to=first["Message-ID"])
    expect(rows_of(alice, dora)).to_have_text([re.compile("On top again"), re.compile("Other")])
    expect(mine).to_be_focused()


def test_whoever_stood_on_a_row_that_left_stands_on_the_next(alice: Desk, office: Office, dora: Customer) -> None:
    dora.mails(f"Stays {dora.address}")
    dora.mails(f"Leaves {dora.address}")
    expect(rows_of(alice, dora)).to_have_text([re.compile("Leaves"), re.compile("Stays")])
    alice.row(f"Leaves {dora.address}").focus()

    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens(f"Leaves {dora.address}")
    bob.claims()
    expect(rows_of(alice, dora)).to_have_count(1)
    expect(alice.row(f"Stays {dora.address}")).to_be_focused()


def test_the_open_conversation_stays_marked(alice: Desk, dora: Customer) -> None:
    first = dora.mails(f"Open {dora.address}")
    dora.mails(f"Above {dora.address}")
    alice.opens(f"Open {dora.address}")
    dora.mails(f"Open {dora.address}", "More.", in_reply_to=first["Message-ID"])
    expect(rows_of(alice, dora)).to_have_text([re.compile("Open"), re.compile("Above")])
    expect(alice.row(f"Open {dora.address}")).to_have_attribute("aria-current", "true")

    alice.claims()
    expect(rows_of(alice, dora)).to_have_text([re.compile("Above")])
    looking(alice, "/desk/mine/")
    alice.opens(f"Open {dora.address}")
    alice.button("Let go").click()
    expect(rows_of(alice, dora)).to_have_count(0)
    alice.claims()
    expect(alice.row(f"Open {dora.address}")).to_have_attribute("aria-current", "true")


def test_a_list_stays_a_page_and_what_falls_off_is_below(alice: Desk, dora: Customer) -> None:
    fill(alice, dora)
    asked = Asked(alice)
    oldest = alice.list.locator(".rows > li:not(.rows__more)").last.get_attribute("id")
    dora.mails(f"One more {dora.address}")
    expect(alice.row(f"One more {dora.address}")).to_be_visible()
    expect(shown(alice)).to_have_count(PAGE)
    expect(alice.page.locator(f"#{oldest}")).to_have_count(0)
    assert asked.lists == []

    alice.list.locator(".rows__more").scroll_into_view_if_needed()
    expect(alice.page.locator(f"#{oldest}")).to_have_count(1)
    ids = shown(alice).evaluate_all("rows => rows.map(row => row.id)")
    assert len(ids) == len(set(ids))
    cursors = shown(alice).evaluate_all("rows => rows.map(row => row.dataset.cursor)")
    assert cursors == sorted(cursors, reverse=True)


def test_what_is_being_read_further_down_does_not_move(alice: Desk, dora: Customer) -> None:
    fill(alice, dora)
    scroller = alice.list.locator(".list__scroll")
    scroller.evaluate("pane => pane.scrollTo(0, 600)")
    read = shown(alice).nth(12)
    at, row = top(read), read.get_attribute("id")

    asked = Asked(alice)
    with alice.page.expect_response(lambda answer: "rows=" in answer.url):
        dora.mails(f"Above {dora.address}")
    expect(rows_of(alice, dora).filter(has_text="Above")).to_have_count(1)
    assert abs(top(alice.page.locator(f"#{row}")) - at) < 2
    assert asked.lists == []


def test_after_a_gap_everything_is_fetched(alice: Desk, dora: Customer, running: Ninelives) -> None:
    with alice.page.expect_response(lambda answer: answer.url.endswith("/desk/unassigned/")):
        lose_signals(running)
    dora.mails(f"After the gap {dora.address}")
    expect(rows_of(alice, dora)).to_have_count(1)


def test_what_was_found_stays_found_and_follows(alice: Desk, dora: Customer, office: Office) -> None:
    first = dora.mails(f"Found {dora.address}", "About the zebrafish.")
    expect(rows_of(alice, dora)).to_have_count(1)
    looking(alice, f"/desk/unassigned/?q={dora.address}")
    asked = Asked(alice)
    with alice.page.expect_response(lambda answer: "rows=" in answer.url):
        dora.mails(f"Found {dora.address}", "And the goldfish.", in_reply_to=first["Message-ID"])
    expect(alice.row(f"Found {dora.address}")).to_contain_text("And the goldfish")
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens(f"Found {dora.address}")
    bob.claims()
    expect(alice.row(f"Found {dora.address}").get_by_title("Bob")).to_be_visible()
    assert asked.lists == []


def test_a_customers_new_name_stands_in_their_rows(alice: Desk, office: Office, dora: Customer) -> None:
    dora.mails("Call me")
    expect(alice.row("Call me")).to_be_visible()
    asked = Asked(alice)
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens("Call me")
    bob.customer.get_by_role("link", name=dora.name).click()
    bob.page.get_by_label("Name").fill(f"Theodora {dora.address}")
    bob.page.get_by_role("button", name="Save").first.click()
    expect(alice.row("Call me")).to_contain_text("Theodora")
    assert asked.lists == []


def fill(desk: Desk, dora: Customer) -> None:
    """More than a page, so that the list has an end that is not the end."""
    for number in range(PAGE + 2):
        dora.mails(f"Number {number} {dora.address}")
    expect(desk.row(f"Number {PAGE + 1} {dora.address}")).to_be_visible()
    expect(shown(desk)).to_have_count(PAGE)


def lose_signals(ninelives: Ninelives) -> None:
    with psycopg.connect(ninelives.environ["DATABASE_URL"], autocommit=True) as database:
        gone = database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN ninelives_live'"
            " AND datname = current_database()"
        ).fetchall()
    assert gone


def rows_of(desk: Desk, dora: Customer) -> Locator:
    return shown(desk).filter(has_text=dora.address)


def shown(desk: Desk) -> Locator:
    return desk.list.locator(".rows > li:not(.rows__more)")


def top(row: Locator) -> float:
    box = row.bounding_box()
    assert box
    return box["y"]


def test_what_is_under_a_pressed_button_stays_until_it_is_let_go(alice: Desk, office: Office, dora: Customer) -> None:
    boiler, meter, news = (f"{word} {dora.address}" for word in ("Boiler", "Meter", "News"))
    for subject in (boiler, meter):
        dora.mails(subject)
        expect(alice.row(subject)).to_be_visible()
    bob = looking(office.desk_of("Bob"), "/desk/unassigned/")
    alice.opens(meter)
    story = alice.customer.locator(".story__one")
    expect(story).to_have_count(2)
    expect(alice.customer.get_by_role("link", name="Add a relation…")).to_be_visible()
    story.filter(has_text=boiler).hover()
    alice.page.mouse.down()
    pane = alice.customer.locator("#customer-pane").get_attribute("src") or "?"
    with alice.page.expect_response(lambda answer: answer.url.endswith(pane)):
        dora.mails(news)
    expect(bob.row(news)).to_be_visible()
    # What came would show the boiler one place further down.
    expect(story).to_have_count(2)
    alice.page.mouse.up()
    expect(alice.heading).to_have_text(boiler)
    expect(story).to_have_count(3)
