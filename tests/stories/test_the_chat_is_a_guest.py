"""On somebody else's page: nothing of theirs breaks, nothing of theirs breaks us, and they can call us."""

import pytest
from playwright.sync_api import expect

from tests.stories.shop import Chat, Shop
from tests.stories.visitors import Visitor


def test_the_page_gets_one_name(visitor: Visitor) -> None:
    visitor.visits().opens()
    new = "Object.keys(window).filter((name) => !window.before.includes(name))"
    assert set(visitor.page.evaluate(new)) - {"Ninelives", "before"} == set()


def test_its_styles_are_not_ours_and_ours_not_its(visitor: Visitor) -> None:
    visitor.visits()
    page = "JSON.stringify([...document.querySelectorAll('main *')].map((one) => getComputedStyle(one).cssText))"
    before, box = visitor.page.evaluate(page), visitor.launcher.bounding_box()
    visitor.opens()
    assert visitor.page.evaluate(page) == before
    look = "one => ['fontSize', 'textTransform', 'letterSpacing', 'margin'].map((name) => getComputedStyle(one)[name])"
    assert visitor.text.evaluate(look) == ["16px", "none", "normal", "0px"]
    assert box == {"width": 56, "height": 56, "x": 1280 - 20 - 56, "y": 800 - 20 - 56}


def test_the_page_hears_no_keys_of_the_chat(visitor: Visitor) -> None:
    visitor.visits().opens()
    visitor.writes("jk?/")
    visitor.text.press("Escape")
    expect(visitor.dialog).to_be_hidden()
    assert visitor.page.evaluate("window.keys") == []


def test_a_second_tag_does_nothing(visitor: Visitor) -> None:
    visitor.visits(tags="2")
    expect(visitor.page.locator("ninelives-chat")).to_have_count(1)
    visitor.opens()
    expect(visitor.dialog).to_have_count(1)


def test_a_wrong_key_leaves_the_page_as_it_was(visitor: Visitor, shop: Shop) -> None:
    visitor.faults.expect("status of 404")
    with visitor.page.expect_console_message(lambda message: "no chat with the key" in message.text):
        visitor.page.goto(shop.page(key="nonsense"))
    expect(visitor.page.locator("ninelives-chat")).to_have_count(0)
    expect(visitor.page.get_by_role("heading", name="A shop")).to_be_visible()


@pytest.mark.parametrize("signature", ["0" * 64, ""])
def test_a_wrong_signature_is_no_visitor(visitor: Visitor, signature: str) -> None:
    visitor.faults.expect("status of 403")
    visitor.visits({"data-id": "somebody", "data-signature": signature, "data-email": "x@example.org"}).opens()
    expect(visitor.dialog.get_by_text("could not show us who you are")).to_be_visible()
    expect(visitor.text).to_be_disabled()


def test_a_page_that_exchanges_its_body_keeps_the_chat(visitor: Visitor) -> None:
    visitor.visits().opens()
    visitor.writes("Half a")
    visitor.page.evaluate("document.body = document.createElement('body')")
    expect(visitor.text).to_have_value("Half a")
    visitor.page.evaluate("document.body.replaceChildren()")
    expect(visitor.launcher).to_be_visible()


def test_the_page_opens_and_closes_it(visitor: Visitor) -> None:
    visitor.visits()
    help_button = visitor.page.get_by_role("button", name="Help", exact=True)
    help_button.click()
    expect(visitor.text).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()
    expect(help_button).to_be_focused()
    visitor.call("open")
    expect(visitor.dialog).to_be_visible()
    visitor.call("close")
    expect(visitor.dialog).to_be_hidden()
    heard = [name for name, _ in visitor.page.evaluate("heard") if name != "unread"]
    assert heard == ["ready", "open", "close", "open", "close"]


def test_calls_made_too_early_are_kept(visitor: Visitor, chat: Chat, number: str) -> None:
    visitor.page.add_init_script(
        f"""window.Ninelives = function () {{ (Ninelives.q = Ninelives.q || []).push(arguments) }};
        Ninelives("open"); Ninelives("identify", {{ id: "{number}", signature: "{chat.sign(number)}" }});
        Ninelives("context", {{ order: "A-17", amount: 142 }});"""
    )
    visitor.page.goto(visitor.shop.page())
    expect(visitor.dialog).to_be_visible()
    with visitor.page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/messages")) as sent:
        visitor.says("About my order")
    told = sent.value.post_data_json
    assert told["context"] == {"order": "A-17", "amount": "142"}
    assert told["page"] == {"url": f"{visitor.shop.origin}/", "title": "A shop"}
    assert any(name.startswith(f"ninelives:{chat.key}:{number}:") for name in visitor.keeps())


def test_what_the_page_gets_wrong_is_told_and_breaks_nothing(visitor: Visitor) -> None:
    visitor.visits()
    for words in (["dance"], ["on", "weather"], ["on", "open"], ["identify", None], ["context", 7], []):
        visitor.call(*words)
    visitor.page.evaluate("Ninelives('on', 'open', () => { throw new Error('the page is wrong') })")
    visitor.opens()
    visitor.writes("works")
    expect(visitor.text).to_have_value("works")


def test_somebody_who_says_nothing_is_asked_nothing(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(f"{request.method} {request.url.rpartition('/chat/')[2]}"))
    visitor.visits().opens()
    visitor.page.wait_for_load_state("networkidle")
    chats = [one for one in asked if visitor.shop.chat.key in one]
    assert chats == [f"GET {visitor.shop.chat.key}/?language=en"]
    assert visitor.keeps() == {}
