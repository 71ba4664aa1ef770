"""No page breaks a rule that axe can check (WCAG 2.2 AA and good practice), in both schemes, wide and narrow."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Office
from tests.inspecting import NARROW, WIDE, Inspector, unreadable
from tests.receivers import Receiver, status
from tests.stories.people import Customer

HTML = "<p>Dear people, <a href='https://example.org'>see here</a>.</p><p>-- <br>Dora</p>"


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def inspector(request: pytest.FixtureRequest, office: Office) -> Iterator[Inspector]:
    inspector = Inspector(office, viewport=request.param)
    yield inspector
    assert inspector.found == {}


def test_the_pages_of_whoever_is_not_signed_in(inspector: Inspector) -> None:
    stranger = inspector.stranger()
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"):
        inspector.looks(stranger.goes_to(path), path)
    stranger.goes_to("/accounts/login/").page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill("x@example.org")
    stranger.page.get_by_label("Password").fill("wrong")
    stranger.page.get_by_role("button", name="Sign in").click()
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    inspector.looks(stranger, "sign-in refused")


def test_the_desk(inspector: Inspector, dora: Customer) -> None:
    subject = f"Axe {dora.address}"
    dora.mails(subject, "plain", html=HTML, files={"a.pdf": b"a"})
    alice = inspector.desk_of("Alice").goes_to("/desk/unassigned/")
    expect(alice.row(subject)).to_be_visible()
    inspector.looks(alice, "list")
    alice.opens(subject)
    inspector.looks(alice, "conversation")
    alice.answers("Thank you.")
    expect(alice.bubble("Thank you.").get_by_role("button", name="Undo")).to_be_visible()
    alice.notes("A note.")
    expect(alice.bubble("A note.").locator("time")).to_be_visible()
    alice.thread.get_by_text("Note", exact=True).click()
    inspector.looks(alice, "conversation with answer, note and the composer for notes")
    alice.page.keyboard.press("Escape")
    alice.page.keyboard.press("?")
    expect(alice.page.get_by_role("dialog")).to_be_visible()
    inspector.looks(alice, "keys")
    alice.page.keyboard.press("Escape")
    alice.page.keyboard.press("s")
    expect(alice.page.locator(".menu:popover-open")).to_be_visible()
    inspector.looks(alice, "snoozing")
    inspector.looks(alice.goes_to("/desk/snoozed/"), "snoozed")
    inspector.looks(alice.goes_to("/views/"), "views")
    inspector.looks(alice.goes_to("/views/new/"), "new view")
    inspector.looks(alice.goes_to("/desk/all/?q=plain"), "found")
    inspector.looks(alice.goes_to("/desk/all/?q=nowhere"), "nothing found")
    inspector.looks(inspector.desk_of("Charlie").goes_to("/desk/all/"), "nothing there yet")


def test_what_is_being_sent_can_be_read(office: Office, dora: Customer) -> None:
    subject = f"Axe {dora.address}"
    dora.mails(subject)
    alice = office.desk_of("Alice", color_scheme="light").goes_to("/desk/all/").opens(subject)
    held: list[Route] = []
    alice.meets(re.compile("/(reply|note)/$"), lambda route: held.append(route))
    for goes in (alice.answers, alice.notes):
        goes("One moment.")
        expect(alice.page.locator(".bubble--pending")).to_be_visible()
        assert unreadable(alice.page, ".bubble--pending") == []
        held.pop().continue_()
        expect(alice.page.locator(".bubble--pending")).to_have_count(0)


def test_tags(inspector: Inspector, dora: Customer) -> None:
    subject = f"Axe {dora.address}"
    dora.mails(subject)
    eva = inspector.desk_of("Eva").goes_to("/desk/all/").opens(subject)
    eva.page.keyboard.press("l")
    expect(eva.page.locator("tag-picker:popover-open")).to_be_visible()
    eva.page.keyboard.type("Axe")
    inspector.looks(eva, "a new tag")
    eva.page.keyboard.press("Enter")
    expect(eva.head.get_by_role("list", name="Tags")).to_be_visible()
    inspector.looks(eva, "tagged")
    eva.page.keyboard.press("l")
    eva.page.keyboard.type("Axe")
    inspector.looks(eva, "tags that there are")


def test_conversations_that_are_tied(inspector: Inspector, dora: Customer) -> None:
    one, other = f"Axe {dora.address}", f"Also {dora.address}"
    first = dora.mails(one)
    dora.mails(f"Re: {one}", "And another thing.", in_reply_to=first["Message-ID"])
    dora.mails(other)
    alice = inspector.desk_of("Alice").goes_to("/desk/all/").opens(one)
    path = alice.page.url.removeprefix(alice.url)
    split = str(alice.bubble("And another thing.").locator(".bubble__split").get_attribute("href"))
    inspector.looks(alice.goes_to(split), "splitting")
    inspector.looks(alice.goes_to(f"{path}links/"), "linking")
    alice.page.get_by_role("button", name=other).click()
    expect(alice.head.get_by_role("list", name="Linked conversations")).to_be_visible()
    inspector.looks(alice, "linked")
    inspector.looks(alice.goes_to(f"{path}conversation-merges/"), "choosing what to merge with")
    alice.page.get_by_role("link", name=other).click()
    expect(alice.page.get_by_role("heading", name="One conversation?")).to_be_visible()
    inspector.looks(alice, "merging")
    alice.page.get_by_role("button", name="Merge", exact=True).click()
    expect(alice.timeline).to_contain_text("into this one")
    inspector.looks(alice, "merged")


def test_promises(inspector: Inspector, dora: Customer) -> None:
    subject = f"Axe {dora.address}"
    dora.mails(subject)
    alice = inspector.desk_of("Alice").goes_to("/desk/all/").opens(subject)
    alice.page.keyboard.press("p")
    menu = alice.page.locator(".promising:popover-open")
    expect(menu).to_be_visible()
    inspector.looks(alice, "promising an answer")
    menu.get_by_text("Call back", exact=True).click()
    menu.get_by_label("Number").fill("06-01234567")
    inspector.looks(alice, "promising a call-back")
    menu.get_by_role("button", name="in the").first.click()
    expect(alice.head.get_by_role("list", name="Open promises")).to_contain_text("06-01234567")
    inspector.looks(alice, "promised")
    alice.head.get_by_role("button", name="More about P-").click()
    inspector.looks(alice, "what can be done with a promise")
    inspector.looks(alice.goes_to("/promises/"), "promises")
    alice.page.get_by_role("row").filter(has_text="06-01234567").first.get_by_role("button", name="Reached").click()
    inspector.looks(alice.goes_to("/promises/?state=kept"), "kept promises")
    inspector.looks(alice.goes_to("/promises/?state=late&who=mine"), "no late promises")


def test_many_at_once(inspector: Inspector, dora: Customer) -> None:
    subject = f"Axe {dora.address}"
    dora.mails(subject)
    alice = inspector.desk_of("Alice").goes_to("/desk/all/")
    expect(alice.row(subject)).to_be_visible()
    alice.row(subject).focus()
    alice.page.keyboard.press("x")
    expect(alice.page.locator("bulk-bar")).to_be_visible()
    inspector.looks(alice, "chosen")
    alice.page.keyboard.press("s")
    expect(alice.page.locator(".menu:popover-open")).to_be_visible()
    inspector.looks(alice, "snoozing what is chosen")
    alice.page.keyboard.press("Escape")
    alice.page.keyboard.press("c")
    expect(alice.page.locator("bulk-bar")).to_be_hidden()
    expect(alice.toast).to_contain_text("1 is yours now")
    inspector.looks(alice, "done with many")
    alice.page.keyboard.press("z")
    expect(alice.toast).to_contain_text("1 put back")


def test_the_other_pages(inspector: Inspector, dora: Customer) -> None:
    dora.mails(f"Axe {dora.address}")
    eva = inspector.desk_of("Eva").goes_to("/desk/all/").opens(f"Axe {dora.address}")
    customer = eva.page.locator("#customer .customer__name a").get_attribute("href")
    inspector.looks(eva.goes_to(str(customer)), "customer")
    inspector.looks(eva.goes_to("/ledger/"), "ledger")
    eva.page.get_by_role("row").filter(has_text=dora.address).get_by_role("link").click()
    expect(eva.page.locator("pre")).to_be_visible()
    inspector.looks(eva, "receipt")
    inspector.looks(eva.goes_to("/ui/"), "components")
    inspector.looks(eva.goes_to("/accounts/password/change/"), "change password")
    eva.faults.expect("404")
    inspector.looks(eva.goes_to("/nowhere/"), "not found")
    gijs = inspector.desk_of("Gijs").goes_to("/")
    inspector.looks(gijs, "home of the planner")


def test_setting_up(inspector: Inspector, request: pytest.FixtureRequest) -> None:
    eva = inspector.desk_of("Eva")
    for path in ("/queues/", "/skills/", "/channel-loads/", "/hours/", "/queues/preview/"):
        inspector.looks(eva.goes_to(path), path)
    eva.goes_to("/queues/new/").page.get_by_role("button", name="Add a demand").click()
    eva.page.get_by_label("Skill").fill(f"Axe {request.node.name}")
    eva.page.get_by_label("Opening hours").fill("whenever")
    expect(eva.page.get_by_text("is not understood")).to_be_visible()
    eva.faults.expect("422")
    eva.page.get_by_role("button", name="Make", exact=True).click()
    expect(eva.page.get_by_role("alert").first).to_be_visible()
    inspector.looks(eva, "new queue, refused")
    name = f"Axe {request.node.name}"
    eva.page.get_by_label("Name", exact=True).fill(name)
    eva.page.get_by_label("Opening hours").fill("mo-fr 09:00-17:30")
    expect(eva.page.get_by_text("Monday to Friday 09:00–17:30")).to_be_visible()
    eva.page.get_by_role("button", name="Make", exact=True).click()
    expect(eva.page.get_by_role("link", name=name)).to_be_visible()
    inspector.looks(eva, "queues")
    inspector.looks(eva.goes_to("/skills/"), "skills")
    inspector.looks(eva.goes_to("/wall/"), "wall")
    eva.goes_to("/queues/").page.get_by_role("button", name=f"Switch off: {name}").click()
    expect(eva.page.get_by_role("button", name=f"Switch on {name}")).to_be_visible()
    inspector.looks(eva, "a queue that is off")


def test_webhooks(inspector: Inspector) -> None:
    iris = inspector.desk_of("Iris").goes_to("/webhooks/")
    inspector.looks(iris, "webhooks")
    iris.goes_to("/webhooks/new/")
    iris.page.get_by_label("Address").fill("http://10.0.0.1/")
    iris.faults.expect("422")
    iris.page.get_by_role("button", name="Make").click()
    expect(iris.page.get_by_role("alert")).to_be_visible()
    inspector.looks(iris, "new webhook, refused")
    with Receiver(always=status(500, body=b"No")) as receiver:
        iris.page.get_by_label("Address").fill(receiver.url)
        iris.page.get_by_role("button", name="Make").click()
        expect(iris.page.get_by_label("Secret")).to_be_visible()
        inspector.looks(iris, "secret")
        iris.page.get_by_role("link", name="I have it").click()
        inspector.looks(iris, "webhook without calls")
        iris.page.get_by_role("button", name="Send a test").click()
        expect(iris.page.get_by_role("cell", name="500")).to_be_visible()
        inspector.looks(iris, "call")
        iris.page.get_by_role("link", name=receiver.url).click()
        expect(iris.page.get_by_text("Nothing reached it since")).to_be_visible()
        inspector.looks(iris, "webhook that fails")
    iris.page.get_by_role("link", name="Change").click()
    inspector.looks(iris, "webhook changed")
    iris.page.get_by_role("button", name="End this webhook").click()
    expect(iris.page.get_by_role("heading", level=1)).to_have_text("Webhooks")
