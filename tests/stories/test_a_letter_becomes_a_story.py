"""A letter on paper comes to the desk: its pages are read there, and somebody says whose it is."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ninelives.demo.papers import pdf
from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.servers import Ninelives
from tests.stories.messengers import command
from tests.stories.people import Customer

WORDS = ["To the customer service", "", "My boiler drips since Tuesday, and nobody answers the telephone.", "", "Dora"]


@pytest.fixture(scope="module", autouse=True)
def post_box(running: Ninelives) -> str:
    words = ("channel", "add", "letter", "--name", "Post", "--brand", "Zonnestroom")
    return str(json.loads(command(running, *words))["id"])


def scanned(tmp_path: Path, word: str) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf([[*WORDS, word], ["Second page: my meter says 12345."]]))
    return path


def registers(desk: Desk, path: Path) -> None:
    desk.goes_to("/letters/")
    desk.page.get_by_label("Scanned letters (PDF)").set_input_files(path)
    desk.page.get_by_role("button", name="Register").click()
    expect(desk.toast).to_contain_text("1 letter is registered.")


def test_alice_uploads_a_letter_sees_its_pages_says_whose_it_is_and_finds_it(
    alice: Desk, dora: Customer, tmp_path: Path
) -> None:
    dora.mails("About my boiler", "I shall write you a letter.")
    alice.goes_to("/desk/all/")
    expect(alice.row("About my boiler")).to_be_visible()

    registers(alice, scanned(tmp_path, "quibblewick"))
    alice.goes_to("/desk/all/?q=quibblewick")
    alice.list.get_by_role("listitem").get_by_role("link").first.click()
    expect(alice.timeline.get_by_role("img", name="Page 1 of 2")).to_be_visible()
    expect(alice.timeline.get_by_role("img", name="Page 2 of 2")).to_be_visible()
    wide = "img => img.complete && img.naturalWidth"
    assert alice.timeline.get_by_role("img", name="Page 1 of 2").evaluate(wide) == 1240
    assert alice.downloads(alice.timeline.get_by_role("link", name="scan.pdf")).startswith(b"%PDF-")
    alice.timeline.get_by_text("The words of the letter").click()
    expect(alice.timeline).to_contain_text("My boiler drips since Tuesday")

    expect(alice.head).to_contain_text("Nobody knows yet who wrote this letter.")
    alice.head.get_by_role("link", name="Whose is it?").click()
    alice.page.get_by_label("Find a customer").fill(dora.address)
    alice.page.get_by_role("link", name=dora.name).first.click()
    alice.page.get_by_role("button", name="Join", exact=True).click()
    expect(alice.heading).to_have_text(dora.name)
    expect(alice.head).not_to_contain_text("Nobody knows yet")

    alice.goes_to("/desk/all/?q=quibblewick")
    expect(alice.list.get_by_role("listitem").filter(has_text=dora.name)).to_have_count(1)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everybody_can_read_a_letter(office: Office, size: dict[str, int], tmp_path: Path) -> None:
    inspector = Inspector(office, viewport=size)
    alice = inspector.desk_of("Alice").goes_to("/letters/")
    inspector.looks(alice, "registering")
    word = f"grumblethorpe{size['width']}"
    registers(alice, scanned(tmp_path, word))
    alice.goes_to(f"/desk/all/?q={word}")
    alice.list.get_by_role("listitem").get_by_role("link").first.click()
    expect(alice.timeline.get_by_role("img", name="Page 1 of 2")).to_be_visible()
    inspector.looks(alice, "letter")
    assert inspector.found == {}
