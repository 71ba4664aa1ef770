"""Dora writes on WhatsApp: with a picture, answered in parts, changed and taken back, a sign put to it; and a day later
only a template may be sent."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ninelives.channels.bodies import hex_hmac
from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import Post, Said
from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.servers import Ninelives
from tests.stories.messengers import command, playing

_numbers = itertools.count(1)
# One point, red.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


@dataclass(frozen=True)
class Telephone:
    """Of somebody who never wrote before."""

    played: PretendedProvider
    number: str
    name: str

    def says(self, text: str, *, ago: timedelta = timedelta(0), file: bytes = b"") -> str:
        id_ = f"wamid.{self.number}.{next(_numbers)}"
        self.played.say([Said(id_, self.number, text, datetime.now(UTC) - ago, self.name, file)])
        return id_

    def does(self, **told: Any) -> None:
        """Something to a message, as Meta tells it."""
        message = {"from": self.number, "id": f"wamid.{next(_numbers)}", "timestamp": _seconds(), **told}
        value = {"contacts": [{"profile": {"name": self.name}, "wa_id": self.number}], "messages": [message]}
        change = {"field": "messages", "value": value}
        body = json.dumps({"entry": [{"changes": [change]}]}).encode()
        secret = self.played.account.settings["app_secret"]
        self.played.post(Post(body, {"X-Hub-Signature-256": f"sha256={hex_hmac(secret, body)}"}))

    @property
    def got(self) -> list[str]:
        return [sent.text.strip() for sent in self.played.taken if sent.to == self.number]


def _seconds() -> str:
    return str(int(datetime.now(UTC).timestamp()))


@pytest.fixture(scope="module")
def whatsapp(running: Ninelives) -> Iterator[PretendedProvider]:
    with playing(running, "whatsapp", "WhatsApp", business_account_id="102290129340398") as played:
        command(running, "channel", "templates", "WhatsApp")
        yield played


@pytest.fixture
def dora(whatsapp: PretendedProvider) -> Telephone:
    number = next(_numbers)
    return Telephone(whatsapp, f"316{10000000 + number}", f"Dora op {number}")


def test_a_picture_an_answer_and_what_became_of_it(alice: Desk, dora: Telephone) -> None:
    dora.says("Wat is dit lampje?", file=PICTURE)
    picture = alice.opens_of(dora.name).bubble("Wat is dit lampje?").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    alice.answers("Het water is op.")
    expect(alice.bubble("Het water is op.").locator(".sending__state")).to_have_text("Read")
    assert dora.got == ["Het water is op."]


def test_what_is_changed_taken_back_and_signed_is_seen_as_it_is(alice: Desk, dora: Telephone, whatsapp: Any) -> None:
    first, second = dora.says("Mijn nummer is 12"), dora.says("Of toch niet")
    alice.opens_of(dora.name).answers("Dank je.")
    answer = alice.bubble("Dank je.")
    expect(answer.locator(".sending__state")).to_have_text("Read")
    corrected = {"type": "text", "text": {"body": "Mijn nummer is 21"}}
    dora.does(type="edit", edit={"original_message_id": first, "message": corrected})
    dora.does(type="revoke", revoke={"original_message_id": second})
    dora.does(type="reaction", reaction={"message_id": whatsapp.taken[-1].id, "emoji": "👍"})
    dora.does(type="text", text={"body": "Dit dus"}, context={"id": first})

    expect(alice.bubble("Mijn nummer is 21").first.locator(".bubble__edits")).to_contain_text("Edited")
    expect(alice.timeline).to_contain_text("The customer took this message back")
    expect(alice.bubble("Of toch niet").locator(".words")).to_be_hidden()
    expect(answer.locator(".bubble__signs")).to_contain_text("👍")
    expect(alice.bubble("Dit dus").locator(".bubble__quote")).to_contain_text("Mijn nummer is 21")


def test_a_long_answer_leaves_in_parts(alice: Desk, dora: Telephone) -> None:
    dora.says("Hoe werkt het?")
    alice.opens_of(dora.name).text.fill("Lang verhaal. " * 400)
    alice.page.get_by_label("Send in parts").check()
    alice.sends()
    expect(alice.timeline.locator(".bubble--outbound .sending__state").last).to_have_text("Read")
    assert len(dora.got) == 2
    assert all(len(one) <= 4096 for one in dora.got)
    assert " ".join(dora.got).split() == ("Lang verhaal. " * 400).split()


def test_a_day_later_only_a_template(alice: Desk, dora: Telephone) -> None:
    dora.says("Is er al nieuws?", ago=timedelta(hours=25))
    alice.opens_of(dora.name)
    template = alice.thread.get_by_role("group", name="Choose a template")
    template.get_by_label("order_on_its_way").check()
    for label, words in (("1", "Dora"), ("2", "ZS-1042")):
        template.get_by_label(label, exact=True).fill(words)
    alice.sends()
    expect(alice.bubble("Hallo Dora, je bestelling ZS-1042 is onderweg.")).to_contain_text("Read")
    assert dora.got == ["order_on_its_way Dora ZS-1042"]


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everybody_can_use_it(office: Office, dora: Telephone, window: Any) -> None:
    inspector = Inspector(office, viewport=window)
    first = dora.says("Is er al nieuws?", ago=timedelta(hours=25), file=PICTURE)
    dora.does(type="reaction", reaction={"message_id": first, "emoji": "❤️"}, timestamp=_seconds())
    desk = inspector.desk_of("Alice").opens_of(dora.name)
    expect(desk.bubble("Is er al nieuws?").locator(".bubble__signs")).to_contain_text("❤️")
    inspector.looks(desk, "a closed window")
    assert inspector.found == {}
