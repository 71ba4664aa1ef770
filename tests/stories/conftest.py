"""One Ninelives, one post office and one browser for all stories; customers and conversations are each story's own."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import Desk, Faults, Office, running_browser
from tests.cast import PASSWORD
from tests.servers import Ninelives, PostOffice, migrated_database, run_module
from tests.stories.people import Customer
from tests.stories.shop import Chat, Shop
from tests.stories.visitors import Visitor, Visitors

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="package")
def running(post_office: PostOffice) -> Iterator[Ninelives]:
    url = migrated_database("ninelives_stories")
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


@pytest.fixture(scope="package")
def chat(running: Ninelives) -> Chat:
    return Chat.add(running, colour="#1d6b45", greeting="Hello! What can we do for you?")


@pytest.fixture(scope="package")
def shop(chat: Chat) -> Iterator[Shop]:
    with Shop(chat) as shop:
        yield shop


@pytest.fixture
def visitors(browser: Browser, shop: Shop, running: Ninelives) -> Iterator[Visitors]:
    """Browsers of people who were never at this shop; at the end none has complained."""
    came: list[tuple[BrowserContext, Faults]] = []

    def come(**options: Any) -> Visitor:
        still = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**still, **options})
        faults = Faults(context)
        came.append((context, faults))
        return Visitor(context.new_page(), shop, faults)

    yield come
    for context, _ in came:
        context.close()
    complaints = [fault for _, faults in came for fault in faults.unexpected]
    assert not complaints, "\n".join([*complaints, running.log])


@pytest.fixture
def visitor(visitors: Visitors) -> Visitor:
    return visitors()


@pytest.fixture
def number() -> str:
    """The shop's own id of somebody who never chatted before."""
    return f"customer-{next(_numbers):03}"
