"""Filling a database with conversations, quickly and as they would be: COPY, in the order of time."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from bench.words import Language, languages, person
from ninelives.foundation.ids import new_id

BATCH = 1000
# Words put in on purpose: one in this share of all messages, and one in so many messages in all.
COMMON, COMMON_SHARE = "terugbelverzoek", 0.05
RARE, RARE_TIMES = "lekdetectiebon", 3
SUBJECTS = ("Factuur", "Verhuizing", "Meterstand", "Zonnepanelen", "Storing", "Contract", "Invoice", "Moving house")
# One in so many customers has a telephone number; one in so many messages a file, called after what it is about.
TELEPHONES, FILES = 3, 12
_NEUTRAL = {"boolean": False, "smallint": 0, "integer": 0, "bigint": 0, "ARRAY": "{}", "jsonb": "{}"}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Account:
    id: UUID
    brand: UUID
    base: UUID
    address: str


@dataclass
class Customer:
    id: UUID
    name: str
    address: str
    language: Language
    account: Account


@dataclass
class Rows:
    """What waits to be copied, by table."""

    of: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, *values: Any) -> None:
        self.of.setdefault(table, []).append(values)


TABLES: dict[str, Sequence[str]] = {
    "customers_customer": ("id", "base_id", "kind", "name", "language", "created_at"),
    "customers_customeraddress": ("id", "customer_id", "base_id", "kind", "value", "proof", "created_at"),
    "channels_receipt": (
        "id", "account_id", "key", "lane", "state", "raw", "size", "envelope_from", "envelope_to", "received_at",
        "processed_at",
    ),
    "channels_delivery": ("id", "account_id", "external_id", "state", "outbound", "due_at", "created_at", "settled_at"),
    "conversations_conversation": (
        "id", "customer_id", "account_id", "brand_id", "subject", "status", "assignee_id", "created_at", "last_at",
        "waiting_since", "heard_at", "preview",
    ),
    "conversations_participant": ("conversation_id", "kind", "value", "name"),
    "conversations_assignment": ("id", "conversation_id", "person_id", "by_person_id", "at"),
    "conversations_closure": ("id", "conversation_id", "by_person_id", "at"),
    "conversations_message": (
        "id", "conversation_id", "account_id", "direction", "customer_id", "by_person_id", "receipt_id", "delivery_id",
        "sender_name", "sender_address", "recipient", "subject", "text", "html", "own_text", "own_html", "occurred_at",
        "received_at", "external_id", "fingerprint", "proof", "has_files",
    ),
    "foundation_file": ("sha256", "size", "created_at"),
    "conversations_attachment": ("id", "message_id", "file_id", "name", "media_type", "size"),
}  # fmt: skip


def fill(url: str, conversations: int, messages: int, *, seed: int = 1) -> None:
    """So many conversations of so many messages, over the brands, mailboxes and agents that are there; analysed."""
    with psycopg.connect(url) as database:
        makers = Making(database, conversations, messages, seed)
        for rows in makers.batches():
            for table, columns in TABLES.items():
                copy(database, table, columns, rows.of.get(table, ()))
            database.commit()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM (ANALYZE)")


def copy(database: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    missing = _missing(database, table, columns)
    names = sql.SQL(",").join(sql.Identifier(column) for column in (*columns, *missing))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    rest = tuple(missing.values())
    with database.cursor().copy(statement) as target:
        for row in rows:
            target.write_row(row + rest)


def _missing(database: psycopg.Connection[Any], table: str, columns: Sequence[str]) -> dict[str, Any]:
    """A neutral value for every other column that must have one."""
    found = database.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'",
        [table],
    )
    now = datetime.now(UTC)
    others = [(name, kind) for name, kind in found if name not in columns]
    return {name: now if kind.startswith("timestamp") else _NEUTRAL.get(kind, "") for name, kind in others}


class Making:
    def __init__(self, database: psycopg.Connection[Any], conversations: int, messages: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.count, self.messages = conversations, messages
        self.accounts = self._accounts(database)
        agents = database.execute("SELECT id FROM accounts_person WHERE role = 'agent'").fetchall()
        self.agents = [row[0] for row in agents]
        self.customers: list[Customer] = []
        self.begin = datetime.now(UTC) - timedelta(days=500)
        rare = self.random.sample(range(conversations * messages), min(RARE_TIMES, conversations))
        self.rare, self.said = frozenset(rare), 0

    def batches(self) -> Iterator[Rows]:
        for start in range(0, self.count, BATCH):
            rows = Rows()
            for number in range(start, min(start + BATCH, self.count)):
                self._conversation(rows, number)
            yield rows

    def _accounts(self, database: psycopg.Connection[Any]) -> list[Account]:
        found = database.execute(
            "SELECT a.id, a.brand_id, b.base_id, a.address FROM channels_channelaccount a"
            " JOIN accounts_brand b ON b.id = a.brand_id WHERE kind = 'mail' ORDER BY a.created_at"
        ).fetchall()
        return [Account(*row) for row in found]

    def _customer(self, rows: Rows, at: datetime) -> Customer:
        """Some write often: of those who are there, half of all conversations go to one fifth."""
        draw = self.random
        if self.customers and draw.random() < 0.6:
            among = len(self.customers) if draw.random() < 0.4 else max(1, len(self.customers) // 50)
            return self.customers[draw.randrange(among)]
        name, address = person(draw)
        account = draw.choices(self.accounts, [6, 3, 1][: len(self.accounts)])[0]
        number = len(self.customers)
        customer = Customer(new_id(), name, f"{number}.{address}", languages()[draw.random() < 0.3], account)
        self.customers.append(customer)
        language = "nl" if customer.language is languages()[0] else "en"
        rows.add("customers_customer", customer.id, account.base, "person", name, language, at)
        values = (new_id(), customer.id, account.base, "mail", customer.address, "usual", at)
        rows.add("customers_customeraddress", *values)
        if number % TELEPHONES == 0:
            telephone = f"+316{10_000_000 + number * 17:08}"
            rows.add("customers_customeraddress", new_id(), customer.id, account.base, "phone", telephone, "usual", at)
        return customer

    def _conversation(self, rows: Rows, number: int) -> None:
        draw = self.random
        at = self.begin + timedelta(days=499 * number / self.count)
        customer = self._customer(rows, at)
        id_, account = new_id(), customer.account
        subject = f"{draw.choice(SUBJECTS)}: {' '.join(customer.language.draw(draw, draw.randint(2, 5)))}"
        # Old ones are closed, as on a desk that keeps up; the newest tenth is at work.
        is_open = number > self.count * 0.9 and draw.random() < 0.7
        agent = draw.choice(self.agents) if not is_open or draw.random() < 0.5 else None
        preview, last = "", at
        for position in range(self.messages):
            last = at + timedelta(hours=3 * position)
            preview = self._message(rows, customer, id_, subject, position, last, agent)
        waiting = last if is_open and self.messages % 2 else None
        status = "open" if is_open else "closed"
        values = (id_, customer.id, account.id, account.brand, subject, status, agent, at, last, waiting, last, preview)
        rows.add("conversations_conversation", *values)
        rows.add("conversations_participant", id_, "mail", customer.address, customer.name)
        if agent:
            rows.add("conversations_assignment", new_id(), id_, agent, agent, at + timedelta(hours=1))
        if not is_open:
            rows.add("conversations_closure", new_id(), id_, agent, last + timedelta(hours=1))

    def _message(
        self, rows: Rows, customer: Customer, conversation: UUID, subject: str, position: int, at: datetime, agent: Any
    ) -> str:
        """The customer begins, and both take turns; its preview."""
        text = self._words(customer)
        inbound = position % 2 == 0
        id_, account = new_id(), customer.account
        receipt = self._receipt(rows, customer, at, text) if inbound else None
        delivery = None if inbound else self._delivery(rows, account, at)
        html = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")) if self.random.random() < 0.6 else ""
        # Answers of customers carry a quote below what they wrote themselves.
        quoted = position > 0 and inbound
        whole = f"{text}\n\nOp ma 3 mrt 2025 schreef Service:\n> {text[:200]}\n" if quoted else text
        whole_html = f"{html}<blockquote>{escape(text[:200])}</blockquote>" if quoted and html else html
        rows.add(
            "conversations_message",
            *(id_, conversation, account.id, "inbound" if inbound else "outbound", customer.id if inbound else None),
            *(None if inbound else agent or self.agents[0], receipt, delivery),
            *((customer.name, customer.address, "") if inbound else ("", account.address, customer.address)),
            *(subject if position == 0 else f"Re: {subject}", whole, whole_html),
            *(text if quoted else "", html if quoted else ""),
            *(at, at, f"{id_.hex}@bench.example", id_.hex, "usual" if inbound else "", self.said % FILES == 0),
        )
        if self.said % FILES == 0:
            self._file(rows, customer, id_, at)
        return " ".join(text[:400].split())[:200]

    def _file(self, rows: Rows, customer: Customer, message: UUID, at: datetime) -> None:
        word = customer.language.draw(self.random, 1)[0]
        name = f"{self.random.choice(SUBJECTS)} {word}-{self.said}.{self.random.choice(('pdf', 'jpg', 'docx'))}"
        rows.add("foundation_file", message.hex * 2, 1000, at)
        rows.add("conversations_attachment", new_id(), message, message.hex * 2, name, "application/pdf", 1000)

    def _words(self, customer: Customer) -> str:
        draw = self.random
        parts = [customer.language.paragraph(draw, draw.randint(1, 4)) for _ in range(draw.randint(1, 3))]
        if draw.random() < COMMON_SHARE:
            parts[0] += f" {COMMON}."
        if self.said in self.rare:
            parts[0] += f" {RARE}."
        self.said += 1
        return "\n\n".join(parts)

    def _receipt(self, rows: Rows, customer: Customer, at: datetime, text: str) -> UUID:
        id_ = new_id()
        raw = f"From: {customer.address}\r\n\r\n{text}".encode()
        values = (id_, customer.account.id, id_.hex, customer.address, "processed", raw, len(raw), customer.address)
        rows.add("channels_receipt", *values, [customer.account.address], at, at)
        return id_

    def _delivery(self, rows: Rows, account: Account, at: datetime) -> UUID:
        id_ = new_id()
        outbound = json.dumps({"version": 1, "external_id": f"{id_.hex}@bench.example"})
        rows.add("channels_delivery", id_, account.id, f"{id_.hex}@bench.example", "sent", outbound, at, at, at)
        return id_
