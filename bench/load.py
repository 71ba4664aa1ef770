"""A database as it is after years: 100,000 conversations with 500,000 messages, or as many as are asked for."""

import argparse
import time
from typing import Any

import psycopg

from bench.data import fill
from bench.product import Ninelives, prepare


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=5, help="in each conversation")
    parser.add_argument("--seed", type=int, default=1)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives() as ninelives:
        return loaded(ninelives, options)


def loaded(ninelives: Ninelives, options: argparse.Namespace, *, agents: int = 10) -> dict[str, Any]:
    """Fill it, and say how large it became."""
    url = ninelives.database_url
    prepare(url, ninelives.folder, brands=3, agents=agents)
    began = time.monotonic()
    fill(url, options.conversations, options.messages, seed=options.seed)
    seconds = time.monotonic() - began
    figures = sizes(url)
    print(f"{figures['conversations']} conversations, {figures['said']} messages in {seconds:.0f} s: {figures}")
    return {**figures, "fill_seconds": round(seconds, 1)}


def sizes(url: str) -> dict[str, int]:
    with psycopg.connect(url) as database:
        return {name: _one(database, statement) for name, statement in _SIZES.items()}


def _one(database: "psycopg.Connection[Any]", statement: str) -> int:
    row = database.execute(statement).fetchone()
    return int(row[0]) if row else 0


_SIZES = {
    "conversations": "SELECT count(*) FROM conversations_conversation",
    "said": "SELECT count(*) FROM conversations_message",
    "customers": "SELECT count(*) FROM customers_customer",
    "database_mb": "SELECT pg_database_size(current_database()) / 1000000",
}
