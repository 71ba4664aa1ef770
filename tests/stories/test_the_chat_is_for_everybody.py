"""By keyboard, by ear, in both schemes and languages, on a telephone, zoomed in, and in any colour."""

import pytest
from playwright.sync_api import expect

from tests.browser import Desk
from tests.inspecting import broken, wait_for_rest
from tests.stories.shop import Chat
from tests.stories.visitors import Visitor, Visitors

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
# Of the page around it; the shop's page is rude on purpose.
OURS = {"include": [["ninelives-chat"]]}


def complaints(visitor: Visitor) -> list[str]:
    return broken(visitor.page, OURS)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(visitors: Visitors, alice: Desk, chat: Chat, number: str, size: dict[str, int]) -> None:
    visitor = visitors(viewport=size, color_scheme="light").visits()
    assert complaints(visitor) == []
    visitor.opens()
    assert complaints(visitor) == []
    words = f"Look at https://example.org {number}"
    visitor.says(words)
    expect(visitor.dialog.get_by_label("Your e-mail address")).to_be_visible()
    visitor.button("Save").click()
    alice.goes_to("/desk/unassigned/").row(number).click()
    alice.answers("I am looking.")
    expect(visitor.bubble("I am looking.")).to_be_visible()
    visitor.writes("One moment")
    assert complaints(visitor) == []
    visitor.faults.expect("ERR_")
    visitor.page.context.set_offline(True)
    visitor.says("Hello?")
    expect(visitor.bubble("Hello?")).to_contain_text("trying again")
    assert complaints(visitor) == []


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffd400", "#777777", "#e0447c", "#1b1b1b", "nonsense"])
def test_any_colour_can_be_read(visitors: Visitors, colour: str) -> None:
    visitor = visitors(color_scheme="light")
    visitor.page.route(
        lambda url: url.endswith("?language=en"),
        lambda route: route.fulfill(response=(got := route.fetch()), json={**got.json(), "colour": colour}),
    )
    visitor.visits().opens()
    visitor.says("Mail me at dora@example.org")
    expect(visitor.dialog.get_by_label("Your e-mail address")).to_be_visible()
    visitor.writes("more")
    assert complaints(visitor) == []


def test_everything_by_keyboard(visitor: Visitor, number: str) -> None:
    visitor.visits()
    press = visitor.page.keyboard.press
    visitor.page.get_by_role("button", name="Help", exact=True).focus()
    press("Tab")
    expect(visitor.launcher).to_be_focused()
    press("Enter")
    expect(visitor.text).to_be_focused()
    visitor.page.keyboard.type("First line")
    press("Shift+Enter")
    visitor.page.keyboard.type(f"second {number}")
    press("Enter")
    expect(visitor.bubble("First line")).to_contain_text(f"second {number}")
    expect(visitor.text).to_have_value("")
    expect(visitor.text).to_be_focused()

    email = visitor.dialog.get_by_label("Your e-mail address")
    expect(email).to_be_visible()
    for _ in range(5):
        press("Shift+Tab")
    expect(email).to_be_focused()
    visitor.page.keyboard.type("dora@example.org")
    press("Enter")
    expect(visitor.text).to_be_focused()
    press("Escape")
    expect(visitor.dialog).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_on_a_telephone_focus_stays_in_the_chat(visitors: Visitors) -> None:
    visitor = visitors(viewport=NARROW).visits().opens()
    expect(visitor.dialog).to_have_attribute("aria-modal", "true")
    names = "document.activeElement.shadowRoot?.activeElement.getAttribute('aria-label') ?? 'outside'"
    seen = []
    for _ in range(8):
        visitor.page.keyboard.press("Tab")
        seen.append(visitor.page.evaluate(names))
    assert "outside" not in seen
    assert len(set(seen)) == 5, seen
    wait_for_rest(visitor.page)
    box = visitor.dialog.bounding_box()
    assert box == {"x": 0, "y": 0, **NARROW}
    visitor.button("Close the chat").click()
    expect(visitor.launcher).to_be_focused()


def test_what_is_new_is_said_once(visitor: Visitor, alice: Desk, chat: Chat, number: str) -> None:
    visitor.visits(chat.signed(number)).opens()
    expect(visitor.dialog).to_have_accessible_name("Zonnestroom")
    visitor.says(f"Hello {number}")
    expect(visitor.log).to_have_attribute("aria-live", "polite")
    element = visitor.bubble(number).element_handle()
    visitor.page.keyboard.press("Escape")
    alice.goes_to("/desk/unassigned/").row(number).click()
    alice.answers("Here I am.")
    expect(visitor.page.get_by_role("status").filter(has_text="New message from Alice")).to_be_attached()
    visitor.opens()
    expect(visitor.bubble("Here I am.")).to_be_visible()
    assert element is not None
    assert element.evaluate("one => one.isConnected"), "what stands there is not put there again"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"language": "nl-BE"}, "Open de chat"),
        ({"language": "en"}, "Open the chat"),
        ({"language": "de"}, "Open the chat"),
        ({"language": "en", "data-language": "nl"}, "Open de chat"),
    ],
)
def test_it_speaks_the_pages_language(visitor: Visitor, told: dict[str, str], name: str) -> None:
    visitor.visits(**told)
    expect(visitor.launcher).to_have_accessible_name(name)


def test_nothing_moves_for_whoever_asked_for_that(visitors: Visitors) -> None:
    visitor = visitors(reduced_motion="reduce").visits().opens()
    inside = "[...document.querySelector('ninelives-chat').shadowRoot.querySelectorAll('*')]"
    assert visitor.page.evaluate(f"{inside}.flatMap((one) => one.getAnimations()).length") == 0


def test_zoomed_in_everything_is_within_reach(visitors: Visitors) -> None:
    visitor = visitors(viewport={"width": 640, "height": 400}).visits().opens()
    for part in (visitor.button("Close the chat"), visitor.text, visitor.button("Send")):
        expect(part).to_be_in_viewport(ratio=1)


def test_outside_opening_hours_it_says_when_we_are_back(visitor: Visitor) -> None:
    visitor.page.route(
        lambda url: url.endswith("?language=nl"),
        lambda route: route.fulfill(
            response=(got := route.fetch()),
            json={**got.json(), "is_open": False, "opens_at": "2099-11-23T08:00:00Z", "away": "Tot maandag!"},
        ),
    )
    visitor.visits(language="nl").opens()
    expect(visitor.dialog.get_by_text("Tot maandag!")).to_be_visible()
    expect(visitor.dialog.get_by_text("We zijn 23 november om")).to_be_visible()
