"""Two people claim the same conversation at the same moment: one has it, the other is told who."""

import pytest
from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer

AT_THE_SAME_MOMENT = "(button, moment) => setTimeout(() => button.click(), moment - Date.now())"


@pytest.mark.parametrize("time", [1, 2, 3])
def test_one_has_it_and_the_other_is_told(office: Office, alice: Desk, dora: Customer, time: int) -> None:
    subject = f"Mine {time} {dora.address}"
    dora.mails(subject, "Who takes it?")
    desks = [alice, office.desk_of("Bob")]
    for desk in desks:
        desk.faults.expect("409")
        desk.goes_to("/desk/unassigned/").opens(subject)
    moment = alice.page.evaluate("Date.now() + 300")
    for desk in desks:
        desk.button("Claim").evaluate(AT_THE_SAME_MOMENT, moment)

    toast = alice.toast.or_(alice.button("Let go"))
    expect(toast).to_be_visible()
    has_it, has_not = desks if alice.button("Let go").is_visible() else reversed(desks)
    expect(has_it.button("Let go")).to_be_visible()
    name = "Alice" if has_it is alice else "Bob"
    expect(has_not.toast).to_contain_text(f"{name} was just before you.")
    expect(has_not.timeline).to_contain_text(f"{name} took this on")
    expect(has_not.timeline.get_by_text("took this on")).to_have_count(1)
