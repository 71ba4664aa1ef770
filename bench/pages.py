"""Server CPU a page at volume: the web process and the whole database, over full pages as a browser asks for them."""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any
from urllib.parse import quote

import psycopg

from bench import cpu
from bench.browsing import Visitor
from bench.data import COMMON, RARE, fill
from bench.product import Ninelives, prepare

WARM_UP = 25


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=5)
    parser.add_argument("--requests", type=int, default=150, help="requests of each page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", default="", help="only pages whose name begins like this")
    parser.add_argument("--profile", action="store_true", help="where the time goes, in this process instead")


@dataclass(frozen=True)
class Page:
    name: str
    paths: Sequence[str]


@dataclass(frozen=True)
class Cost:
    cpu_ms: float
    python_ms: float
    postgres_ms: float
    p50_ms: float
    p95_ms: float
    kilobytes: float


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives() as ninelives:
        url = ninelives.database_url
        prepare(url, ninelives.folder, brands=3, agents=10)
        began = time.monotonic()
        fill(url, options.conversations, options.messages, seed=options.seed)
        filled = time.monotonic() - began
        print(f"{options.conversations} conversations of {options.messages} messages in {filled:.0f} s")
        pages = [page for page in pages_of(url, options) if page.name.startswith(options.page)]
        if options.profile:
            from bench.pages_profile import profile

            return profile(ninelives, pages)
        visitor = Visitor(ninelives.port).signed_in()
        costs, references = {}, []
        for page in pages:
            references.append(cpu.reference_ms())
            costs[page.name] = measured(ninelives, visitor.get, page, options.requests)
    return {**told(costs, options), "reference_ms": references}


def pages_of(url: str, options: argparse.Namespace) -> list[Page]:
    with psycopg.connect(url) as database:
        ids = [row[0] for row in database.execute("SELECT id FROM conversations_conversation ORDER BY id")]
        names = database.execute("SELECT name FROM customers_customer ORDER BY id").fetchall()
    draw = random.Random(options.seed)
    chosen = draw.sample(ids, min(len(ids), options.requests + WARM_UP))
    searches = {
        "rare word": RARE,
        "common word": COMMON,
        "name": draw.choice(names)[0],
        "family name": "Vermeulen",
        "number": f"#{1001 + options.conversations // 2}",
        "frequent word": "factuur",
        "two words": f"factuur {COMMON}",
    }
    return [
        Page("conversation", [f"/desk/all/{id_}/" for id_ in chosen]),
        Page("list unassigned", ["/desk/unassigned/"]),
        Page("list all", ["/desk/all/"]),
        *(Page(f"search {name}", [f"/desk/all/?q={quote(q)}"]) for name, q in searches.items()),
    ]


def measured(ninelives: Ninelives, get: Callable[[str], bytes], page: Page, requests: int) -> Cost:
    for number in range(WARM_UP):
        get(page.paths[-1 - number % len(page.paths)])
    walls, sizes = [], 0
    before = cpu.spent(ninelives.pid)
    for number in range(requests):
        began = time.perf_counter()
        sizes += len(get(page.paths[number % len(page.paths)]))
        walls.append(1000 * (time.perf_counter() - began))
    spent = cpu.difference(cpu.spent(ninelives.pid), before)
    python, postgres = 1000 * spent["web"] / requests, 1000 * spent["postgres"] / requests
    ranks = quantiles(walls, n=20)
    cost = Cost(python + postgres, python, postgres, ranks[9], ranks[18], sizes / requests / 1000)
    print(
        f"{page.name:<36} {cost.cpu_ms:6.1f} ms CPU (web {python:5.1f}, database {postgres:5.1f})"
        f"   wall p50 {cost.p50_ms:6.1f} p95 {cost.p95_ms:6.1f} ms   {cost.kilobytes:5.0f} kB"
    )
    return cost


def told(costs: dict[str, Cost], options: argparse.Namespace) -> dict[str, Any]:
    def worst(kind: str, *without: str) -> float:
        found = [one.cpu_ms for name, one in costs.items() if name.startswith(kind) and name not in without]
        return round(max(found, default=0.0), 2)

    figures: dict[str, Any] = {
        "conversations": options.conversations,
        "messages": options.messages,
        "conversation_cpu_ms": worst("conversation"),
        "list_cpu_ms": worst("list"),
        "search_cpu_ms": worst("search", "search frequent word"),
        "search_frequent_cpu_ms": worst("search frequent"),
    }
    for name, value in figures.items():
        print(f"{name:<24} {value}")
    each = {name: {key: round(value, 2) for key, value in vars(one).items()} for name, one in costs.items()}
    return {**figures, "pages": each}
