"""Dora chats at the shop: at Alice's desk it stands on the timeline of her mail, and each sees what the other does."""

import re
from pathlib import Path

from playwright.sync_api import expect

from ninelives.demo.pictures import meter
from tests.browser import Desk
from tests.stories.people import Customer
from tests.stories.shop import Chat
from tests.stories.visitors import Visitor, Visitors


def finds(alice: Desk, words: str) -> Desk:
    """Alice opens the chat in which this was said."""
    alice.goes_to("/desk/unassigned/")
    alice.row(words).click()
    expect(alice.bubble(words)).to_be_visible()
    return alice


def test_on_the_timeline_of_her_mail(
    alice: Desk, dora: Customer, visitor: Visitor, chat: Chat, number: str, visitors: Visitors
) -> None:
    dora.mails("My panels", "They lie on the roof since Monday.")
    who = chat.signed(number, dora.address, dora.name)
    visitor.visits(who).opens()
    visitor.page.evaluate("Ninelives('context', {order: '4711', panels: 12})")
    words = f"When do I see what I give back? {number}"
    visitor.says(words)

    finds(alice, words)
    expect(alice.bubble(words)).to_contain_text(re.compile(r"On page\s*A shop.*order\s*4711.*panels\s*12"))
    expect(alice.timeline).to_contain_text("They lie on the roof since Monday.")
    alice.answers("You see it in the app from tomorrow.")

    expect(visitor.bubble("You see it in the app from tomorrow.")).to_contain_text("Alice")
    assert visitor.said[-2:] == [words, "You see it in the app from tomorrow."]

    visitor.page.close()
    at_home = visitors().visits(who).opens()
    expect(at_home.bubble("You see it in the app from tomorrow.")).to_be_visible()
    assert at_home.said[-2:] == [words, "You see it in the app from tomorrow."]


def test_both_see_the_other_type_and_read(alice: Desk, visitor: Visitor, chat: Chat, number: str) -> None:
    visitor.visits(chat.signed(number, name="Dora")).opens()
    words = f"Are you there? {number}"
    visitor.says(words)
    finds(alice, words)
    expect(visitor.bubble(words).get_by_text("Seen")).to_be_visible()

    alice.writes("Just a mom")
    expect(visitor.log.get_by_text("is typing")).to_be_attached()
    alice.text.press_sequentially("ent")
    alice.sends()
    expect(visitor.bubble("Just a moment")).to_be_visible()
    expect(visitor.log.get_by_text("is typing")).not_to_be_attached()
    expect(alice.bubble("Just a moment").get_by_text(re.compile("Read|Seen"))).to_be_visible()

    visitor.writes("Thank y")
    expect(alice.thread.get_by_text(re.compile("is typing"))).to_be_visible()


def test_what_is_not_looked_at_is_not_seen(alice: Desk, visitor: Visitor, chat: Chat, number: str) -> None:
    visitor.visits(chat.signed(number, name="Dora")).opens()
    words = f"I come back in a minute {number}"
    visitor.says(words)
    visitor.page.keyboard.press("Escape")
    finds(alice, words)
    alice.answers("Good, see you then.")

    expect(visitor.launcher).to_have_accessible_name("Open the chat, 1 new message")
    expect(visitor.page).to_have_title("A shop")
    assert visitor.heard("unread")[-1] == 1
    assert [news["text"] for news in visitor.heard("message")] == ["Good, see you then."]
    expect(alice.bubble("see you then").get_by_text(re.compile("Read|Seen"))).to_have_count(0)

    visitor.page.reload()
    expect(visitor.launcher).to_have_accessible_name("Open the chat, 1 new message")
    visitor.opens()
    expect(alice.bubble("see you then").get_by_text(re.compile("Read|Seen"))).to_be_visible()
    expect(visitor.launcher).to_have_accessible_name("Close the chat")


def test_who_types_an_address_is_a_new_customer(alice: Desk, dora: Customer, visitor: Visitor) -> None:
    dora.mails("My panels", "Only Dora may know of this mail.")
    visitor.visits().opens()
    words = f"I have no account yet, {dora.address.replace('@', ' at ')}"
    visitor.says(words)
    visitor.dialog.get_by_label("Your e-mail address").fill("dora at example")
    visitor.button("Save").click()
    expect(visitor.dialog.get_by_role("alert")).to_contain_text("name@example.com")
    visitor.dialog.get_by_label("Your e-mail address").fill(dora.address)
    visitor.button("Save").click()
    expect(visitor.dialog.get_by_label("Your e-mail address")).to_be_hidden()

    finds(alice, words)
    expect(alice.timeline).not_to_contain_text("Only Dora may know")
    expect(alice.customer).to_contain_text(dora.address)
    assert "Only Dora may know" not in " ".join(visitor.said)
    visitor.page.reload()
    expect(visitor.bubble(words)).to_be_visible()
    expect(visitor.dialog.get_by_label("Your e-mail address")).to_be_hidden()


def test_files_and_pictures_go_both_ways(
    alice: Desk, visitor: Visitor, chat: Chat, number: str, tmp_path: Path
) -> None:
    picture, letter = tmp_path / "meter.png", tmp_path / "Ünïcode bill.pdf"
    picture.write_bytes(meter("12345"))
    letter.write_bytes(b"%PDF-1.4 bill")
    visitor.visits(chat.signed(number, name="Dora")).opens()
    visitor.adds(picture, letter)
    words = f"See my meter {number}"
    visitor.says(words)
    expect(visitor.bubble(words).get_by_role("img", name="meter.png")).to_be_visible()

    finds(alice, words)
    expect(alice.bubble(words)).to_contain_text("Ünïcode bill.pdf")
    answer = tmp_path / "answer.png"
    answer.write_bytes(meter("12345"))
    alice.attaches(answer)
    alice.answers("Here is what it should look like.")
    shown = visitor.bubble("what it should look like").get_by_role("img", name="answer.png")
    expect(shown).to_be_visible()
    drawn = "canvas => canvas.getContext('2d').getImageData(1, 1, 1, 1).data[3] === 255"
    visitor.page.wait_for_function(drawn, arg=shown.element_handle())
