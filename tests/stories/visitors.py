"""A visitor of a shop, and the chat as they see it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

from tests.browser import PATIENCE, Deed, Faults, meet
from tests.stories.shop import Shop


class Visitor:
    """Somebody's browser tab on the shop's page."""

    def __init__(self, page: Page, shop: Shop, faults: Faults) -> None:
        self.page, self.shop, self.faults = page, shop, faults
        page.set_default_timeout(PATIENCE)

    # Going somewhere

    def visits(self, who: dict[str, str] | None = None, **more: Any) -> Self:
        self.page.goto(self.shop.page(who, **more))
        expect(self.launcher).to_be_visible()
        return self

    def opens(self) -> Self:
        """Unless it was left open in this tab."""
        if not self.dialog.is_visible():
            self.launcher.click()
        expect(self.dialog).to_be_visible()
        return self

    def another_tab(self) -> "Visitor":
        return Visitor(self.page.context.new_page(), self.shop, self.faults)

    def meets(self, pattern: str | re.Pattern[str], deed: Deed) -> None:
        """What leaves this tab for there."""
        meet(self.page, self.shop.chat.script, pattern, deed)

    # What stands there

    @property
    def launcher(self) -> Locator:
        return self.page.locator("ninelives-chat button.launcher")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.dialog.get_by_role("log")

    @property
    def text(self) -> Locator:
        return self.dialog.get_by_role("textbox", name=re.compile("Your message|Je bericht"))

    @property
    def entries(self) -> Locator:
        return self.log.locator("li.entry")

    def bubble(self, text: str) -> Locator:
        return self.entries.filter(has_text=text)

    def button(self, name: str) -> Locator:
        return self.dialog.get_by_role("button", name=name)

    @property
    def attached(self) -> Locator:
        """What goes along with the next message."""
        return self.dialog.locator(".tray > li")

    @property
    def said(self) -> list[str]:
        """All the words in the log, oldest first."""
        return self.log.locator(".words").all_inner_texts()

    def heard(self, event: str) -> list[Any]:
        """What the page was told of this event."""
        return [news for name, news in self.page.evaluate("window.heard") if name == event]

    def keeps(self) -> dict[str, str]:
        return dict(self.page.evaluate("Object.entries({...localStorage})"))

    # Talking

    def says(self, text: str) -> None:
        self.writes(text)
        self.text.press("Enter")
        expect(self.bubble(text)).to_be_visible()

    def writes(self, text: str) -> None:
        self.text.press_sequentially(text)

    def adds(self, *files: Path) -> None:
        self.dialog.locator("input[type=file]").set_input_files(files)
        for file in files:
            expect(self.attached.filter(has_text=file.name)).to_be_visible()
        expect(self.dialog.get_by_role("progressbar")).to_have_count(0)

    def call(self, *words: Any) -> None:
        self.page.evaluate("(words) => Ninelives(...words)", list(words))


Visitors = Callable[..., Visitor]
