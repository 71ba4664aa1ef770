"""Two mails about one thing are read as one, one about two things is taken apart, and all of it can be undone."""

from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.servers import Ninelives, PostOffice
from tests.stories.people import Customer


@pytest.fixture
def panels(dora: Customer) -> EmailMessage:
    return dora.mails(f"Panels {dora.address}", "My panels give too little.")


@pytest.fixture
def inverter(dora: Customer, panels: EmailMessage) -> EmailMessage:
    return dora.mails(f"Inverter {dora.address}", "The inverter shows a red light.")


def at(desk: Desk, mail: EmailMessage) -> Desk:
    return desk.goes_to("/desk/all/").opens(mail["Subject"])


def more(desk: Desk, name: str) -> None:
    desk.head.get_by_role("button", name="More", exact=True).click()
    desk.head.get_by_role("link", name=name).click()


def choice(desk: Desk, mail: EmailMessage) -> Locator:
    return desk.page.locator("#choices .choice").filter(has_text=mail["Subject"])


def side(desk: Desk, mail: EmailMessage) -> Locator:
    return desk.page.get_by_role("region", name=mail["Subject"], exact=True)


def undo(desk: Desk, line: str) -> None:
    desk.timeline.get_by_role("listitem").filter(has_text=line).get_by_role("button", name="Undo").click()


def reads(desk: Desk, *told: str, others: tuple[str, ...] = ()) -> None:
    for text in told:
        expect(desk.bubble(text)).to_have_count(1)
    for text in others:
        expect(desk.bubble(text)).to_have_count(0)


def merges(desk: Desk, merged: EmailMessage, kept: EmailMessage) -> None:
    more(at(desk, merged), "Merge with…")
    choice(desk, kept).click()
    expect(desk.page.get_by_role("heading", name="One conversation?")).to_be_visible()
    side(desk, kept).get_by_label("This one stays").check()
    desk.page.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.toast).to_contain_text("Merged: ")
    expect(desk.heading).to_have_text(kept["Subject"])


def test_an_answer_to_the_merged_one_arrives_in_the_kept_one_and_reopens_it(
    office: Office, alice: Desk, dora: Customer, panels: EmailMessage, inverter: EmailMessage
) -> None:
    at(alice, inverter).answers("Could you send us a picture?")
    sent = dora.receives()
    bob = at(office.desk_of("Bob"), inverter)
    merges(alice, inverter, kept=panels)

    reads(alice, "panels give too little", "shows a red light", "send us a picture")
    expect(alice.row(inverter["Subject"])).to_have_count(0)
    expect(bob.head).to_contain_text("A colleague merged this into")
    bob.head.get_by_role("link", name="Open").click()
    expect(bob.heading).to_have_text(panels["Subject"])

    alice.closes()
    expect(bob.button("Reopen")).to_be_visible()
    dora.answers(sent, "Here it is.")
    for desk in (alice, bob):
        reads(desk, "Here it is.")
        expect(desk.button("Close")).to_be_visible()


def test_undone_each_message_is_back_where_it_came_in(
    alice: Desk, dora: Customer, panels: EmailMessage, inverter: EmailMessage
) -> None:
    at(alice, inverter).answers("Could you send us a picture?")
    sent = dora.receives()
    merges(alice, inverter, kept=panels)
    dora.answers(sent, "Here it is.")
    reads(alice, "Here it is.")

    undo(alice, "into this one")
    reads(alice, "too little", others=("red light", "send us a picture", "Here it is."))
    expect(alice.timeline).to_contain_text("out of this again")
    alice.timeline.get_by_role("link", name=inverter["Subject"]).click()
    expect(alice.heading).to_have_text(inverter["Subject"])
    reads(alice, "red light", "send us a picture", "Here it is.", others=("too little",))


def test_the_address_of_the_merged_one_leads_to_the_kept_one(
    alice: Desk, panels: EmailMessage, inverter: EmailMessage
) -> None:
    path = at(alice, inverter).page.url.removeprefix(alice.url)
    merges(alice, inverter, kept=panels)
    alice.goes_to(path)
    expect(alice.heading).to_have_text(panels["Subject"])
    # Where the reader lands is at the newest message, and it is told there.
    expect(alice.thread.get_by_text("was merged into this conversation")).to_be_in_viewport()


def test_merged_with_the_keys_alone(alice: Desk, panels: EmailMessage, inverter: EmailMessage) -> None:
    at(alice, inverter)
    alice.page.keyboard.press("g")
    alice.page.keyboard.press("e")
    expect(alice.page.get_by_role("searchbox", name="Find a conversation")).to_be_focused()
    tabs_to(alice, choice(alice, panels))
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("heading", name="One conversation?")).to_be_visible()
    tabs_to(alice, side(alice, inverter).get_by_role("radio"))
    alice.page.keyboard.press("ArrowDown")
    expect(side(alice, panels).get_by_role("radio")).to_be_checked()
    tabs_to(alice, alice.page.get_by_role("button", name="Merge", exact=True))
    alice.page.keyboard.press("Enter")
    expect(alice.heading).to_have_text(panels["Subject"])
    reads(alice, "too little", "red light")


def tabs_to(desk: Desk, to: Locator) -> None:
    expect(to).to_be_visible()
    for _ in range(20):
        if to.evaluate("element => element === document.activeElement"):
            return
        desk.page.keyboard.press("Tab")
    expect(to).to_be_focused()


def test_what_is_split_off_goes_on_by_itself_until_it_is_put_back(
    alice: Desk, dora: Customer, panels: EmailMessage
) -> None:
    subject, new = panels["Subject"], f"Moving {dora.address}"
    moving = dora.mails(f"Re: {subject}", "And I am moving house.", in_reply_to=panels["Message-ID"])
    at(alice, panels).bubble("moving house").hover()
    alice.bubble("moving house").get_by_role("link", name="Split off from here").click()
    expect(alice.page.get_by_role("textbox", name="Subject")).to_have_value(subject)
    alice.page.get_by_role("textbox", name="Subject").fill(new)
    alice.page.get_by_role("button", name="Split off").click()
    expect(alice.toast).to_contain_text("Split off into #")
    expect(alice.heading).to_have_text(new)
    reads(alice, "moving house", others=("too little",))

    dora.mails(f"Re: {subject}", "I forgot: to Haarlem.", in_reply_to=moving["Message-ID"])
    reads(alice, "to Haarlem")
    alice.answers("On which day?")
    dora.answers(dora.receives(), "On the first of May.")
    reads(alice, "first of May")

    alice.timeline.get_by_role("link", name=subject).click()
    expect(alice.heading).to_have_text(subject)
    reads(alice, "too little", others=("moving house", "to Haarlem", "On which day?", "first of May"))
    undo(alice, "Alice split 1 message off into #")
    reads(alice, "too little", "moving house", "to Haarlem", "On which day?", "first of May")
    expect(alice.row(new)).to_have_count(0)


def test_linked_they_name_each_other_until_they_are_unlinked(
    office: Office, alice: Desk, panels: EmailMessage, running: Ninelives, post_office: PostOffice
) -> None:
    erik = Customer.new(running, post_office)
    his = erik.mails(f"Neighbours {erik.address}", "We have it, too.")
    bob = at(office.desk_of("Bob"), his)
    more(at(alice, panels), "Link with…")
    alice.page.get_by_role("searchbox", name="Find a conversation").fill(erik.address)
    choice(alice, his).click()

    for desk, other in ((alice, his), (bob, panels)):
        expect(linked(desk).get_by_role("link", name=other["Subject"])).to_be_visible()
    linked(bob).get_by_role("link", name=panels["Subject"]).click()
    expect(bob.heading).to_have_text(panels["Subject"])
    linked(bob).get_by_role("button", name="Unlink").click()
    for desk in (alice, bob):
        expect(linked(desk)).to_have_count(0)
        expect(desk.timeline).to_contain_text("Bob unlinked #")


def linked(desk: Desk) -> Locator:
    return desk.head.get_by_role("list", name="Linked conversations")
