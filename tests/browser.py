"""A real browser, and the desk as those who work at it see it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


@contextmanager
def running_browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


# A request that a newer one replaces is aborted, as when one types on in a search: htmx tells so as of an error.
REPLACED = re.compile(r"^htmx:(sendAbort|afterRequest)\b")


class Faults:
    """What the browser complains of. A page that works has no complaints, whatever else it shows."""

    def __init__(self, context: BrowserContext) -> None:
        self.told: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.told.append(str(error.error)))

    def expect(self, pattern: str) -> None:
        """This test makes the server refuse something, and the browser notes every refusal."""
        self._expected.append(re.compile(pattern))

    @property
    def unexpected(self) -> list[str]:
        return [told for told in self.told if not any(pattern.search(told) for pattern in self._expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REPLACED.match(message.text):
            self.told.append(f"{message.text} ({message.location['url']})")


Deed = Callable[[Route], object]


def meet(page: Page, ours: str, pattern: str | re.Pattern[str], deed: Deed, **how: Any) -> None:
    """`page.route`, once it holds: the browser tells the page of it in its own time, and what is asked before that goes
    past it. `ours`: an address that the page may ask for."""
    asked: list[Route] = []
    page.route(pattern, deed, **how)
    page.route(ours, lambda route: (asked.append(route), route.continue_()))
    while not asked:
        page.evaluate("address => fetch(address, { mode: 'no-cors', cache: 'no-store' })", ours)
    page.unroute(ours)


class Desk:
    """Somebody's browser window."""

    def __init__(self, page: Page, url: str, faults: Faults) -> None:
        self.page, self.url, self.faults = page, url, faults
        page.set_default_timeout(PATIENCE)
        # With nobody listening yet, a chooser that a key opens is sooner there than the ear for it.
        page.on("filechooser", lambda chooser: None)

    # Going somewhere

    def goes_to(self, path: str = "/") -> Self:
        self.page.goto(f"{self.url}{path}")
        return self

    def request(self, path: str) -> APIResponse:
        """As whoever sits here, beside the page."""
        return self.page.request.get(f"{self.url}{path}")

    def signs_in(self, email: str, password: str) -> Self:
        self.goes_to("/accounts/login/")
        self.page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(re.compile("(?!.*login)"))
        return self

    def opens(self, subject: str) -> Self:
        self.row(subject).click()
        expect(self.heading).to_have_text(subject)
        return self

    def opens_of(self, customer: str) -> Self:
        """The newest of whoever has this name and no other, as another's may begin with it."""
        named = self.page.get_by_text(customer, exact=True)
        row = self.goes_to("/desk/all/").list.get_by_role("listitem").filter(has=named)
        # By keyboard: a mouse may meet another row, as the list moves when somebody else writes.
        row.get_by_role("link").first.press("Enter")
        expect(self.thread.locator(".thread__customer")).to_have_text(customer)
        return self

    def meets(self, pattern: str | re.Pattern[str], deed: Deed, **how: Any) -> None:
        """What leaves this window for there."""
        meet(self.page, f"{self.url}/healthz", pattern, deed, **how)

    # What stands on it

    @property
    def list(self) -> Locator:
        return self.page.locator("#list")

    def row(self, subject: str) -> Locator:
        return self.list.get_by_role("listitem").filter(has_text=subject).get_by_role("link")

    @property
    def thread(self) -> Locator:
        return self.page.locator("section.thread")

    @property
    def head(self) -> Locator:
        return self.thread.locator(".thread__head")

    @property
    def heading(self) -> Locator:
        return self.thread.get_by_role("heading", level=2)

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("region", name="Messages")

    @property
    def customer(self) -> Locator:
        return self.page.get_by_role("complementary", name="Customer")

    @property
    def toast(self) -> Locator:
        return self.page.locator("toast-stack .toast")

    def bubble(self, text: str) -> Locator:
        return self.timeline.locator("li.bubble").filter(has_text=text)

    @property
    def text(self) -> Locator:
        return self.page.get_by_label("Your text")

    @property
    def attached(self) -> Locator:
        return self.page.locator(".composer__files > li")

    @property
    def composer_state(self) -> Locator:
        return self.page.locator(".composer__state")

    def button(self, name: str) -> Locator:
        return self.thread.get_by_role("button", name=name, exact=True)

    # Working

    def claims(self) -> None:
        self.button("Claim").click()
        expect(self.button("Let go")).to_be_visible()

    def closes(self) -> None:
        self.button("Close").click()

    def notes(self, text: str) -> None:
        self.thread.get_by_text("Note", exact=True).click()
        self.text.fill(text)
        self.button("Save the note").click()

    def attaches(self, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.thread.locator(".composer__attach").click()
        chooser.value.set_files(file)
        expect(self.attached.filter(has_text=file.name)).to_be_visible()

    def writes(self, text: str) -> None:
        """Key by key, as a person does."""
        self.thread.get_by_text("Reply", exact=True).click()
        self.text.press_sequentially(text)

    def sends(self) -> None:
        self.button("Send").click()

    def answers(self, text: str) -> None:
        self.writes(text)
        self.sends()

    def downloads(self, link: Locator) -> bytes:
        with self.page.expect_download() as download:
            link.click()
        return Path(download.value.path()).read_bytes()


class Office:
    """The people at their desks. Each signs in once; a second window of theirs needs no password."""

    def __init__(self, browser: Browser, url: str, password: str) -> None:
        self._browser, self._url, self._password = browser, url, password
        self._sessions: dict[str, Any] = {}
        self._contexts: list[tuple[BrowserContext, Faults]] = []

    def desk_of(self, name: str, **options: Any) -> Desk:
        if name not in self._sessions:
            self._sessions[name] = self._session_of(name)
        return self.window(storage_state=self._sessions[name], **options)

    def window(self, **options: Any) -> Desk:
        """A browser of somebody not known here yet."""
        still = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = self._browser.new_context(**{**still, **options})
        faults = Faults(context)
        self._contexts.append((context, faults))
        return Desk(context.new_page(), self._url, faults)

    def closes(self) -> Sequence[str]:
        """Everybody goes home; what their browsers complained of."""
        contexts, self._contexts = self._contexts, []
        for context, _ in contexts:
            with suppress(Error):  # The test closed it itself.
                context.close()
        return [fault for _, faults in contexts for fault in faults.unexpected]

    def _session_of(self, name: str) -> Any:
        desk = self.window()
        desk.signs_in(f"{name.lower()}@zonnestroom.example", self._password)
        signed_in = desk.page.context.storage_state()
        # Nobody sits at this one: what happens to the server from here on is none of its business.
        desk.page.goto("about:blank")
        return signed_in
