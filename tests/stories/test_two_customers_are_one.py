"""Alice sees that two customers are one and joins them; a week and forty messages later they are two again."""

import psycopg
import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.servers import Ninelives, PostOffice, wait_for
from tests.stories.people import Customer

# A name of its own for each story: who is called alike is suggested.
FAMILIES = iter(("Abelsma", "Boonstra", "Claassen", "Dingemans", "Everaerts", "Fokkema", "Groenewegen", "Hofstede"))


@pytest.fixture
def dora(running: Ninelives, post_office: PostOffice) -> Customer:
    family = next(FAMILIES)
    return Customer(f"Dora {family}", f"dora@{family.lower()}.example", running, post_office)


@pytest.fixture
def also_dora(dora: Customer, running: Ninelives, post_office: PostOffice) -> Customer:
    """She writes from her work, too, and shorter."""
    family = dora.name.rpartition(" ")[2]
    return Customer(f"D. {family}", f"d.{family.lower()}@work.example", running, post_office)


@pytest.fixture
def subject(dora: Customer, also_dora: Customer, alice: Desk) -> str:
    """Both asked the same, and Alice has it on her list."""
    subject = f"Moving house {dora.address}"
    dora.mails(subject, "We move on the first of May.")
    also_dora.mails(f"Re: {subject}", "Did you get my mail about moving?")
    alice.goes_to("/desk/all/")
    expect(alice.row(subject)).to_have_count(2)
    return subject


def opens(desk: Desk, customer: Customer) -> Desk:
    desk.list.get_by_role("listitem").filter(has_text=customer.name).get_by_role("link").first.click()
    expect(desk.thread.locator(".thread__customer")).to_have_text(customer.name)
    return desk


def suggestion(desk: Desk) -> Locator:
    return desk.customer.locator(".double")


def joins(desk: Desk, kept: Customer) -> None:
    suggestion(desk).get_by_role("link", name="Compare").click()
    expect(desk.page.get_by_role("heading", name="One customer?")).to_be_visible()
    side(desk, kept).get_by_label("This name stays").check()
    desk.page.get_by_role("button", name="Join", exact=True).click()
    expect(desk.toast).to_contain_text("are one customer now")


def side(desk: Desk, customer: Customer) -> Locator:
    return desk.page.get_by_role("region", name=customer.name, exact=True)


def test_joined_after_seeing_both_and_undone_at_once(
    alice: Desk, office: Office, dora: Customer, also_dora: Customer, subject: str
) -> None:
    bob = office.desk_of("Bob").goes_to("/desk/all/")
    opens(alice, also_dora).writes("I was about to say")
    expect(alice.composer_state).to_have_text("Saved")
    expect(suggestion(alice)).to_contain_text(f"May be {dora.name}: (nearly) the same name, same subject (0.56)")

    suggestion(alice).get_by_role("link", name="Compare").click()
    for one, said in ((dora, "We move on the first of May."), (also_dora, "Did you get my mail")):
        expect(side(alice, one)).to_contain_text(one.address)
        expect(side(alice, one)).to_contain_text(said)
    side(alice, dora).get_by_label("This name stays").check()
    alice.page.get_by_role("button", name="Join", exact=True).click()

    expect(alice.thread.locator(".thread__customer")).to_have_text(dora.name)
    expect(alice.timeline).to_contain_text(f"Alice joined {dora.name} and {also_dora.name}: one customer")
    for address in (dora.address, also_dora.address):
        expect(alice.customer.locator(".addresses")).to_contain_text(address)
    expect(alice.text).to_have_value("I was about to say")
    expect(bob.list.get_by_text(also_dora.name)).to_have_count(0)

    alice.toast.get_by_role("button", name="Undo").click()
    expect(alice.toast).to_contain_text("are two customers again")
    expect(alice.thread.locator(".thread__customer")).to_have_text(also_dora.name)
    expect(alice.customer.locator(".addresses")).not_to_contain_text(dora.address)
    expect(bob.list.get_by_text(also_dora.name)).to_have_count(1)
    expect(alice.text).to_have_value("I was about to say")


def test_a_colleague_undoes_it_on_the_timeline(
    alice: Desk, office: Office, dora: Customer, also_dora: Customer, subject: str
) -> None:
    joins(opens(alice, also_dora), dora)
    bob = office.desk_of("Bob").goes_to(alice.page.url.removeprefix(alice.url))
    bob.timeline.get_by_role("listitem").filter(has_text="Alice joined").get_by_role("button", name="Undo").click()
    for desk in (bob, alice):
        expect(desk.thread.locator(".thread__customer")).to_have_text(also_dora.name)
        expect(desk.timeline).to_contain_text(f"Bob took {dora.name} and {also_dora.name} apart again")
        expect(desk.customer.locator(".addresses")).not_to_contain_text(dora.address)


def test_a_week_and_forty_messages_later_each_message_is_back(
    alice: Desk, running: Ninelives, dora: Customer, also_dora: Customer, subject: str
) -> None:
    joins(opens(alice, also_dora), dora)
    for one in (dora, also_dora):
        first = one.mails(f"Something else of {one.address}", "Message 0")
        for number in range(1, 20):
            one.mails(str(first["Subject"]), f"Message {number}", in_reply_to=first["Message-ID"])
    with psycopg.connect(running.environ["DATABASE_URL"], autocommit=True) as database:
        wait_for(lambda: told(database, dora) == told(database, also_dora) == 21, "forty messages")
        a_week_passes(database)

    alice.goes_to("/desk/all/?q=Something")
    for one in (dora, also_dora):
        alice.opens(f"Something else of {one.address}")
        expect(alice.thread.locator(".thread__customer")).to_have_text(dora.name)
        expect(alice.timeline.locator("li.bubble--inbound")).to_have_count(20)
    expect(alice.customer.locator(".story__one")).to_have_count(4)

    alice.customer.get_by_role("link", name=dora.name).click()
    history = alice.page.get_by_role("region", name="Joined and taken apart")
    expect(history).to_contain_text(f"Alice joined {dora.name} and {also_dora.name}: one customer")
    history.get_by_role("button", name="Take apart").click()
    expect(alice.toast).to_contain_text("are two customers again")

    alice.goes_to("/desk/all/?q=Something")
    for one, other in ((dora, also_dora), (also_dora, dora)):
        alice.opens(f"Something else of {one.address}")
        expect(alice.thread.locator(".thread__customer")).to_have_text(one.name)
        expect(alice.timeline.locator("li.bubble--inbound")).to_have_count(20)
        expect(alice.timeline.locator("li.bubble--inbound").filter(has_text=other.address)).to_have_count(0)
        expect(alice.customer.locator(".story__one")).to_have_count(2)
        expect(alice.customer.locator(".addresses")).not_to_contain_text(other.address)


def told(database: "psycopg.Connection[tuple[int]]", one: Customer) -> int:
    query = "SELECT count(*) FROM conversations_message WHERE sender_address = %s AND direction = 'inbound'"
    row = database.execute(query, [one.address]).fetchone()
    return row[0] if row else 0


def a_week_passes(database: "psycopg.Connection[tuple[int]]") -> None:
    for table, moments in {
        "customers_customermerge": ("at",),
        "conversations_message": ("occurred_at", "received_at"),
        "conversations_conversation": ("created_at", "last_at", "waiting_since"),
    }.items():
        earlier = ", ".join(f"{moment} = {moment} - interval '7 days'" for moment in moments)
        database.execute(f"UPDATE {table} SET {earlier}")  # type: ignore[arg-type]


def test_not_the_same_is_asked_once(alice: Desk, dora: Customer, also_dora: Customer, subject: str) -> None:
    opens(alice, dora)
    suggestion(alice).get_by_role("button", name="Not the same").click()
    expect(suggestion(alice)).to_contain_text(f"Not {also_dora.name}, says Alice")
    alice.page.reload()
    expect(suggestion(alice)).not_to_contain_text("May be")
    suggestion(alice).get_by_role("button", name="Undo").click()
    expect(suggestion(alice)).to_contain_text(f"May be {also_dora.name}")


def test_the_other_one_is_found_by_some_letters_with_the_keys_alone(
    alice: Desk, dora: Customer, also_dora: Customer, subject: str
) -> None:
    opens(alice, dora)
    alice.page.keyboard.press("g")
    alice.page.keyboard.press("j")
    expect(alice.page.get_by_role("searchbox", name="Find a customer")).to_be_focused()
    alice.page.keyboard.type(also_dora.address[:9])
    expect(alice.page.locator("#choices")).to_contain_text("Found")
    alice.page.locator("#choices").get_by_role("link", name=also_dora.address).press("Enter")
    alice.page.get_by_role("button", name="Join", exact=True).press("Enter")
    expect(alice.customer.locator(".addresses")).to_contain_text(also_dora.address)


def test_who_acts_for_whom_stands_at_both(alice: Desk, dora: Customer, also_dora: Customer, subject: str) -> None:
    opens(alice, also_dora).customer.get_by_role("link", name="Add a relation…").click()
    alice.page.get_by_label("acts for").check()
    alice.page.get_by_role("searchbox", name="Find a customer").fill(dora.address)
    alice.page.get_by_role("button", name=dora.address).click()
    expect(alice.customer.locator(".relations")).to_contain_text(f"Acts for {dora.name}")

    alice.customer.locator(".relations").get_by_role("link", name=dora.name).click()
    expect(alice.page.locator(".relations")).to_contain_text(f"Represented by {also_dora.name}")
    alice.page.get_by_role("button", name="No longer: Represented by").click()
    expect(alice.page.locator(".relations")).to_contain_text("None known")
