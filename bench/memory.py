"""Memory of every process at rest, as proportional set size: shared pages are divided by those who share them."""

import argparse
import time
from typing import Any

from bench import cpu
from bench.browsing import Visitor
from bench.feeding import feed
from bench.letters import Post
from bench.product import Ninelives, prepare


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rest", type=float, default=20.0, help="seconds of rest before each look")
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--mails", type=int, default=50)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives(demo=True) as ninelives:
        time.sleep(options.rest)
        fresh = looked(ninelives, "after its start")
        prepare(ninelives.database_url, ninelives.folder)
        visit(ninelives, options.pages)
        feed(ninelives.smtp_port, Post(3).letters(options.mails), 1)
        time.sleep(options.rest)
        used = looked(ninelives, f"after {options.pages} pages and {options.mails} mails")
    return {"pss_mb": fresh["sum"], "pss_used_mb": used["sum"], "fresh": fresh, "used": used}


def visit(ninelives: Ninelives, pages: int) -> None:
    visitor = Visitor(ninelives.port).signed_in()
    paths = ("/desk/unassigned/", "/desk/all/", "/desk/closed/", "/desk/all/?q=factuur", "/ledger/")
    for number in range(pages):
        visitor.get(paths[number % len(paths)])


def looked(ninelives: Ninelives, when: str) -> dict[str, float]:
    """MB by process; the database's own are one figure, and how many they are."""
    found: dict[str, float] = {}
    processes = cpu.tree(ninelives.pid)
    for one in processes:
        found[one.part] = found.get(one.part, 0.0) + cpu.memory(one.pid) / 1e6
    figures = {part: round(size, 1) for part, size in sorted(found.items())} | {"sum": round(sum(found.values()), 1)}
    backends = sum(one.part == "postgres" for one in processes)
    print(f"{when}: {figures} MB (postgres is {backends} processes)")
    return figures
