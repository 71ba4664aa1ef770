"""What has not been read stands out, on every screen of a person, until they have read it."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

UNREAD = re.compile(r"\brow--unread\b")
# So many unread stand with the tab of one's own.
COUNT = ".tab__unread"


@pytest.fixture
def asked(alice: Desk, dora: Customer) -> EmailMessage:
    """Dora asked something, Alice has claimed it and looks at her list."""
    asked = dora.mails(f"Unread {dora.address}", "Hello?")
    alice.goes_to("/desk/unassigned/").opens(asked["Subject"])
    expect(alice.row(asked["Subject"])).not_to_have_class(UNREAD)
    alice.claims()
    alice.goes_to("/desk/mine/")
    return asked


def test_reading_takes_a_moment_and_shows_everywhere(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Unread {dora.address}"
    dora.mails(subject, "Hello?")
    alice.goes_to("/desk/unassigned/")
    telephone = office.desk_of("Alice", viewport={"width": 390, "height": 844}).goes_to("/desk/unassigned/")
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/")
    for desk in (alice, telephone, bob):
        expect(desk.row(subject)).to_have_class(UNREAD)
        expect(desk.row(subject)).to_contain_text("unread")

    alice.opens(subject)
    for desk in (alice, telephone):
        expect(desk.row(subject)).not_to_have_class(UNREAD)
    expect(bob.row(subject)).to_have_class(UNREAD)
    alice.page.reload()
    expect(alice.row(subject)).not_to_have_class(UNREAD)


def test_news_makes_it_unread_again_and_is_counted(alice: Desk, dora: Customer, asked: EmailMessage) -> None:
    subject = asked["Subject"]
    before = counted(alice.list.locator(COUNT))
    dora.mails(subject, "Anybody there?", in_reply_to=asked["Message-ID"])
    expect(alice.row(subject)).to_have_class(UNREAD)
    expect(alice.list.locator(COUNT)).to_contain_text(str(before + 1))
    alice.opens(subject)
    expect(alice.row(subject)).not_to_have_class(UNREAD)
    # What comes in under one's eyes is read as well.
    dora.mails(subject, "Still there?", in_reply_to=asked["Message-ID"])
    expect(alice.bubble("Still there?")).to_be_visible()
    expect(alice.row(subject)).not_to_have_class(UNREAD)


def test_a_glance_is_no_reading(alice: Desk, dora: Customer) -> None:
    other = f"Glanced at {dora.address}"
    dora.mails(other, "See this?")
    alice.goes_to("/desk/unassigned/")
    alice.page.clock.install()
    alice.opens(other)
    alice.page.clock.run_for(800)
    alice.goes_to("/desk/unassigned/")
    expect(alice.row(other)).to_have_class(UNREAD)


def test_put_back_by_a_key(alice: Desk, asked: EmailMessage) -> None:
    alice.opens(asked["Subject"])
    alice.page.keyboard.press("m")
    expect(alice.row(asked["Subject"])).to_have_class(UNREAD)
    alice.goes_to("/desk/mine/")
    expect(alice.row(asked["Subject"])).to_have_class(UNREAD)
    alice.opens(asked["Subject"])
    expect(alice.row(asked["Subject"])).not_to_have_class(UNREAD)


def counted(badge: Locator) -> int:
    return int(re.findall(r"\d+", badge.inner_text())[0]) if badge.count() else 0
