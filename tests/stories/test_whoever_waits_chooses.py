"""Whoever waits in the chat sees how long, and chooses how to be served: by keyboard, by ear, in both languages."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.inspecting import broken
from tests.servers import Ninelives, run_module, wait_for
from tests.stories.shop import Chat, Shop
from tests.stories.visitors import Visitor, Visitors

NARROW = {"width": 360, "height": 740}
OURS = {"include": [["ninelives-chat"]]}


ACCOUNT = "Shop with a queue"


@pytest.fixture(scope="module")
def chat(running: Ninelives) -> Chat:
    """Of its own: in the other one wait those of other stories."""
    return Chat.add(running, ACCOUNT, colour="#1d6b45")


@pytest.fixture(scope="module")
def shop(chat: Chat) -> Iterator[Shop]:
    with Shop(chat) as shop:
        yield shop


@pytest.fixture(scope="module", autouse=True)
def queue(running: Ninelives, chat: Chat) -> Iterator[None]:
    """All that is said in it comes into the queue while these run."""
    url = running.environ["DATABASE_URL"]
    run_module("tests.stories.queue", DEED="open", ACCOUNT=ACCOUNT, DATABASE_URL=url)
    door = f"{running.url}/chat/{chat.key}/"

    def begun() -> str:
        try:
            return str(asked(f"{door}sessions", "", {})["token"])
        except HTTPError as refused:
            if refused.code != 404:
                raise
            return ""

    # Whoever opens the door remembers for a moment which accounts there are, and says so when asked too often.
    token = wait_for(begun, "the account", every=0.2)

    def is_taken() -> Any:
        asked(f"{door}messages", token, {"key": str(uuid4()), "text": "Is there a queue?"})
        return asked(f"{door}waiting", token)["waiting"]

    # Whoever takes messages in remembers for a moment which queues there are.
    wait_for(is_taken, "a queue for the chat", every=0.2)
    yield
    run_module("tests.stories.queue", DEED="shut", ACCOUNT=ACCOUNT, DATABASE_URL=url)


def asked(address: str, token: str, body: dict[str, str] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, headers)) as answer:
        return json.load(answer)


def line_of(visitor: Visitor) -> Locator:
    return visitor.dialog.locator(".told")


def waits(visitor: Visitor, words: str, **more: Any) -> Visitor:
    visitor.visits(**more).opens()
    visitor.says(words)
    expect(line_of(visitor)).to_be_visible()
    return visitor


def test_called_when_it_is_their_turn_by_keyboard(visitor: Visitor, alice: Desk, number: str) -> None:
    waits(visitor, f"Is my order here? {number}")
    expect(line_of(visitor)).to_contain_text("1\u00a0before\u00a0you")
    press = visitor.page.keyboard.press
    visitor.button("Another way").press("Enter")
    expect(visitor.dialog.get_by_role("radio", name="I stay and wait")).to_be_focused()
    press("ArrowDown")
    expect(visitor.dialog.get_by_role("radio", name="Call me as soon as")).to_be_checked()
    press("Tab")
    expect(visitor.dialog.get_by_label("Your telephone number")).to_be_focused()
    visitor.page.keyboard.type("nothing")
    press("Enter")
    expect(visitor.dialog.get_by_role("alert").filter(has_text="not a telephone number")).to_be_visible()
    press("Control+a")
    visitor.page.keyboard.type("+31 6 1234 5678")
    press("Enter")
    expect(line_of(visitor)).to_contain_text("We call +31612345678 when it is your turn. You keep your place.")
    expect(visitor.button("Change")).to_be_focused()
    # Escape closes what is open, and the chat only then.
    press("Enter")
    expect(visitor.dialog.get_by_role("radio", name="Call me as soon as")).to_be_focused()
    press("Escape")
    expect(visitor.button("Change")).to_be_focused()
    # Whoever shows pages remembers for a moment that there was no queue.
    state = alice.page.locator(".presence__state")
    wait_for(lambda: alice.goes_to("/desk/unassigned/") and state.count(), "a desk that knows of the queue")
    alice.row(number).click()
    expect(alice.timeline.get_by_text("The customer chose: Call back: +31612345678")).to_be_visible()
    # Somebody has it: there is nothing to wait for.
    alice.answers("I call you now.")
    expect(visitor.bubble("I call you now.")).to_be_visible()
    expect(line_of(visitor)).to_be_hidden()


def test_the_line_goes_when_somebody_has_it_and_comes_back_when_they_let_go(
    visitor: Visitor, alice: Desk, number: str
) -> None:
    waits(visitor, f"Hello {number}")
    alice.goes_to("/desk/unassigned/").row(number).click()
    alice.claims()
    expect(line_of(visitor)).to_be_hidden()
    alice.button("Let go").click()
    expect(line_of(visitor)).to_be_visible()
    alice.answers("Here I am.")
    expect(line_of(visitor)).to_be_hidden()


@pytest.mark.parametrize("size", [None, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(visitors: Visitors, number: str, size: dict[str, int] | None) -> None:
    options: dict[str, Any] = {"color_scheme": "light", **({"viewport": size} if size else {})}
    visitor = waits(visitors(**options), f"Hello {number}")
    assert broken(visitor.page, OURS) == []
    visitor.button("Another way").click()
    for way in ("Call me at a time", "Answer me before"):
        visitor.dialog.get_by_role("radio", name=way).check()
        assert broken(visitor.page, OURS) == []
    visitor.button("Choose").click()
    expect(line_of(visitor)).to_have_text(re.compile("We answer before .*, here. You need not wait."))
    assert broken(visitor.page, OURS) == []


@pytest.mark.parametrize("height", [700, 900])
def test_the_log_stays_at_its_end_and_the_button_is_there_however_much_is_asked(
    visitors: Visitors, number: str, height: int
) -> None:
    visitor = waits(visitors(viewport={"width": 1280, "height": height}), f"Hello {number}")
    for place in range(8):
        visitor.says(f"Line {place}")
    visitor.button("Another way").click()
    visitor.dialog.get_by_role("radio", name="Call me at a time").check()
    expect(visitor.button("To the newest message")).to_be_hidden()
    expect(visitor.button("Choose")).to_be_in_viewport(ratio=1)
    visitor.button("Choose").click()
    expect(visitor.dialog.get_by_role("alert").filter(has_text="not a telephone number")).to_be_in_viewport(ratio=1)
    expect(visitor.button("Choose")).to_be_in_viewport(ratio=1)


def test_in_dutch(visitor: Visitor, number: str) -> None:
    waits(visitor, f"Hallo {number}", language="nl")
    visitor.button("Anders").click()
    visitor.dialog.get_by_role("radio", name="Bel me op een tijd die ik kies").check()
    visitor.dialog.get_by_label("Je telefoonnummer").fill("0612345678")
    visitor.dialog.get_by_label("Wanneer").select_option(index=1)
    visitor.button("Kies").click()
    expect(line_of(visitor)).to_have_text(re.compile(r"We bellen 0612345678: \w+, \d\d:\d\d tot \d\d:\d\d\."))


def test_an_expert_whom_a_team_lead_named(
    visitors: Visitors, office: Office, alice: Desk, running: Ninelives, number: str
) -> None:
    run_module("tests.stories.queue", DEED="expert", ACCOUNT=ACCOUNT, DATABASE_URL=running.environ["DATABASE_URL"])
    eva = office.desk_of("Eva").goes_to("/queues/")
    sets_up = eva.page.get_by_role("link", name=f"Queue of {ACCOUNT}")
    sets_up.click()
    eva.page.get_by_label("Tell who writes how long it takes, and let them choose").check()
    eva.page.get_by_label("Experts").select_option(label=f"Experts of {ACCOUNT}")
    assert broken(eva.page) == []
    eva.page.locator(".card-form__foot .button--primary").click()
    sets_up.click()
    expect(eva.page.get_by_label("Tell who writes")).to_be_checked()
    expect(eva.page.get_by_label("Experts").locator(":checked")).to_have_text(f"Experts of {ACCOUNT}")

    visitor = waits(visitors(), f"Who knows all about it? {number}")
    visitor.button("Another way").click()
    visitor.dialog.get_by_role("radio", name="An expert").check()
    assert broken(visitor.page, OURS) == []
    visitor.button("Choose").click()
    expect(line_of(visitor)).to_contain_text("You wait for an expert. You keep your place.")
    alice.goes_to("/desk/unassigned/").row(number).click()
    expect(alice.timeline.get_by_text(f"The customer chose: An expert: Experts of {ACCOUNT}")).to_be_visible()
    visitor.button("Change").click()
    expect(visitor.dialog.get_by_role("radio", name="An expert")).to_be_checked()
    visitor.dialog.get_by_role("radio", name="I stay and wait").check()
    visitor.button("Choose").click()
    expect(line_of(visitor)).not_to_contain_text("expert")

    other = waits(visitors(), f"Wie weet hier alles van? {number}", language="nl")
    other.button("Anders").click()
    other.dialog.get_by_role("radio", name="Een specialist").check()
    other.button("Kies").click()
    expect(line_of(other)).to_contain_text("Je wacht op een specialist. Je houdt je plaats.")
