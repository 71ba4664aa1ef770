"""Another system hears what happens, whatever becomes of it or of us, and an administrator sees that it does."""

import json
import re
import socket
import threading
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.receivers import Receiver, status
from tests.servers import Ninelives, wait_for
from tests.stories.people import Customer


@pytest.fixture
def iris(office: Office) -> Desk:
    """The administrator."""
    return office.desk_of("Iris")


class Machine:
    """Somebody's script with a token."""

    def __init__(self, ninelives: Ninelives, bearer: str) -> None:
        self.ninelives, self.bearer = ninelives, bearer

    def ask(self, method: str, path: str, said: object = None) -> Any:
        body = None if said is None else json.dumps(said).encode()
        headers = {"Authorization": self.bearer, "Content-Type": "application/json"}
        request = Request(f"{self.ninelives.url}/api/v1{path}", body, headers, method=method)
        with urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "null")


@pytest.fixture
def machine(running: Ninelives) -> Machine:
    return Machine(running, running.bearer)


def test_a_mail_an_answer_and_a_closure_are_heard(office: Office, dora: Customer, machine: Machine) -> None:
    with Receiver() as receiver:
        made = machine.ask("POST", "/webhooks", {"url": receiver.url})
        subject = f"Heat pump {dora.address}"
        dora.mails(subject, "It hums.")
        alice = office.desk_of("Alice").goes_to("/desk/unassigned/").opens(subject)
        alice.claims()
        alice.answers("We come and listen.")
        dora.receives()

        def heard() -> set[str]:
            """Of this conversation: of others' it hears, too."""
            told = [one.verified(made["secret"]) for one in list(receiver.heard)]
            return {one["type"] for one in told if (one["data"].get("conversation") or {}).get("subject") == subject}

        before = {
            "conversation.opened",
            "message.received",
            "conversation.assigned",
            "message.sent",
            "delivery.settled",
        }
        wait_for(lambda: heard() == before, "what happened until it was closed")
        alice.closes()
        wait_for(lambda: heard() == before | {"conversation.closed"}, "that it was closed")
        machine.ask("DELETE", f"/webhooks/{made['id']}")


def test_killed_between_the_call_and_its_note_it_is_called_again_under_the_same_id(
    running: Ninelives, machine: Machine
) -> None:
    is_over = threading.Event()

    def hangs(line: socket.socket) -> None:
        is_over.wait(60)

    with Receiver(hangs) as receiver:
        made = machine.ask("POST", "/webhooks", {"url": receiver.url, "events": ["note.written"]})
        call = machine.ask("POST", f"/webhooks/{made['id']}/test")
        receiver.wait_for(1)
        with psycopg.connect(running.environ["DATABASE_URL"], autocommit=True) as database:
            # Its lease is over as soon as nobody has it.
            database.execute("UPDATE webhooks_call SET due_at = now() WHERE id = %s", [call["id"]])
        running.kill("worker")
        first, second = receiver.wait_for(2, patience=60)
        is_over.set()
        assert first.id == second.id == call["id"]
        assert second.verified(made["secret"]) == json.loads(first.body)

        def is_heard() -> bool:
            told = machine.ask("GET", f"/webhooks/{made['id']}/calls/{call['id']}")
            return bool(told["state"] == "succeeded")

        wait_for(is_heard, "the success to be written down", 20)
        machine.ask("DELETE", f"/webhooks/{made['id']}")


def test_an_administrator_makes_one_sees_it_fail_and_has_it_called_again(iris: Desk) -> None:
    with Receiver(always=status(503, body=b"Out of paper")) as receiver:
        iris.goes_to("/webhooks/").page.get_by_role("link", name="New webhook").click()
        iris.page.get_by_label("Address").fill(receiver.url)
        iris.page.get_by_label("everything below").uncheck()
        iris.page.get_by_label("A customer wrote").check()
        iris.page.get_by_role("button", name="Make").click()
        secret = iris.page.get_by_label("Secret").input_value()
        iris.page.get_by_role("link", name="I have it").click()
        expect(iris.page.get_by_text("message.received")).to_be_visible()
        assert secret not in iris.page.content()

        iris.page.keyboard.press("t")
        title = iris.page.get_by_role("heading", level=1)
        expect(title).to_contain_text("Failed, tried again")
        expect(iris.page.get_by_text("Out of paper").first).to_be_visible()
        assert receiver.heard[0].verified(secret)["type"] == "webhook.test"

        receiver.always = status(200)
        iris.page.get_by_role("button", name="Call again").click()
        expect(title).to_contain_text("Heard")
        assert len({one.id for one in receiver.heard}) == 1

        iris.page.get_by_role("link", name=receiver.url).click()
        expect(iris.page.get_by_role("row").filter(has_text="webhook.test")).to_contain_text("Heard")
        iris.page.get_by_role("button", name="Switch off").click()
        expect(iris.page.get_by_text("It was switched off.")).to_be_visible()
        iris.page.get_by_role("button", name="Switch on").click()
        iris.page.get_by_role("button", name="New secret").click()
        assert iris.page.get_by_label("Secret").input_value() != secret
        iris.page.get_by_role("link", name="I have it").click()
        iris.page.get_by_role("link", name="Change").click()
        iris.page.get_by_role("button", name="End this webhook").click()
        expect(iris.page.get_by_role("link", name=receiver.url)).to_have_count(0)


def test_a_place_inside_is_refused_in_words(iris: Desk) -> None:
    iris.faults.expect("422")
    iris.goes_to("/webhooks/new/").page.get_by_label("Address").fill("http://192.168.1.1/")
    iris.page.get_by_role("button", name="Make").click()
    expect(iris.page.get_by_role("alert")).to_contain_text("a place inside")
    expect(iris.page.get_by_label("Address")).to_have_value("http://192.168.1.1/")


def test_it_is_for_administrators(office: Office) -> None:
    eva = office.desk_of("Eva")
    eva.faults.expect("403")
    eva.goes_to("/")
    expect(eva.page.get_by_role("link", name=re.compile("Ledger"))).to_be_visible()
    expect(eva.page.get_by_role("link", name="Webhooks")).to_have_count(0)
    assert eva.request("/webhooks/").status == 403
