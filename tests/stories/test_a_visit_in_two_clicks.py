"""Bob sees Dora at the counter and registers her visit in two clicks; the ticket machine tells of another one."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.servers import Ninelives
from tests.stories.messengers import command
from tests.stories.people import Customer
from tests.stories.test_conversations_are_one import at


@dataclass(frozen=True)
class Counter:
    url: str
    secret: str

    def tells(self, **told: Any) -> int:
        body = json.dumps(told).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Ninelives-Signature": f"sha256={signature}", "Content-Type": "application/json"}
        with urlopen(Request(self.url, body, headers), timeout=20) as answer:
            return int(answer.status)


@pytest.fixture(scope="module")
def counter(running: Ninelives) -> Counter:
    words = ("--name", "Counter Utrecht", "--brand", "Zonnestroom", "--set", "subjects=Collect; Complaint")
    made = json.loads(command(running, "channel", "add", "visit", *words))
    return Counter(f"{running.url}{made['inbound']}", made["secret"])


@pytest.fixture
def boiler(dora: Customer) -> EmailMessage:
    return dora.mails(f"Boiler {dora.address}", "My boiler is cold.")


def story(desk: Desk, words: str) -> Locator:
    return desk.customer.locator(".story__one").filter(has_text=words)


def register(desk: Desk) -> Locator:
    return desk.customer.get_by_role("button", name="Register a visit")


def test_two_clicks(alice: Desk, counter: Counter, boiler: EmailMessage) -> None:
    at(alice, boiler)
    clicks = alice.page.evaluate("addEventListener('click', () => (window.clicks = (window.clicks || 0) + 1), true)")
    assert clicks is None
    register(alice).click()
    alice.page.get_by_role("button", name="Collect Counter Utrecht").click()
    expect(alice.customer).to_contain_text("Registered: Collect, Counter Utrecht")
    assert alice.page.evaluate("clicks") == 2
    expect(story(alice, "Collect")).to_have_count(1)

    story(alice, "Collect").click()
    expect(alice.heading).to_have_text("Collect")
    expect(alice.timeline).to_contain_text("Counter Utrecht")
    expect(alice.timeline).to_contain_text("Alice")
    # Nobody waits, and she can be answered where she wrote.
    expect(alice.button("Reopen")).to_be_visible()
    expect(alice.thread.get_by_label("Answer via")).to_contain_text("dora")


def test_one_that_the_ticket_machine_tells_of_twice(
    alice: Desk, counter: Counter, dora: Customer, boiler: EmailMessage
) -> None:
    at(alice, boiler)
    told = {"id": f"t-{dora.address}", "subject": "Complaint", "place": "Counter Utrecht", "note": "Nobody called me."}
    for _time in range(2):
        assert counter.tells(**told, customer={"kind": "mail", "value": dora.address, "name": dora.name}) == 200
    expect(story(alice, "Complaint")).to_have_count(1)
    story(alice, "Complaint").click()
    expect(alice.bubble("Nobody called me.")).to_be_visible()


def test_whoever_clicks_twice_registers_once(alice: Desk, counter: Counter, boiler: EmailMessage) -> None:
    at(alice, boiler)
    register(alice).click()
    alice.page.get_by_role("button", name="Complaint Counter Utrecht").dblclick()
    expect(story(alice, "Complaint")).to_have_count(1)
    at(alice, boiler)
    expect(story(alice, "Complaint")).to_have_count(1)


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everybody_can_use_it(
    office: Office, counter: Counter, dora: Customer, boiler: EmailMessage, window: Any
) -> None:
    inspector = Inspector(office, viewport=window)
    desk = inspector.desk_of("Alice")
    path = at(office.desk_of("Alice"), boiler).customer.get_by_role("link", name=dora.name).get_attribute("href") or ""
    register(desk.goes_to(path)).click()
    inspector.looks(desk, "what can be registered")
    desk.page.get_by_role("button", name="Collect Counter Utrecht").click()
    expect(desk.customer).to_contain_text("Registered: Collect, Counter Utrecht")
    inspector.looks(desk, "registered")
    assert inspector.found == {}
