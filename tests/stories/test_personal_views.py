"""A view that somebody made follows what happens, and is theirs alone."""

from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def test_what_waits_comes_and_leaves_with_its_count(office: Office, alice: Desk, dora: Customer) -> None:
    name = f"Waits {dora.address}"
    dora.mails(f"First {dora.address}")
    alice.goes_to("/desk/unassigned/")
    expect(alice.row(f"First {dora.address}")).to_be_visible()
    alice.page.keyboard.press("v")
    alice.page.get_by_label("Name").fill(name)
    alice.page.get_by_label("Whose").select_option("Bob")
    alice.page.get_by_role("button", name="Save").click()
    tab = alice.list.get_by_role("link", name=name)
    expect(tab).to_have_attribute("aria-current", "page")
    expect(alice.row(f"First {dora.address}")).to_have_count(0)

    bob = office.desk_of("Bob").goes_to("/desk/unassigned/").opens(f"First {dora.address}")
    before = alice.list.locator(".row").count()
    bob.claims()
    expect(alice.row(f"First {dora.address}")).to_be_visible()
    expect(tab).to_contain_text(str(before + 1))
    bob.button("Let go").click()
    expect(alice.row(f"First {dora.address}")).to_have_count(0)
    expect(bob.list.get_by_role("link", name=name)).to_have_count(0)
