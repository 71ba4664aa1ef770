"""Dora complains under a post of ours, where everybody reads along: Alice answers her there, and then her alone."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import Said
from tests.browser import Desk, Office
from tests.inspecting import NARROW, WIDE, Inspector
from tests.servers import Ninelives
from tests.stories.messengers import playing

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Commenter:
    """Somebody with an account at Meta, who never wrote before."""

    played: PretendedProvider
    number: int
    name: str

    def comments(self, text: str) -> None:
        said = f"{next(_numbers)}"
        self.played.say([Said(said, f"2470{self.number}", text, datetime.now(UTC), self.name)])

    @property
    def got(self) -> list[tuple[str, str]]:
        """What stands under their comments, and what they were told alone."""
        theirs = [sent for sent in self.played.taken if sent.to.endswith(f"_2470{self.number}")]
        return [("to all" if sent.id.startswith("c_") else "alone", sent.text) for sent in theirs]


@pytest.fixture(scope="module")
def facebook(running: Ninelives) -> Iterator[PretendedProvider]:
    with playing(running, "facebook_comments", "Facebook page") as played:
        yield played


@pytest.fixture
def dora(facebook: PretendedProvider) -> Commenter:
    number = next(_numbers)
    return Commenter(facebook, 100 + number, f"Dora onder bericht {number}")


def whom(desk: Desk) -> Locator:
    return desk.thread.get_by_role("radiogroup", name="Who can read your answer")


def chooses(desk: Desk, label: str) -> None:
    whom(desk).get_by_text(label, exact=True).click()


def test_alice_answers_in_public_and_then_to_the_customer_alone(alice: Desk, dora: Commenter) -> None:
    dora.comments("Al drie weken geen stroom teruggeleverd!")
    alice.opens_of(dora.name)
    expect(alice.thread).to_contain_text("Everybody can read your answer.")
    alice.answers("Wat vervelend, we zoeken het uit.")
    expect(alice.bubble("Wat vervelend").locator(".sending__state")).to_have_text("Sent")

    chooses(alice, "To the customer alone")
    expect(alice.thread).to_contain_text(f"Only {dora.name} reads this")
    expect(alice.thread.get_by_text("Everybody can read your answer.")).to_be_hidden()
    alice.answers("Wat is je klantnummer?")
    alone = alice.bubble("Wat is je klantnummer?")
    expect(alone.locator(".sending__state")).to_have_text("Sent")
    expect(alone).to_contain_text("To the customer alone")
    expect(alice.bubble("Wat vervelend")).not_to_contain_text("To the customer alone")
    assert dora.got == [("to all", "Wat vervelend, we zoeken het uit."), ("alone", "Wat is je klantnummer?")]


def test_alone_it_goes_once_and_then_the_next_is_public_again(alice: Desk, dora: Commenter) -> None:
    dora.comments("Bel me eens terug")
    alice.opens_of(dora.name)
    chooses(alice, "To the customer alone")
    alice.answers("Op welk nummer?")
    expect(alice.bubble("Op welk nummer?").locator(".sending__state")).to_have_text("Sent")
    expect(whom(alice).get_by_label("To the customer alone")).to_be_disabled()
    expect(alice.thread).to_contain_text("This was answered to the customer alone already.")
    alice.answers("We hebben je een bericht gestuurd.")
    expect(alice.bubble("We hebben je een bericht gestuurd.").locator(".sending__state")).to_have_text("Sent")
    assert dora.got == [("alone", "Op welk nummer?"), ("to all", "We hebben je een bericht gestuurd.")]

    dora.comments("En nu iets anders")
    alice.goes_to("/desk/all/").list.get_by_text("En nu iets anders").first.click()
    expect(alice.timeline).to_contain_text("En nu iets anders")
    expect(whom(alice).get_by_label("To the customer alone")).to_be_enabled()


def test_what_was_chosen_for_one_is_never_sent_to_all(alice: Desk, dora: Commenter) -> None:
    dora.comments("Mijn rekening klopt niet")
    alice.opens_of(dora.name)
    chooses(alice, "To the customer alone")
    alice.text.fill("Je stond 312 euro in de min.")
    expect(alice.composer_state).to_have_text("Saved")
    # The whole pane is fetched anew; what is being written, and for whom, stays.
    alice.claims()
    expect(whom(alice).get_by_label("To the customer alone")).to_be_checked()
    alice.sends()
    expect(alice.bubble("312 euro").locator(".sending__state")).to_have_text("Sent")
    assert dora.got == [("alone", "Je stond 312 euro in de min.")]
    expect(whom(alice).get_by_label("In public")).to_be_checked()


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everybody_can_use_it(office: Office, dora: Commenter, window: Any) -> None:
    inspector = Inspector(office, viewport=window)
    dora.comments("Kan iedereen dit lezen?")
    desk = inspector.desk_of("Alice").opens_of(dora.name)
    desk.text.fill("Nu nog wel.")
    inspector.looks(desk, "in public")
    chooses(desk, "To the customer alone")
    expect(desk.thread).to_contain_text(f"Only {dora.name} reads this")
    inspector.looks(desk, "to the customer alone")
    desk.sends()
    expect(desk.bubble("Nu nog wel.")).to_contain_text("To the customer alone")
    inspector.looks(desk, "no more alone")
    assert inspector.found == {}
