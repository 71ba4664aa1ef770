"""The floor under intake: the standard library parses a mail, or checks and parses a provider's call, and psycopg
writes the rows that Ninelives would write.

One process a feeder, one durable transaction a message, prepared statements, no framework; headers are parsed only
where they are used. The contents of attachments are hashed and not written: the floor has that for nothing.
"""

import email
import email.policy
import hashlib
import hmac
import json
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.calls import SECRET
from bench.letters import TO
from ninelives.foundation.ids import new_id

_NEUTRAL: dict[str, Any] = {"boolean": False, "smallint": 0, "integer": 0, "bigint": 0, "ARRAY": [], "jsonb": Jsonb({})}


class Table:
    """An INSERT of the given columns and a neutral value in every other column that must have one."""

    def __init__(self, database: psycopg.Connection[Any], name: str, given: Sequence[str], conflict: str = "") -> None:
        rows = database.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
            " AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'",
            [name],
        )
        self.given = tuple(given)
        others = {column: kind for column, kind in rows.fetchall() if column not in given}
        now = [column for column, kind in others.items() if kind.startswith("timestamp")]
        rest = {column: _NEUTRAL.get(kind, "") for column, kind in others.items() if column not in now}
        self.neutral = tuple(rest.values())
        columns = [sql.Identifier(column) for column in (*self.given, *rest, *now)]
        values = ["%s"] * (len(self.given) + len(rest)) + ["now()"] * len(now)
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) {}")
        parts = (sql.Identifier(name), sql.SQL(",").join(columns), sql.SQL(",".join(values)), sql.SQL(conflict))
        self.statement = statement.format(*parts).as_string(database)

    def insert(self, cursor: psycopg.Cursor[Any], *values: Any) -> None:
        cursor.execute(self.statement, values + self.neutral)


@dataclass
class Parsed:
    sender: str
    name: str
    recipients: list[tuple[str, str]]
    subject: str
    message_id: str
    answers: list[str]
    text: str
    html: str
    files: list[tuple[str, str, bytes]]


def parse(raw: bytes) -> Parsed:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    sender = mail["From"].addresses[0]
    _ = mail["Date"].datetime, mail["Auto-Submitted"], mail["Reply-To"]
    named = [one for field in ("To", "Cc") if mail[field] for one in mail[field].addresses]
    texts = {"plain": "", "html": ""}
    files = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        if part.get_content_maintype() == "text" and not part.is_attachment():
            texts[part.get_content_subtype()] += part.get_content()
        else:
            files.append((part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True)))
    return Parsed(
        sender.addr_spec.lower(),
        sender.display_name,
        [(one.addr_spec.lower(), one.display_name) for one in named],
        str(mail["Subject"]),
        str(mail["Message-ID"] or "").strip("<>"),
        [one.strip("<>") for field in ("In-Reply-To", "References") for one in str(mail[field] or "").split()],
        texts["plain"],
        texts["html"],
        files,
    )


def parse_call(raw: bytes) -> Parsed:
    """A provider's call, after its signature."""
    signature, _, body = raw.partition(b"\n")
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature):
        raise ValueError("not the provider's")
    call = json.loads(body)
    answers = [call["answers"]] if call.get("answers") else []
    return Parsed(call["from"], call["name"], [], "", call["id"], answers, call["text"], "", [])


PARSERS = {"mail": parse, "pretend": parse_call}


class Writer:
    def __init__(self, url: str, kind: str = "mail") -> None:
        self.database, self.kind, self.parse = psycopg.connect(url), kind, PARSERS[kind]
        row = self.database.execute(
            "SELECT a.id, a.brand_id, b.base_id FROM channels_channelaccount a JOIN accounts_brand b ON b.id = brand_id"
            " WHERE kind = %s ORDER BY takes_all DESC",
            [kind],
        ).fetchone()
        assert row
        self.account, self.brand, self.base = row
        self.tables = {name: Table(self.database, name, *given) for name, given in _TABLES.items()}
        self.database.commit()

    def take_in(self, raw: bytes) -> None:
        mail = self.parse(raw)
        with self.database.transaction(), self.database.cursor() as cursor:
            receipt = new_id()
            self._insert(
                cursor, "channels_receipt", receipt, self.account, receipt.hex, mail.sender, raw, len(raw), [TO]
            )
            customer = self._customer(cursor, mail)
            conversation = self._conversation(cursor, mail) or self._open(cursor, mail, customer)
            message = self._message(cursor, mail, raw, receipt, customer, conversation)
            self._files(cursor, mail, message)
            for value, name in [(mail.sender, mail.name), *mail.recipients]:
                if value != TO:
                    self._insert(cursor, "conversations_participant", conversation, self.kind, value, name)
            cursor.execute(
                "UPDATE conversations_conversation SET last_at = now(), preview = %s WHERE id = %s",
                [" ".join(mail.text[:400].split())[:200], conversation],
            )
            told = {"message_id": str(message), "conversation_id": str(conversation)}
            self._insert(cursor, "foundation_fact", "MessageReceived", Jsonb(told))

    def _insert(self, cursor: psycopg.Cursor[Any], table: str, *values: Any) -> None:
        self.tables[table].insert(cursor, *values)

    def _customer(self, cursor: psycopg.Cursor[Any], mail: Parsed) -> UUID:
        cursor.execute(
            "SELECT customer_id FROM customers_customeraddress WHERE base_id = %s AND kind = %s AND value = %s",
            [self.base, self.kind, mail.sender],
        )
        if found := cursor.fetchone():
            return UUID(str(found[0]))
        customer = new_id()
        self._insert(cursor, "customers_customer", customer, self.base, "person", mail.name)
        address = (new_id(), customer, self.base, self.kind, mail.sender, "usual")
        self._insert(cursor, "customers_customeraddress", *address)
        return customer

    def _conversation(self, cursor: psycopg.Cursor[Any], mail: Parsed) -> UUID | None:
        if not mail.answers:
            return None
        cursor.execute(
            "SELECT conversation_id FROM conversations_message WHERE external_id = ANY(%s) AND external_id <> ''"
            " AND account_id = %s LIMIT 1",
            [mail.answers, self.account],
        )
        found = cursor.fetchone()
        return UUID(str(found[0])) if found else None

    def _open(self, cursor: psycopg.Cursor[Any], mail: Parsed, customer: UUID) -> UUID:
        conversation = new_id()
        values = (conversation, customer, self.account, self.brand, mail.subject, "open")
        self._insert(cursor, "conversations_conversation", *values)
        return conversation

    def _message(
        self, cursor: psycopg.Cursor[Any], mail: Parsed, raw: bytes, receipt: UUID, customer: UUID, conversation: UUID
    ) -> UUID:
        message = new_id()
        fingerprint = hashlib.sha256(raw).hexdigest()
        self._insert(
            cursor,
            "conversations_message",
            *(message, conversation, self.account, "inbound", customer, receipt, mail.name, mail.sender),
            *(mail.subject, mail.text, mail.html, mail.message_id, fingerprint),
        )
        return message

    def _files(self, cursor: psycopg.Cursor[Any], mail: Parsed, message: UUID) -> None:
        for name, kind, content in mail.files:
            known_as = hashlib.sha256(content).hexdigest()
            self._insert(cursor, "foundation_file", known_as, len(content))
            self._insert(cursor, "conversations_attachment", new_id(), message, known_as, name, kind, len(content))


_TABLES: dict[str, Any] = {
    "channels_receipt": [("id", "account_id", "key", "lane", "raw", "size", "envelope_to")],
    "customers_customer": [("id", "base_id", "kind", "name")],
    "customers_customeraddress": [("id", "customer_id", "base_id", "kind", "value", "proof")],
    "conversations_conversation": [("id", "customer_id", "account_id", "brand_id", "subject", "status")],
    "conversations_message": [
        ("id", "conversation_id", "account_id", "direction", "customer_id", "receipt_id", "sender_name",
         "sender_address", "subject", "text", "html", "external_id", "fingerprint")
    ],
    "conversations_participant": [("conversation_id", "kind", "value", "name"), "ON CONFLICT DO NOTHING"],
    "conversations_attachment": [("id", "message_id", "file_id", "name", "media_type", "size")],
    "foundation_file": [("sha256", "size"), "ON CONFLICT DO NOTHING"],
    "foundation_fact": [("name", "told")],
}  # fmt: skip


def _feeder(url: str, kind: str, line: Connection) -> None:
    """In a process of its own: told mails, tells the seconds and its own CPU seconds."""
    writer = Writer(url, kind)
    line.send("ready")
    while mails := line.recv():
        line.send("taken")
        line.recv()
        began, cpu = time.monotonic(), time.process_time()
        for raw in mails:
            writer.take_in(raw)
        line.send((time.monotonic() - began, time.process_time() - cpu))


class Floor:
    """Feeders that wait, with their connections open, so that starting them is not measured."""

    def __init__(self, url: str, feeders: int, kind: str = "mail") -> None:
        spawn = multiprocessing.get_context("spawn")
        self.lines: list[Connection] = []
        for _ in range(feeders):
            ours, theirs = spawn.Pipe()
            spawn.Process(target=_feeder, args=(url, kind, theirs), daemon=True).start()
            theirs.close()
            self.lines.append(ours)
        self._hear()

    def hand_out(self, shares: Sequence[Sequence[bytes]]) -> None:
        for line, share in zip(self.lines, shares, strict=True):
            line.send(list(share))
        self._hear()

    def run(self) -> tuple[float, float]:
        """Seconds until the last one was done, and CPU seconds of all feeders, without the database's."""
        for line in self.lines:
            line.send("go")
        told = self._hear()
        return max(seconds for seconds, _ in told), sum(cpu for _, cpu in told)

    def end(self) -> None:
        for line in self.lines:
            line.send(None)
            line.close()

    def _hear(self) -> list[Any]:
        return [line.recv() for line in self.lines]
