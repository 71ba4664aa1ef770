"""Two Ninelives that each confirm what comes in, connected by real SMTP: confirmations end, whatever lies between."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid

import psycopg
import pytest

from ninelives.conversations.actions.answering import AUTOMATIC_BUDGET
from tests.servers import Ninelives, PostOffice, fresh_database, migrated_database, run_module, wait_for
from tests.stories.letters import letter

# Two of each: a budget belongs to an address, and each test spends its own.
PAIRS = (("hello@here.example", "desk@there.example"), ("info@here.example", "mail@there.example"))
_WAITING = (
    "SELECT (SELECT count(*) FROM channels_receipt WHERE state = 'stored')"
    " + (SELECT count(*) FROM channels_delivery WHERE state IN ('waiting', 'sending'))"
)
_MARKS = ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Ninelives-Conversation", "Return-Path")
_THREAD = ("In-Reply-To", "References")
Relay = Callable[[bytes], bytes]


class Pair:
    """Here and there; what leaves one arrives at the other, through a relay that may change it."""

    def __init__(self, homes: ExitStack) -> None:
        self.relay: Relay = as_it_is
        offices = [homes.enter_context(PostOffice()) for _ in range(2)]
        urls = [migrated_database("ninelives_here")]
        run_module("tests.stories.organisation", DATABASE_URL=urls[0])
        urls.append(fresh_database("ninelives_there", like=urls[0]))
        homes_of = zip(urls, offices, zip(*PAIRS, strict=True), strict=True)
        self.here, self.there = (homes.enter_context(home(*one)) for one in homes_of)
        offices[0].hands_on, offices[1].hands_on = self._to(self.there), self._to(self.here)

    def begins(self, pair: tuple[str, str], relay: Relay) -> dict[str, int]:
        """Somebody who works there writes to us by hand, who are one as well; what each said when it has ended."""
        self.relay, (here, there), before = relay, pair, self._counts()
        self._give(
            self.here, there, here, letter(f"There <{there}>", "A question", "Are you there?", to=here).as_bytes()
        )
        self._wait_until_quiet()
        return {name: count - before[name] for name, count in self._counts().items()}

    def _wait_until_quiet(self) -> None:
        def is_quiet() -> bool:
            before = self._counts()
            return not any(self._ask(one, _WAITING) for one in (self.here, self.there)) and self._counts() == before

        wait_for(is_quiet, "the last mail")

    def _counts(self) -> dict[str, int]:
        """Messages of each, in and out."""
        told = "SELECT count(*) FROM conversations_message WHERE direction = %s"
        homes, ways = {"here": self.here, "there": self.there}, ("inbound", "outbound")
        return {f"{name} {way}": self._ask(one, told, way) for name, one in homes.items() for way in ways}

    def _to(self, home: Ninelives) -> Callable[[str, bytes], None]:
        def hand_on(address: str, raw: bytes) -> None:
            sender = str(message_from_bytes(raw, policy=policy.default)["From"].addresses[0].addr_spec)
            self._give(home, sender, address, self.relay(raw))

        return hand_on

    def _give(self, home: Ninelives, sender: str, recipient: str, raw: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", home.smtp_port, timeout=20) as door:
            door.sendmail(sender, [recipient], raw)

    def _ask(self, home: Ninelives, statement: str, *given: str) -> int:
        with psycopg.connect(home.environ["DATABASE_URL"]) as database:
            row = database.execute(statement, given).fetchone()
            return int(row[0]) if row else 0


def home(url: str, office: PostOffice, addresses: tuple[str, ...]) -> Ninelives:
    run_module("tests.stories.confirming", DATABASE_URL=url, ADDRESSES=" ".join(addresses))
    return Ninelives(url, office.address)


def as_it_is(raw: bytes) -> bytes:
    return raw


def without_marks(raw: bytes) -> bytes:
    """As the worst gateways do: nothing says any more that a machine wrote it, nor what it answers."""
    told = message_from_bytes(raw, policy=policy.default)
    assert isinstance(told, EmailMessage)
    for name in (*_MARKS, *_THREAD, "Subject", "Reply-To", "Message-ID"):
        del told[name]
    told["Subject"], told["Message-ID"] = "Hello", make_msgid(domain="relay.example")
    return told.as_bytes()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with ExitStack() as homes:
        yield Pair(homes)


def test_a_confirmation_is_never_confirmed(pair: Pair) -> None:
    said = pair.begins(PAIRS[0], as_it_is)

    assert said == {"here inbound": 1, "here outbound": 1, "there inbound": 1, "there outbound": 0}


def test_where_no_mark_is_left_a_budget_ends_it(pair: Pair) -> None:
    said = pair.begins(PAIRS[1], without_marks)

    most = AUTOMATIC_BUDGET
    assert said == {"here inbound": 1 + most, "here outbound": most, "there inbound": most, "there outbound": most}
