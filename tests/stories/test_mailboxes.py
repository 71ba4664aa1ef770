"""Mail that stands in a mailbox elsewhere comes to the desk, and what becomes of each mailbox can be seen."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import psycopg
import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Desk, Office
from tests.mailboxes import BadLine, ImapServer, Owner
from tests.servers import PROJECT, Ninelives, PostOffice, wait_for
from tests.stories.letters import letter


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def owner(server: ImapServer) -> Owner:
    return server.owner("info")


@pytest.fixture
def eva(office: Office) -> Desk:
    """The team lead."""
    return office.desk_of("Eva")


@dataclass
class Keeper:
    """Whoever runs Ninelives, at the command line."""

    running: Ninelives
    names: list[str] = field(default_factory=list)

    def adds(self, owner: Owner, brand: str = "Zonnestroom", **more: str) -> str:
        name = f"Info {owner.user}"
        self.names.append(name)
        told = owner.settings(**more)
        words = [word for key, value in told.items() for word in ("--set", f"{key}={value}")]
        self.types("add", "imap", "--name", name, "--brand", brand, *words)
        return name

    def types(self, *words: str) -> dict[str, object]:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "ninelives", "channel", *words],
            env={**os.environ, **self.running.environ},
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        return dict(json.loads(ran.stdout))


@pytest.fixture
def keeper(running: Ninelives) -> Iterator[Keeper]:
    keeper = Keeper(running)
    yield keeper
    for name in keeper.names:
        keeper.types("set", name, "--set", "is_active=0")


def question(subject: str, text: str, **more: str) -> EmailMessage:
    return letter("Bram Smits <bram@example.net>", subject, text, **more)


def test_a_question_from_the_mailbox_is_answered_in_its_thread(
    keeper: Keeper, owner: Owner, alice: Desk, post_office: PostOffice
) -> None:
    asked = question("Fetched: which tariff?", "Day or night?", to=owner.user)
    owner.gets(bytes(asked))
    keeper.adds(owner)
    alice.goes_to("/desk/unassigned/").opens("Fetched: which tariff?")
    alice.answers("Night.")
    [answer] = post_office.wait_for_letters("bram@example.net")
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert answer["From"].addresses[0].addr_spec == owner.user
    back = str(answer["Reply-To"].addresses[0].addr_spec)
    owner.gets(bytes(question("Re: Fetched: which tariff?", "Thank you!", to=back, in_reply_to=answer["Message-ID"])))
    expect(alice.bubble("Thank you!")).to_be_visible()
    assert owner.flags() == [(), ()]


def test_a_team_lead_sees_how_each_mailbox_goes(keeper: Keeper, owner: Owner, eva: Desk) -> None:
    with BadLine(owner.server.port) as line:
        owner.gets(bytes(question("Fetched: one", "1")))
        name = keeper.adds(owner, port=str(line.port))
        eva.goes_to("/ledger/").page.get_by_role("link", name="Mailboxes").click()
        row = row_of(eva, name)
        expect(row).to_contain_text("Up to date")
        owner.gets(bytes(question("Fetched: two", "2")))
        expect(row.get_by_role("cell").nth(2)).to_have_text("2")

        line.fault = lambda command: b"TAG NO [AUTHENTICATIONFAILED] go away\r\n" if b"LOGIN" in command else None
        line.cut()
        expect(row).to_contain_text("Cannot be fetched")
        expect(row).to_contain_text("The mail server refuses the user name or the password")
        eva.goes_to("/ledger/")
        expect(eva.page.get_by_role("link", name="Mailboxes")).to_contain_text("a look")


def test_what_could_not_be_handed_over_is_fetched_again_from_the_ledger(
    keeper: Keeper, owner: Owner, eva: Desk
) -> None:
    with BadLine(owner.server.port) as line:
        line.fault = lambda command: b"TAG NO later\r\n" if b"BODY.PEEK[]" in command else None
        owner.gets(bytes(question("Fetched: stubborn", "It does not come.")))
        keeper.adds(owner, port=str(line.port))

        def quarantined() -> Locator | None:
            eva.goes_to("/ledger/?state=quarantined")
            found = eva.page.get_by_role("row").filter(has_text="could not hand over")
            return found.first if found.count() else None

        row = wait_for(quarantined, "the mail in quarantine", 30)
        row.get_by_role("link").click()
        expect(eva.page.locator("pre")).to_contain_text("Subject: Fetched: stubborn")
        line.fault = lambda command: None
        eva.page.get_by_role("button", name="Replay").click()
        eva.goes_to("/desk/all/?q=stubborn")
        expect(eva.row("Fetched: stubborn")).to_be_visible(timeout=20_000)


def test_killed_in_the_middle_every_mail_comes_in_once(keeper: Keeper, owner: Owner, running: Ninelives) -> None:
    for number in range(200):
        owner.gets_while_away(bytes(question(f"Fetched {number}", f"Number {number}")))
    # Of the other brand, whose lists no other story looks at.
    name = keeper.adds(owner, brand="Windkracht")
    with psycopg.connect(running.environ["DATABASE_URL"], autocommit=True) as database:

        def found(columns: str, table: str) -> list[str]:
            asked = (
                f"SELECT {columns} FROM {table} AS it JOIN channels_channelaccount AS account"
                " ON account.id = account_id"
            )
            return [str(value) for (value,) in database.execute(f"{asked} WHERE account.name = %s", [name])]

        for so_far in (1, 60):
            wait_for(lambda so_far=so_far: len(found("key", "channels_receipt")) >= so_far, f"{so_far} mails")
            running.kill("worker")
        wait_for(lambda: len(found("key", "channels_receipt")) == 200, "all mails")
        wait_for(lambda: set(found("it.state", "channels_receipt")) == {"processed"}, "all to be processed", 120)
        texts = found("text", "conversations_message")
    assert sorted(text.strip() for text in texts) == sorted(f"Number {number}" for number in range(200))


def row_of(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("row").filter(has_text=name)
