"""A visitor fills in the form on the organisation's site; from the answer on, it is mail."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Desk, Office
from tests.inspecting import broken
from tests.servers import Ninelives
from tests.stories.people import Customer
from tests.stories.test_bring_your_own_channel import channel_added

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def form(running: Ninelives) -> str:
    told = channel_added(running, "web_form", "Contact form", "intro_nl=Stel je vraag, we lezen alles.")
    return f"{running.url}/forms/{told['key']}/"


@pytest.fixture
def visitor(office: Office) -> Desk:
    """Their browser runs no scripts, and notes that the form was refused at first."""
    visitor = office.window(java_script_enabled=False, locale="en-GB")
    visitor.faults.expect("422")
    return visitor


def test_the_answer_comes_by_mail_and_theirs_stands_in_the_same_conversation(
    visitor: Desk, alice: Desk, dora: Customer, form: str, tmp_path: Path
) -> None:
    picture = tmp_path / "meter.png"
    picture.write_bytes(PICTURE)
    visitor.page.goto(form)
    fills_in(visitor.page, dora)
    number = sends(visitor.page, picture)
    # Once more is no second message.
    visitor.page.reload()

    alice.goes_to("/desk/unassigned/").opens("From the form: my meter")
    expect(alice.head).to_contain_text(number)
    expect(alice.bubble("It shows no figures.")).to_contain_text(dora.address)
    expect(alice.bubble("It shows no figures.")).to_contain_text("meter.png")
    alice.answers("Is the lamp on?")
    answer = dora.receives()
    assert "Is the lamp on?" in answer.as_string()

    dora.answers(answer, "Yes, it is red.")
    expect(alice.bubble("Yes, it is red.")).to_be_visible()
    expect(alice.timeline.locator("li.bubble")).to_have_count(3)
    expect(alice.head).to_contain_text(number)


def fills_in(page: Page, who: Customer) -> None:
    page.get_by_label("Your name").fill(who.name)
    page.get_by_label("Your e-mail address").fill(who.address)
    page.get_by_label("Subject").fill("From the form: my meter")
    page.get_by_label("Your message").fill("It shows no figures.")


def sends(page: Page, file: Path) -> str:
    """Until it is taken: nobody fills it in so quickly. What was written stands there still, and the file does not."""
    for _ in range(50):
        page.get_by_label("Files").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        page.wait_for_load_state()
        if "/thanks/" in page.url:
            break
        expect(page.get_by_role("alert")).to_contain_text("That was very quick.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    found = re.search(r"#\d+", page.get_by_role("main").inner_text())
    assert found
    return found[0]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["nl-NL", "en-GB"])
def test_everybody_can_fill_it_in(office: Office, form: str, size: dict[str, int], locale: str) -> None:
    window = office.window(viewport=size, color_scheme="light", locale=locale)
    window.faults.expect("422")
    page = window.page
    page.goto(form)
    found = broken(page)
    page.locator("form").evaluate("form => { form.noValidate = true; form.submit() }")
    expect(page.get_by_role("alert").first).to_be_visible()
    found += broken(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
