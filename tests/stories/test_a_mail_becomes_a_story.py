"""A mail becomes a customer's story at an open desk; it is answered, closed, and comes back."""

import base64
import os
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGOUK0tnwAaYsIoOXQkAWksA3RrGbXAAAAAASUVORK5CYII="
)
HTML = """
<html><head><style>p { display: none }</style><script>window.hacked = true</script></head>
<body onload="window.hacked = true">
<p>Dear people, <b>my meter spins backwards</b>, see the picture:</p>
<p><img src="cid:meter" alt="The meter"></p>
<p><a href="javascript:window.hacked = true">a link</a> <img src="https://elsewhere.example/seen.png" alt="A logo"></p>
<p>-- <br>Dora de Vries<br>Amateur astronomer</p>
<blockquote type="cite"><p>On Monday you wrote: how does it spin?</p></blockquote>
</body></html>
"""


def test_it_stands_at_an_open_desk_with_what_was_written_before(alice: Desk, dora: Customer) -> None:
    dora.mails("A year ago", "I wrote about the sundial then.")
    alice.goes_to("/desk/unassigned/")
    expect(alice.row("A year ago")).to_be_visible()

    dora.mails("The meter spins backwards", "It spins the wrong way round.")
    expect(alice.row("The meter spins backwards")).to_be_visible(timeout=5_000)

    alice.opens("The meter spins backwards")
    expect(alice.bubble("It spins the wrong way round.")).to_be_visible()
    expect(alice.customer).to_contain_text(dora.address)

    alice.timeline.get_by_text("A year ago").click()
    expect(alice.bubble("I wrote about the sundial then.")).to_be_visible()


def test_it_is_read_as_the_customer_meant_it(alice: Desk, dora: Customer) -> None:
    asked_elsewhere: list[str] = []

    def elsewhere(route: Route) -> None:
        asked_elsewhere.append(route.request.url)
        route.fulfill(body=PNG, content_type="image/png")

    alice.page.context.route("https://elsewhere.example/**", elsewhere)
    photographs = os.urandom(70_000)
    dora.mails("See picture", "plain", html=HTML, pictures={"meter": PNG}, files={"photographs.zip": photographs})
    alice.goes_to("/desk/unassigned/").opens("See picture")

    letter = alice.bubble("Dora de Vries")
    expect(letter.get_by_text("my meter spins backwards").first).to_be_visible()
    assert alice.page.evaluate("window.hacked") is None
    assert letter.locator("script, style, [onload], a[href^=javascript]").count() == 0

    in_place = letter.get_by_role("img", name="The meter").first
    expect(in_place).to_be_visible()
    assert in_place.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 8

    assert asked_elsewhere == []
    letter.get_by_role("button", name="Show 1 picture from elsewhere").click()
    framed = letter.frame_locator("iframe").first
    expect(framed.get_by_role("img", name="A logo")).to_be_visible()
    assert asked_elsewhere != []

    assert alice.downloads(letter.get_by_role("link", name="photographs.zip")) == photographs


def test_quotes_and_signatures_are_folded(alice: Desk, dora: Customer) -> None:
    dora.mails("Folded", "plain", html=HTML)
    alice.goes_to("/desk/unassigned/").opens("Folded")

    letter = alice.bubble("Dora de Vries")
    expect(letter.get_by_text("my meter spins backwards").first).to_be_visible()
    quoted, signature = letter.get_by_text("how does it spin?"), letter.get_by_text("Amateur astronomer")
    expect(quoted).not_to_be_visible()
    expect(signature).not_to_be_visible()
    letter.locator("summary").click()
    expect(quoted).to_be_visible()
    expect(signature).to_be_visible()


def test_it_is_claimed_noted_answered_closed_and_reopened(alice: Desk, dora: Customer, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF-1.7" + os.urandom(30_000))
    dora.mails("My contract", "May I have a copy?")
    alice.goes_to("/desk/unassigned/").opens("My contract")

    alice.claims()
    alice.notes("She is a good customer")
    expect(alice.bubble("She is a good customer")).to_contain_text("for colleagues only")

    alice.attaches(contract)
    alice.answers("Here it is.")
    answer = alice.bubble("Here it is.")
    expect(answer).to_contain_text("Sending…")
    expect(answer).to_contain_text("contract.pdf")
    expect(answer.get_by_text("Sent", exact=True)).to_be_visible(timeout=12_000)

    received = dora.receives()
    [attachment] = received.iter_attachments()
    assert attachment.get_filename() == "contract.pdf"
    assert attachment.get_content() == contract.read_bytes()
    assert "good customer" not in received.as_string()

    alice.closes()
    expect(alice.timeline).to_contain_text("Closed by Alice")
    dora.answers(received, "Thank you, but page two is missing.")
    expect(alice.bubble("page two is missing")).to_be_visible(timeout=5_000)
    expect(alice.timeline).to_contain_text("Open again because there is news")


def test_the_head_of_an_open_conversation_follows_what_happens(alice: Desk, office: Office, dora: Customer) -> None:
    dora.mails("Who has it?", "And is it open?")
    alice.goes_to("/desk/unassigned/").opens("Who has it?")
    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens("Who has it?")

    bob.claims()
    expect(alice.head).to_contain_text("Bob")
    bob.closes()
    expect(alice.button("Reopen")).to_be_visible()
