"""Whoever waits on a messenger is told so in their language, and chooses by answering with a number."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import Said
from tests.browser import Desk
from tests.servers import Ninelives, run_module, wait_for
from tests.stories.messengers import playing

ACCOUNT = "WhatsApp with a queue"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Telephone:
    """Of somebody who never wrote before."""

    played: PretendedProvider
    name: str
    number: str
    _messages: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def says(self, text: str) -> None:
        id_ = f"wamid.{self.number}.{next(self._messages)}"
        self.played.say([Said(id_, self.number, text, datetime.now(UTC), self.name)])

    @property
    def got(self) -> list[str]:
        return [sent.text.strip() for sent in self.played.taken if sent.to == self.number]

    def gets(self, beginning: str) -> str:
        """The newest of what it was sent, once that begins so."""

        def newest() -> str:
            text = self.got[-1] if self.got else ""
            return text if text.startswith(beginning) else ""

        return wait_for(newest, f"“{beginning}” among {self.got}", patience=60)


@pytest.fixture(scope="module")
def whatsapp(running: Ninelives) -> Iterator[PretendedProvider]:
    """What is said there comes into a queue whose team lead lets customers choose."""
    url = running.environ["DATABASE_URL"]
    with playing(running, "whatsapp", ACCOUNT) as played:
        run_module("tests.stories.queue", DEED="choosing", ACCOUNT=ACCOUNT, DATABASE_URL=url)
        yield played
        run_module("tests.stories.queue", DEED="shut", ACCOUNT=ACCOUNT, DATABASE_URL=url)


@pytest.fixture
def dora(whatsapp: PretendedProvider) -> Telephone:
    number = next(_numbers)
    return Telephone(whatsapp, f"Dora in line {number}", f"316{20000000 + number}")


def number_of(way: str, told: str) -> str:
    """Which number of the list stands for it."""
    found = re.search(rf"^(\d+)\. {way}", told, re.MULTILINE)
    assert found, told
    return found[1]


def test_called_when_it_is_their_turn_and_then_otherwise(alice: Desk, dora: Telephone) -> None:
    dora.says("Is mijn bestelling er al?")
    told = dora.gets("Bedankt voor je bericht.")
    assert "Je staat in de rij." in told
    assert "Hoe zullen we je helpen? Antwoord met een cijfer:" in told
    assert number_of("Ik blijf en wacht", told) == "1"
    assert number_of("Bel me zodra ik aan de beurt ben", told) == "2"

    dora.says("2")
    dora.gets(f"We bellen je op +{dora.number} zodra je aan de beurt bent. Je houdt je plaats.")
    alice.opens_of(dora.name)
    # What was said both ways, too.
    expect(alice.bubble("Hoe zullen we je helpen?")).to_be_visible()
    expect(alice.bubble("We bellen je op")).to_be_visible()
    expect(alice.timeline.get_by_text(f"The customer chose: Call back: +{dora.number}")).to_be_visible()
    expect(alice.head.locator(".promise")).to_contain_text("Call back")

    dora.says("0")
    told = dora.gets("Je staat in de rij.")
    dora.says(number_of("Antwoord me hier voor", told))
    dora.gets("We antwoorden je hier voor")
    expect(
        alice.timeline.get_by_text(re.compile(r"The customer chose: Answer before .*; they need not be here"))
    ).to_be_visible()
    expect(alice.head.locator(".promise")).to_have_count(1)
    expect(alice.head.locator(".promise")).to_contain_text("Answer")

    alice.answers("Hij kwam vanmorgen binnen.")
    dora.gets("Hij kwam vanmorgen binnen.")
    expect(alice.head.locator(".promise")).to_have_count(0)


def test_called_at_a_time_from_a_second_list(alice: Desk, dora: Telephone) -> None:
    dora.says("Wanneer komen jullie?")
    told = dora.gets("Bedankt voor je bericht.")
    dora.says(number_of("Bel me op een tijd die ik kies", told))
    slots = dora.gets("Wanneer zullen we je bellen? Antwoord met een cijfer:").splitlines()[1:-1]
    assert all(re.fullmatch(r"\d\. [A-Z]\w+.*, \d\d:\d\d tot \d\d:\d\d", slot) for slot in slots), slots

    dora.says("2")
    clocks = re.findall(r"\d\d:\d\d", slots[1])
    assert f", {clocks[0]} tot {clocks[1]}." in dora.gets(f"We bellen je op +{dora.number}: ")
    chose = alice.opens_of(dora.name).timeline.get_by_text("The customer chose: Call back between")
    for clock in clocks:
        expect(chose).to_contain_text(clock)
