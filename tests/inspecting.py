"""Whether everybody can use a page: what axe finds in it (WCAG 2.2 AA and good practice), in both schemes."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import Desk, Office

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_AXE = Axe()
# Only what is wrong comes back: what is right is a thousand elements.
_RUN = "([where, options]) => axe.run(where ?? document, options).then((told) => told.violations)"
# A scheme changes colours and nothing else: the rules that ask for them.
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# What is under way is paler: a button while its request runs, what htmx swaps, a transition. What moves for ever, as
# the dots of who types, is never at rest. What moves in a shadow root is not among the document's own animations.
_TWO_FRAMES = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
_IS_AT_REST = """() => {
    const roots = [document, ...[...document.querySelectorAll("*")].flatMap((one) => one.shadowRoot ?? [])];
    const ends = (motion) => motion.playState === "running" && motion.effect.getComputedTiming().endTime < Infinity;
    const moves = (root) => root.getAnimations().some(ends)
        || root.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added");
    return document.fonts.status === "loaded" && !roots.some(moves);
}"""


class Inspector:
    """Collects what every page breaks, to tell it all at once."""

    def __init__(self, office: Office, **window: object) -> None:
        self._office, self._window = office, {**window, "color_scheme": "light"}
        self.found: dict[str, list[str]] = {}

    def desk_of(self, name: str) -> Desk:
        return self._office.desk_of(name, **self._window)

    def stranger(self) -> Desk:
        return self._office.window(**self._window)

    def looks(self, desk: Desk, where: str) -> None:
        if violations := broken(desk.page):
            self.found[where] = violations


def broken(page: Page, context: Any = None) -> list[str]:
    """Of a page in the light scheme, once it is at rest: each rule and the element that breaks it."""
    wait_for_rest(page)
    found = _told(page, "", context)
    page.emulate_media(color_scheme="dark")
    wait_for_rest(page)
    found += _told(page, " in the dark", context, _OF_COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def unreadable(page: Page, selector: str) -> list[str]:
    """Of what is under way, and looked at meanwhile: whose colours are too near to each other."""
    return _told(page, "", {"include": [[selector]]}, _OF_COLOURS)


def wait_for_rest(page: Page) -> None:
    # A change of the scheme begins its transitions with the next frame.
    page.evaluate(_TWO_FRAMES)
    page.wait_for_function(_IS_AT_REST)


def _told(page: Page, scheme: str, context: Any = None, rules: dict[str, Any] | None = None) -> list[str]:
    # Half a megabyte through three processes: once a document, not once a scheme.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    found = page.evaluate(_RUN, [context, {"resultTypes": ["violations"], **(rules or {})}])
    return [f"{one['id']}{scheme}: {node['html'][:160]}" for one in found for node in one["nodes"]]
