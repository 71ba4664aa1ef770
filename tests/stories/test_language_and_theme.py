"""Dutch and English, light and dark: complete, and chosen by the reader."""

import gettext
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ninelives.config.environment import PROJECT
from tests.browser import Desk, Office
from tests.stories.people import Customer

SHOWN = """() => {
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest("[lang]") !== document.documentElement) continue; // the names of languages, each in its own
    if (element.closest("select[name=account]")) continue; // the names of mailboxes, as somebody gave them
    if (node.nodeType === Node.TEXT_NODE) words.push(node.nodeValue);
    else for (const { name, value } of node.attributes)
      // These three are codes that scripts read, some of them spelt like words.
      if (/^(aria-label|title|placeholder|alt|data-(?!(for|what|keeps)$).*)$/.test(name)) words.push(value);
  }
  return words.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean);
}"""


@pytest.fixture
def bob(office: Office) -> Iterator[Desk]:
    """Reads Dutch for once."""
    bob = office.desk_of("Bob").goes_to("/desk/all/")
    choose(bob, "Nederlands")
    expect(bob.page.locator("html")).to_have_attribute("lang", "nl")
    yield bob
    choose(bob.goes_to("/desk/all/"), "English")
    expect(bob.page.locator("html")).to_have_attribute("lang", "en")


def test_no_english_is_left_on_a_dutch_page(bob: Desk, dora: Customer) -> None:
    subject = f"Vraag van {dora.address}"
    dora.mails(subject, "Wat kost het?", files={"rekening.pdf": b"x"})
    expect(bob.row(subject)).to_be_visible()
    pages = {"list": english_on(bob)}
    bob.opens(subject)
    customer = bob.page.locator("#customer .customer__name a").get_attribute("href")
    lists = ("/desk/mine/", "/desk/closed/", "/desk/all/?q=nergens", "/views/", "/views/new/")
    for path in (*lists, str(customer), "/accounts/password/change/"):
        pages[path] = english_on(bob.goes_to(path))
    bob.goes_to("/desk/all/").opens(subject)
    bob.page.keyboard.press("?")
    pages["conversation and keys"] = english_on(bob)
    assert {where: words for where, words in pages.items() if words} == {}


def test_the_catalogue_is_complete() -> None:
    assert [english for english, dutch in catalogue().items() if english and not dutch] == []


def test_a_browser_that_asks_for_dutch_signs_in_in_dutch(office: Office) -> None:
    stranger = office.window(locale="nl-NL").goes_to("/accounts/login/")
    expect(stranger.page.locator("html")).to_have_attribute("lang", "nl")
    assert english_on(stranger) == []


def test_dark_and_light_are_chosen_and_kept(alice: Desk) -> None:
    alice.goes_to("/desk/all/")
    light = background(alice)
    choose(alice, "Dark")
    dark = background(alice)
    assert dark != light
    alice.page.reload()
    assert background(alice) == dark
    alice.page.emulate_media(color_scheme="dark")
    choose(alice, "Light")
    assert background(alice) == light
    choose(alice, "System")
    assert background(alice) == dark


def choose(desk: Desk, what: str) -> None:
    desk.page.locator(".rail__person").click()
    desk.page.locator("#person-menu").get_by_text(what, exact=True).click()
    if desk.page.locator("#person-menu").is_visible():
        desk.page.keyboard.press("Escape")


def background(desk: Desk) -> str:
    return str(desk.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def english_on(desk: Desk) -> list[str]:
    """Words on the page that are English in the catalogue and something else in Dutch."""
    dutch = set(catalogue().values())
    english = {english for english, translated in catalogue().items() if translated != english} - dutch
    return sorted(set(desk.page.evaluate(SHOWN)) & english)


def catalogue() -> dict[str, str]:
    folder = PROJECT / "ninelives" / "config" / "locale"
    kept = gettext.translation("django", str(folder), ["nl"])._catalog  # type: ignore[attr-defined]
    plain = {key: text for key, text in kept.items() if isinstance(key, str)}
    return {key.rpartition("\x04")[2]: text for key, text in plain.items()}
