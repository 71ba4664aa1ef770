"""At the bus stop: one thing at a time on a small screen, and nothing that covers the way back."""

from playwright.sync_api import expect

from tests.browser import Office
from tests.stories.people import Customer


def test_the_customer_is_looked_up_and_put_away_by_finger(office: Office, dora: Customer) -> None:
    first = dora.mails(f"First {dora.address}")["Subject"]
    second = dora.mails(f"Second {dora.address}")["Subject"]
    telephone = office.desk_of("Alice", viewport={"width": 390, "height": 844})
    telephone.goes_to("/desk/unassigned/").opens(second)
    expect(telephone.head.get_by_role("heading", name=second)).to_be_in_viewport(ratio=1)
    customer = telephone.page.get_by_role("complementary", name="Customer")
    expect(customer).to_be_hidden()

    telephone.head.get_by_role("button", name="Customer", exact=True).click()
    expect(customer).to_be_visible()
    customer.get_by_role("button", name="Hide the customer").click()
    expect(customer).to_be_hidden()

    telephone.head.get_by_role("button", name="Customer", exact=True).click()
    customer.get_by_role("link", name=first).click()
    expect(telephone.head.get_by_role("heading", name=first)).to_be_visible()
    expect(customer).to_be_hidden()
    expect(telephone.head.get_by_role("button", name="Customer", exact=True)).to_have_attribute(
        "aria-expanded", "false"
    )
