"""A database far larger than `data.fill` makes in a reasonable time: what it made, copied within the database.

Copies have ids, addresses and moments of their own and say the same. They have no receipts, deliveries and files.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.data import TABLES, fill
from bench.product import environment, prepare
from ninelives.foundation.postgres import Cluster
from ninelives.foundation.postgres.settings import ALWAYS

# So many conversations are made one by one.
MADE = 20_000
LEFT_OUT = {"channels_receipt", "channels_delivery", "foundation_file", "conversations_attachment"}
# The id of the n-th copy: as the first, with another number in the random part of a UUIDv7. It stays in order of time.
COPY_ID = """
    CREATE FUNCTION pg_temp.of_copy(id uuid, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT overlay(id::text PLACING
            lpad(to_hex((('x' || substr(id::text, 16, 3))::bit(12)::integer + n) % 4096), 3, '0') FROM 16)::uuid
    $$
"""
OF_COPY = {"id", "customer_id", "conversation_id"}
CHANGED = {
    ("customers_customeraddress", "value"): "c.n || '.' || value",
    ("conversations_participant", "value"): "c.n || '.' || value",
    ("conversations_message", "external_id"): "c.n || '.' || external_id",
    ("conversations_message", "fingerprint"): "md5(fingerprint || c.n)",
    ("conversations_message", "receipt_id"): "NULL",
    ("conversations_message", "delivery_id"): "NULL",
    ("conversations_message", "has_files"): "false",
}


def kept(folder: Path, conversations: int, messages: int, *, seed: int = 1) -> None:
    """A data folder that was filled once, or is now: by a server that waits for no disk and has memory to spare."""
    mark, wanted = folder / "filled", f"{conversations} {messages} {seed}"
    if mark.exists():
        if mark.read_text() != wanted:
            raise SystemExit(f"{folder} has {mark.read_text()} (conversations, messages, seed), not {wanted}")
        return
    ALWAYS.update({"max_wal_size": "8GB", "shared_buffers": "512MB", "autovacuum": "off"})
    cluster = Cluster(folder, durable=False)
    cluster.start()
    try:
        told = {**environment(folder), "DATABASE_URL": cluster.url, "NINELIVES_DEMO": "0"}
        subprocess.run([sys.executable, "-P", "-m", "ninelives", "prepare"], env=told, check=True)
        prepare(cluster.url, folder, brands=3, agents=10)
        fill_many(cluster.url, conversations, messages, seed=seed)
    finally:
        cluster.stop()
    mark.write_text(wanted)


def fill_many(url: str, conversations: int, messages: int, *, seed: int = 1) -> None:
    """As `fill`, for as many as a multiple of MADE."""
    fill(url, min(conversations, MADE), messages, seed=seed)
    copies = conversations // MADE - 1
    if copies < 1:
        return
    with psycopg.connect(url, autocommit=True) as database:
        for name, value in {"maintenance_work_mem": "1GB", "synchronous_commit": "off"}.items():
            database.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        database.execute("SET session_replication_role = replica")
        database.execute(COPY_ID)
        with without_indexes(database, "conversations_message"):
            for table in (name for name in TABLES if name not in LEFT_OUT):
                made = sql.Identifier(f"made_{table}")
                database.execute(sql.SQL("CREATE TEMP TABLE {} AS TABLE {}").format(made, sql.Identifier(table)))
                for first in range(1, copies + 1, 5):
                    copy_rows(database, table, first, min(first + 4, copies))
                print(f"  {table} copied")
        database.execute("VACUUM (ANALYZE)")
        database.execute("CHECKPOINT")


def copy_rows(database: "psycopg.Connection[Any]", table: str, first: int, last: int) -> None:
    columns = _columns(database, table)
    values = [sql.SQL(_value(table, name, kind)) for name, kind in columns]  # type: ignore[arg-type]
    database.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} t, generate_series({}, {}) AS c(n)").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns),
            sql.SQL(", ").join(values),
            sql.Identifier(f"made_{table}"),
            sql.Literal(first),
            sql.Literal(last),
        )
    )


def _value(table: str, name: str, kind: str) -> str:
    if (table, name) in CHANGED:
        return CHANGED[table, name]
    if name in OF_COPY:
        return f"pg_temp.of_copy({name}, c.n)"
    # Among the others, so that no stretch of time is of one copy alone.
    return f"{name} - c.n * interval '7 minutes'" if kind.startswith("timestamp") else f'"{name}"'


def _columns(database: "psycopg.Connection[Any]", table: str) -> Sequence[tuple[str, str]]:
    """Those that the database does not make itself."""
    found = database.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' AND is_identity = 'NO' AND column_name <> 'number'",
        [table],
    )
    return [(name, kind) for name, kind in found if (name, kind) != ("id", "bigint")]


@contextmanager
def without_indexes(database: "psycopg.Connection[Any]", table: str) -> Iterator[None]:
    """Built in one go afterwards, but for the primary key."""
    found = database.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    ).fetchall()
    for name, _ in found:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        print(f"  {definition}")
        database.execute(definition)
