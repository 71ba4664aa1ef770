"""What an agent waits for, in the real browser on a large database: switching, lists, sending, searching.

Each figure runs from the press of the button or key to the frame in which the answer stands.
"""

import argparse
import gzip
import itertools
import json
import random
import re
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import psycopg
from playwright.sync_api import Browser, CDPSession, Locator, Page

from bench.chatting import chat, chat_account, fanout
from bench.crowding import crowded
from bench.data import COMMON, RARE
from bench.live import browser
from bench.load import loaded
from bench.product import EMAIL, PASSWORD, PROJECT, Ninelives, one_brand_email

# `window.until(found)`: milliseconds from the last press to the frame in which `found()` first holds.
TIMING = """
let pressed = 0;
for (const name of ["pointerdown", "keydown"]) addEventListener(name, (event) => { pressed = event.timeStamp; }, true);
window.until = (found) => new Promise((told, late) => {
  const done = () => requestAnimationFrame(() => setTimeout(() => told(performance.now() - pressed)));
  if (found()) return done();
  const watch = new MutationObserver(() => { if (found()) { watch.disconnect(); clearTimeout(patience); done(); } });
  const patience = setTimeout(() => { watch.disconnect(); late(new Error("never: " + found)); }, 20000);
  watch.observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true });
});
"""
WARM_UP = 5
_Rows = Sequence[tuple[Any, ...]]
DIST = PROJECT / "ninelives" / "ui" / "static" / "dist"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=5, help="in each conversation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--lists", type=int, default=60)
    parser.add_argument("--echoes", type=int, default=30)
    parser.add_argument("--searches", type=int, default=90)
    parser.add_argument("--chats", type=int, default=40, help="messages of one visitor")
    parser.add_argument("--desks", type=int, default=200, help="open at once, for the full house")
    parser.add_argument("--widgets", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0, help="of the full house")
    parser.add_argument("--long", type=int, default=1000, help="switches after which a tab's memory is looked at")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives() as ninelives, browser() as chromium:
        size = loaded(ninelives, options)
        took = at_the_desk(chromium, ninelives, options)
        memory = tab_memory(chromium, ninelives, options.long)
        together = chats(chromium, ninelives, options)
        crowd = crowded(ninelives)
    figures = {f"{name}_ms_p95": p95(values) for name, values in took.items()} | memory | together
    figures |= {"crowded": {name: p95(one) if isinstance(one, list) else one for name, one in crowd.items()}}
    print(f"crowded {figures['crowded']}")
    print(memory)
    for name, values in took.items():
        print(f"{name:<14} median {median(values):6.1f} ms   p95 {p95(values):6.1f} ms   of {len(values)}")
    return {**figures, **size}


def at_the_desk(chromium: Browser, ninelives: Ninelives, options: argparse.Namespace) -> dict[str, list[float]]:
    agent, narrow = signed_in(chromium, ninelives, EMAIL), signed_in(chromium, ninelives, one_brand_email())
    return {
        "switch": switches(agent, ninelives, options.switches),
        "list": lists(agent, ninelives, options.lists),
        "echo": echoes(agent, ninelives, options.echoes),
        "search": searches(narrow, ninelives, ordinary(ninelives, options)),
        "search_common": searches(narrow, ninelives, [COMMON] * options.searches),
    }


def p95(values: Sequence[float]) -> float:
    return round(quantiles(values, n=20, method="inclusive")[18], 1)


def signed_in(chromium: Browser, ninelives: Ninelives, email: str) -> Page:
    page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL").new_page()
    page.add_init_script(TIMING)
    page.goto(f"{ninelives.url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/desk/"))
    return page


def timed(page: Page, press: Callable[[], object], found: str) -> float:
    press()
    return float(page.evaluate(f"until(() => {found})"))


def switches(page: Page, ninelives: Ninelives, count: int) -> list[float]:
    """Different conversations each time, as nobody opens the same thirty all day."""
    page.goto(f"{ninelives.url}/desk/all/")
    rows = many_rows(page, count + WARM_UP)
    return [switch(page, row) for row in rows][WARM_UP:]


def switch(page: Page, row: str) -> float:
    link = page.locator(f"#{row} > a")
    link.scroll_into_view_if_needed()
    return timed(page, link.click, f"document.getElementById('panes').dataset.row === {json.dumps(row)}")


def many_rows(page: Page, count: int) -> list[str]:
    """Scrolls until so many rows are there."""
    while page.locator(".rows > li[id^=row-]").count() < count and page.locator(".rows__more:not([hidden])").count():
        before = page.locator(".rows > li").count()
        page.locator(".rows__more:not([hidden]) a").scroll_into_view_if_needed()
        page.evaluate(f"until(() => document.querySelectorAll('.rows > li').length > {before})")
    ids: list[str] = page.evaluate(
        "[...document.querySelectorAll('.rows > li > a.row')].map((a) => a.parentElement.id)"
    )
    return random.Random(1).sample(ids, min(count, len(ids)))


def lists(page: Page, ninelives: Ninelives, count: int) -> list[float]:
    page.goto(f"{ninelives.url}/desk/all/")
    took = []
    for number in range(count + WARM_UP):
        tab = page.locator(".tabs .tab").nth((1, 2, 3, 0)[number % 4])
        href = json.dumps(tab.get_attribute("href"))
        took.append(timed(page, tab.click, f"document.getElementById('list').getAttribute('src') === {href}"))
    return took[WARM_UP:]


def echoes(page: Page, ninelives: Ninelives, count: int) -> list[float]:
    page.goto(f"{ninelives.url}/desk/all/")
    rows, took = many_rows(page, count), []
    for number, row in enumerate(rows):
        switch(page, row)
        field = page.locator("draft-keeper textarea[name=text]")
        field.fill(f"echo-{number}! Dat hebben we voor u nagekeken.")
        stands = f"document.querySelector('.bubbles')?.textContent.includes('echo-{number}!')"
        took.append(timed(page, lambda field=field: field.press("Control+Enter"), stands))  # type: ignore[misc]
    return took


def ordinary(ninelives: Ninelives, options: argparse.Namespace) -> list[str]:
    """What agents look for, of each kind as much: names, addresses, numbers, words, parts, files, and all mistyped."""
    with psycopg.connect(ninelives.database_url) as database:
        rows = [database.execute(statement).fetchall() for statement in (_PEOPLE, _TELEPHONES, _FILES, _NUMBERS)]
    draw, kinds = random.Random(options.seed), itertools.cycle(_kinds(options, *rows))
    return [next(kinds)(draw) for _ in range(options.searches)]


_PEOPLE = """
    SELECT c.name, a.value FROM customers_customer c JOIN customers_customeraddress a ON a.customer_id = c.id
    WHERE a.kind = 'mail' ORDER BY c.id LIMIT 500
"""
_TELEPHONES = "SELECT value FROM customers_customeraddress WHERE kind = 'phone' ORDER BY id LIMIT 500"
_FILES = "SELECT name FROM conversations_attachment ORDER BY id LIMIT 500"
_NUMBERS = "SELECT word FROM conversations_word WHERE word ~ '^nl[0-9]{2}ingb[0-9]{10}$' ORDER BY id LIMIT 500"


def _kinds(
    options: argparse.Namespace, people: _Rows, telephones: _Rows, files: _Rows, numbers: _Rows
) -> Sequence[Callable[[random.Random], str]]:
    return (
        lambda draw: str(draw.choice(people)[0]),
        lambda draw: str(draw.choice(people)[0]).split()[-1],
        lambda draw: _mistyped(draw, str(draw.choice(people)[0])),
        lambda draw: str(draw.choice(people)[1]),
        lambda draw: f"#{draw.randint(1001, 1000 + options.conversations)}",
        lambda draw: _grouped(str(draw.choice(telephones)[0]).replace("+31", "0", 1), 2),
        lambda draw: _grouped(str(draw.choice(numbers)[0]).upper(), 4),
        lambda draw: RARE,
        lambda draw: _mistyped(draw, RARE),
        lambda draw: f"factuur {str(draw.choice(people)[0]).split()[0]}",
        lambda draw: "zonnepanelen omvormer",
        lambda draw: draw.choice(("facturen", "meterstanden", "verhuizing", "invoices", "readings", "zonnepaneel")),
        lambda draw: draw.choice(("panelen", "stand", "vorm", "installatie", "ketel", "reken", "bewaking")),
        lambda draw: str(draw.choice(files)[0]),
        lambda draw: str(draw.choice(files)[0]).split("-")[0],
    )


def _mistyped(draw: random.Random, words: str) -> str:
    """Two letters in the middle of the last word stand the wrong way round."""
    at = len(words) - draw.randint(2, 3)
    return words[: at - 1] + words[at] + words[at - 1] + words[at + 1 :]


def _grouped(number: str, size: int) -> str:
    return " ".join(number[at : at + size] for at in range(0, len(number), size))


def searches(page: Page, ninelives: Ninelives, words: Sequence[str]) -> list[float]:
    page.goto(f"{ninelives.url}/desk/all/")
    return [search(page, q) for q in [RARE, *words]][1:]


def search(page: Page, q: str) -> float:
    field: Locator = page.locator("input[name=q]")
    field.fill("")
    shown = "new URL(document.getElementById('list').getAttribute('src'), location).searchParams.get('q')"
    page.evaluate(f"until(() => !{shown})")
    field.fill(q)
    return timed(page, lambda: field.press("Enter"), f"{shown} === {json.dumps(q)}")


def tab_memory(chromium: Browser, ninelives: Ninelives, count: int) -> dict[str, float]:
    """MB of script memory and how many nodes, early and after so many switches."""
    page = signed_in(chromium, ninelives, EMAIL)
    page.goto(f"{ninelives.url}/desk/all/")
    rows, probe = many_rows(page, 100), page.context.new_cdp_session(page)
    figures = {}
    for number in range(count):
        switch(page, rows[number % len(rows)])
        if number in (count // 10, count - 1):
            which = "late" if number == count - 1 else "early"
            figures |= {f"tab_{name}_{which}": value for name, value in looked(probe).items()}
    page.context.close()
    return {"tab_switches": count, **figures}


def looked(probe: CDPSession) -> dict[str, float]:
    probe.send("HeapProfiler.collectGarbage")
    used = probe.send("Runtime.getHeapUsage")["usedSize"]
    return {"mb": round(used / 1e6, 1), "nodes": probe.send("Memory.getDOMCounters")["nodes"]}


def chats(chromium: Browser, ninelives: Ninelives, options: argparse.Namespace) -> dict[str, Any]:
    key = chat_account(ninelives)
    one = chat(chromium, ninelives, key, options.chats).told()
    print(f"chat {one}")
    full = fanout(chromium, ninelives, key, desks=options.desks, widgets=options.widgets, seconds=options.seconds)
    print(f"full house {full}")
    # The worst of both: what the many heard, and what the one that was painted showed.
    worst = max(full["answered_ms_p95"], full["painted"].get("p95_ms", 0))
    return {
        "chat_ms_median": one.get("median_ms"),
        "chat": one,
        "fanout_ms_p95": worst,
        "fanout": full,
        "widget_kb_gz": round(len(gzip.compress(next(DIST.glob("widget-*.js")).read_bytes(), 9)) / 1000, 1),
    }
