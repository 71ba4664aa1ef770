"""One Ninelives, one post office and one browser for all stories; customers and conversations are each story's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import Desk, Office, running_browser
from tests.cast import PASSWORD
from tests.servers import Ninelives, PostOffice, fresh_database, run_module
from tests.stories.people import Customer


@pytest.fixture(scope="package")
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="package")
def running(post_office: PostOffice) -> Iterator[Ninelives]:
    url = fresh_database("ninelives_stories")
    *_, bearer = run_module("tests.stories.organisation", DATABASE_URL=url).splitlines()
    with Ninelives(url, post_office.address) as ninelives:
        ninelives.bearer = bearer
        yield ninelives


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture(scope="package")
def _everybody(browser: Browser, running: Ninelives) -> Office:
    return Office(browser, running.url, PASSWORD)


@pytest.fixture
def office(_everybody: Office) -> Iterator[Office]:
    """Whoever sits down here gets up at the end, and no browser has complained."""
    yield _everybody
    assert _everybody.closes() == []


@pytest.fixture
def alice(office: Office) -> Desk:
    return office.desk_of("Alice")


@pytest.fixture
def dora(running: Ninelives, post_office: PostOffice) -> Customer:
    return Customer.new(running, post_office)
