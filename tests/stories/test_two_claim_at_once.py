"""Two people claim the same conversation at the same moment: one has it, the other is told who."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def test_the_later_is_told_also_when_they_have_seen_it_already(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Mine {dora.address}"
    dora.mails(subject, "Who takes it?")
    bob = office.desk_of("Bob")
    bob.faults.expect("409")
    for desk in (alice, bob):
        desk.goes_to("/desk/unassigned/").opens(subject)
    claims: list[Route] = []
    bob.meets("**/assignment/", lambda route: claims.append(route), times=1)
    with bob.page.expect_request("**/assignment/"):
        bob.button("Claim").click()
    alice.claims()
    # What was clicked stands there no more.
    expect(bob.button("Claim")).to_have_count(0)
    claims[0].continue_()
    expect(bob.toast).to_contain_text("Alice was just before you.")


@pytest.mark.parametrize("time", [1, 2, 3])
def test_one_has_it_and_the_other_is_told(office: Office, alice: Desk, dora: Customer, time: int) -> None:
    subject = f"Mine {time} {dora.address}"
    dora.mails(subject, "Who takes it?")
    desks = [alice, office.desk_of("Bob")]
    for desk in desks:
        desk.faults.expect("409")
        desk.goes_to("/desk/unassigned/").opens(subject)
    # Both have clicked before either is heard: a desk that hears of the other's claim offers none.
    claims: list[Route] = []
    for desk in desks:
        desk.meets("**/assignment/", lambda route: claims.append(route), times=1)
        with desk.page.expect_request("**/assignment/"):
            desk.button("Claim").click()
    for claim in claims:
        claim.continue_()

    toast = alice.toast.or_(alice.button("Let go"))
    expect(toast).to_be_visible()
    has_it, has_not = desks if alice.button("Let go").is_visible() else reversed(desks)
    expect(has_it.button("Let go")).to_be_visible()
    name = "Alice" if has_it is alice else "Bob"
    expect(has_not.toast).to_contain_text(f"{name} was just before you.")
    expect(has_not.timeline).to_contain_text(f"{name} took this on")
    expect(has_not.timeline.get_by_text("took this on")).to_have_count(1)
