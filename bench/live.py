"""From SMTP's 250 to painted on an open desk, in a real browser beside other open desks. One machine, one clock."""

import argparse
import itertools
import os
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from statistics import median, quantiles
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from bench import cpu
from bench.data import fill
from bench.feeding import Feeder
from bench.letters import TO, Post
from bench.product import PASSWORD, Ninelives, agent_email, prepare

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# Notes, for each text that is looked for, when it was first there and the frame with it had been painted.
WATCH = """
window.painted = {};
const seen = new Set(), looked = new RegExp(PATTERN, "g");
const look = () => {
  const fresh = [...new Set((document.querySelector(SELECTOR)?.textContent ?? "").match(looked) ?? [])]
    .filter((text) => !seen.has(text));
  if (!fresh.length) return;
  fresh.forEach((text) => seen.add(text));
  requestAnimationFrame(() => setTimeout(() => fresh.forEach((text) => { window.painted[text] = Date.now(); })));
};
new MutationObserver(look).observe(document.documentElement, {childList: true, subtree: true, characterData: true});
look();
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--desks", type=int, default=10)
    parser.add_argument("--rate", type=float, default=5.0, help="mails a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--conversations", type=int, default=1000, help="that are there already")


@dataclass
class Timing:
    """When each mail was taken, and when it was painted."""

    taken: dict[str, float] = field(default_factory=dict)
    painted: dict[str, float] = field(default_factory=dict)

    @property
    def milliseconds(self) -> list[float]:
        return [1000 * (self.painted[text] - at) for text, at in self.taken.items() if text in self.painted]

    def told(self) -> dict[str, float]:
        took = sorted(self.milliseconds)
        if len(took) < 2:
            return {"mails": len(self.taken), "not_seen": len(self.taken) - len(took)}
        ranks = quantiles(took, n=100, method="inclusive")
        figures = {"median_ms": median(took), "p95_ms": ranks[94], "p99_ms": ranks[98], "max_ms": took[-1]}
        lost = len(self.taken) - len(took)
        return {"mails": len(self.taken), "not_seen": lost, **{name: round(value) for name, value in figures.items()}}


def bench(options: argparse.Namespace) -> dict[str, Any]:
    with Ninelives() as ninelives, browser() as chromium:
        prepare(ninelives.database_url, ninelives.folder, brands=3, agents=options.desks)
        fill(ninelives.database_url, options.conversations, 5)
        desks = [desk(chromium, ninelives, number) for number in range(options.desks)]
        somewhere(desks[1:], ninelives)
        figures = {
            "list": on_the_list(desks, ninelives, options),
            "timeline": on_the_timeline(desks, ninelives, options),
        }
    listed = figures["list"]
    for name, told in figures.items():
        print(f"{name:<9} {told}")
    return {"desks": options.desks, "rate": options.rate, **{key: listed[key] for key in listed}, **figures}


@contextmanager
def browser() -> Iterator[Browser]:
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


def desk(chromium: Browser, ninelives: Ninelives, number: int) -> Page:
    page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB").new_page()
    page.goto(f"{ninelives.url}/accounts/login/")
    page.locator("input[name=login]").fill(agent_email(number))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/desk/"))
    page.goto(f"{ninelives.url}/desk/unassigned/")
    return page


def somewhere(desks: Sequence[Page], ninelives: Ninelives) -> None:
    """The other desks as people have them: every second with a conversation open."""
    with psycopg.connect(ninelives.database_url) as database:
        rows = database.execute(
            "SELECT id FROM conversations_conversation WHERE status = 'open' ORDER BY last_at DESC LIMIT %s",
            [len(desks) + 1],
        ).fetchall()
    for page, (id_,) in list(zip(desks, rows, strict=False))[::2]:
        page.goto(f"{ninelives.url}/desk/all/{id_}/")


def on_the_list(desks: Sequence[Page], ninelives: Ninelives, options: argparse.Namespace) -> dict[str, Any]:
    """New customers write, and their conversations appear in the list that is watched."""
    post = Post(7, mark="live", newcomers=True)
    timing = Timing()

    def send(feeder: Feeder) -> None:
        letter = next(post)
        feeder.send(letter.raw, letter.sender)
        timing.taken[f"live-{post.count}!"] = time.time()

    watch(desks[0], r"live-\d+!", ".rows")
    return measured(desks[0], ninelives, timing, [send], options)


def on_the_timeline(desks: Sequence[Page], ninelives: Ninelives, options: argparse.Namespace) -> dict[str, Any]:
    """One customer writes on while their conversation is open; four of five mails are others'."""
    post, timing, numbers = Post(8, mark="other", newcomers=True), Timing(), itertools.count(1)
    first = answer(0)
    Feeder(ninelives.smtp_port).send(first.as_bytes(), "dora@bench.example")
    open_conversation(desks[0], ninelives, "The first of many")

    def other(feeder: Feeder) -> None:
        letter = next(post)
        feeder.send(letter.raw, letter.sender)

    def on(feeder: Feeder) -> None:
        number = next(numbers)
        feeder.send(answer(number).as_bytes(), "dora@bench.example")
        timing.taken[f"word-{number}!"] = time.time()

    watch(desks[0], r"word-\d+!", ".bubbles")
    return measured(desks[0], ninelives, timing, [on, other, other, other, other], options)


def answer(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Dora <dora@bench.example>", TO
    mail["Subject"] = f"{'Re: ' if number else ''}The first of many"
    mail["Message-ID"] = f"<dora.{number}@bench.example>"
    if number:
        mail["In-Reply-To"] = mail["References"] = "<dora.0@bench.example>"
    mail.set_content(f"Hello, I write again: word-{number}! And {random.Random(number).random()}\n")
    return mail


def open_conversation(page: Page, ninelives: Ninelives, subject: str) -> None:
    deadline = time.time() + 10
    with psycopg.connect(ninelives.database_url, autocommit=True) as database:
        while time.time() < deadline:
            row = database.execute("SELECT id FROM conversations_conversation WHERE subject = %s", [subject]).fetchone()
            if row:
                page.goto(f"{ninelives.url}/desk/unassigned/{row[0]}/")
                return
            time.sleep(0.05)
    raise TimeoutError(f"{subject} was not taken in")


def watch(page: Page, pattern: str, selector: str) -> None:
    page.evaluate(f"() => {{{WATCH.replace('PATTERN', repr(pattern)).replace('SELECTOR', repr(selector))}}}")


def measured(
    page: Page,
    ninelives: Ninelives,
    timing: Timing,
    sends: Sequence[Callable[[Feeder], None]],
    options: argparse.Namespace,
) -> dict[str, Any]:
    page.wait_for_timeout(2000)
    before, browser_before = cpu.spent(ninelives.pid), browser_seconds()
    sender = threading.Thread(target=paced, args=(ninelives.smtp_port, sends, options.rate, options.seconds))
    sender.start()
    while sender.is_alive():
        # The browser's own events are only handled while we wait inside it.
        page.wait_for_timeout(200)
    spent = cpu.difference(cpu.spent(ninelives.pid), before)
    browsers = browser_seconds() - browser_before
    page.wait_for_timeout(3000)
    timing.painted = {text: at / 1000 for text, at in page.evaluate("window.painted").items()}
    by_part = {part: round(seconds / options.seconds, 3) for part, seconds in spent.items()}
    return {
        **timing.told(),
        "of_which_until_processed_ms": until_processed(ninelives),
        "cores_busy": by_part,
        "cores_busy_browser": round(browsers / options.seconds, 3),
    }


def until_processed(ninelives: Ninelives) -> dict[str, int]:
    """From stored to processed, of the last hundred mails."""
    with psycopg.connect(ninelives.database_url) as database:
        rows = database.execute(
            "SELECT extract(epoch FROM processed_at - received_at) FROM channels_receipt ORDER BY id DESC LIMIT 100"
        ).fetchall()
    took = sorted(1000 * float(seconds) for (seconds,) in rows)
    return {"median": round(median(took)), "p99": round(took[-1 - len(took) // 100])}


def paced(port: int, sends: Sequence[Callable[[Feeder], None]], rate: float, seconds: float) -> None:
    feeder, began = Feeder(port), time.monotonic()
    for number in range(round(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        sends[number % len(sends)](feeder)
    feeder.hang_up()


def browser_seconds() -> float:
    return sum(one.seconds for one in cpu.tree(os.getpid()) if "chrom" in one.command.split(" ")[0])
