"""Where the time of a contact goes, from the mail to the closure: each deed of its road in this process, one after
another, with its statements, its Python and the database's share."""

import argparse
import cProfile
import os
import pstats
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bench import cpu
from bench.letters import Letter
from bench.product import environment, prepare
from ninelives.cli.database import set_up_django
from ninelives.foundation.postgres import Cluster

WARM_UP, CONTACTS, SHOWN = 20, 120, 40
OFFER = re.compile(rb"/offers/([0-9a-f-]{36})/acceptance/")
CONVERSATION = re.compile(r"/desk/mine/([0-9a-f-]{36})/")


def profile(options: argparse.Namespace) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="ninelives-bench-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        return _on(cluster.url, folder, options)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _on(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    settings = {**environment(folder), "DATABASE_URL": url, "NINELIVES_DEMO": "0"}
    subprocess.run([sys.executable, "-P", "-m", "ninelives", "prepare"], env=settings, check=True)
    prepare(url, folder, agents=options.agents)
    os.environ.update(settings)
    set_up_django(url)
    from bench.offers_available import make as everybody_available
    from bench.offers_centre import make as make_centre

    make_centre(options.agents, options.queues, options.seed)
    everybody_available()
    road = Road(options.queues)
    for number in range(WARM_UP):
        road.walk(number)
    road.forget()
    for number in range(WARM_UP, WARM_UP + CONTACTS):
        road.walk(number)
    figures = {name: road.figures(name) for name in road.python}
    total = {"reference_ms": cpu.reference_ms(), "stages": figures}
    for name in road.python:
        road.say(name)
    road.profiled = cProfile.Profile()
    for number in range(WARM_UP + CONTACTS, WARM_UP + 2 * CONTACTS):
        road.walk(number)
    pstats.Stats(road.profiled).sort_stats("tottime").print_stats(SHOWN)
    pstats.Stats(road.profiled).sort_stats("cumtime").print_stats("ninelives/", 4 * SHOWN)
    print(total)
    return total


class Road:
    """A contact's, walked again and again."""

    def __init__(self, queues: int) -> None:
        self.queues = queues
        self.clients: dict[str, Any] = {}
        self.profiled: cProfile.Profile | None = None
        self.forget()

    def forget(self) -> None:
        self.python: Counter[str] = Counter()
        self.database: Counter[str] = Counter()
        self.statements: dict[str, Counter[str]] = {}
        self.seconds: dict[str, Counter[str]] = {}

    def walk(self, number: int) -> None:
        from bench.intake_profile import _store
        from ninelives.reception.working import take_receipts

        queue = f"queue{number % self.queues}@bench.example"
        letter = _letter(number, queue)
        self._stage("the mail door", lambda: _store([letter], queue))
        self._stage("taking in", take_receipts)
        self._stage("placing and matching", _route)
        offer, person = _newest_offer()
        client = self._client(person)
        page = self._stage("page of offers", lambda: client.get("/offers/", HTTP_HX_REQUEST="true"))
        assert OFFER.search(page.content)
        path = f"/offers/{offer}/acceptance/"
        told = self._stage("acceptance", lambda: client.post(path, HTTP_HX_REQUEST="true"))
        found = CONVERSATION.search(told["HX-Redirect"])
        assert found
        self._stage("following the acceptance", _route)
        path = f"/desk/mine/{found[1]}/closure/"
        closed = self._stage("closure", lambda: client.post(path, HTTP_HX_REQUEST="true"))
        assert closed.status_code == 200, closed.status_code
        self._stage("following the closure", _route)
        self._stage("a round with nothing to do", _route)

    def _client(self, person: Any) -> Any:
        from django.test import Client

        if person.email not in self.clients:
            client = self.clients[person.email] = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT="text/html")
            client.force_login(person)
        return self.clients[person.email]

    def _stage(self, name: str, deed: Callable[[], Any]) -> Any:
        began, served = time.process_time(), _database_seconds()
        if self.profiled:
            return self.profiled.runcall(deed)
        with _noted(self.statements.setdefault(name, Counter()), self.seconds.setdefault(name, Counter())):
            came = deed()
        self.python[name] += time.process_time() - began  # type: ignore[assignment]
        self.database[name] += _database_seconds() - served  # type: ignore[assignment]
        return came

    def figures(self, name: str) -> dict[str, float]:
        return {
            "python_ms": round(1000 * self.python[name] / CONTACTS, 1),
            "database_ms": round(1000 * self.database[name] / CONTACTS, 1),
            "statements": round(sum(self.statements[name].values()) / CONTACTS, 1),
        }

    def say(self, name: str) -> None:
        print(f"\n== {name}: {self.figures(name)}")
        for statement, spent in self.seconds[name].most_common(SHOWN):
            count = self.statements[name][statement] / CONTACTS
            print(f"{1000 * spent / CONTACTS:7.2f} ms {count:6.2f} × {statement}")


def _letter(number: int, to: str) -> Letter:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"customer{number}@example.org", to, f"c-{number}! A question"
    mail["Message-ID"] = f"<c-{number}@example.org>"
    mail.set_content("What does my meter say?")
    return Letter(f"customer{number}@example.org", mail["Subject"], mail["Message-ID"], bytes(mail))


def _route() -> None:
    from ninelives.routing.working import work

    while work():
        pass


def _newest_offer() -> tuple[Any, Any]:
    from ninelives.routing.models import Offer

    offer = Offer.objects.select_related("person").filter(ended_at=None).latest("at")
    return offer.pk, offer.person


def _database_seconds() -> float:
    """CPU of the database's process that serves this one."""
    from django.db import connection

    connection.ensure_connection()
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()
    return int(fields[0]) / 1e9


@contextmanager
def _noted(statements: "Counter[str]", seconds: "Counter[str]") -> Iterator[None]:
    from django.db import connection

    def note(execute: Any, statement: Any, parameters: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            shape = " ".join(re.sub(r'"s[0-9_a-z]+"|(%s, )+%s', "…", str(statement)).split())
            short = re.sub(r"SELECT .*? FROM", "SELECT … FROM", shape)[:170]
            statements[short] += 1
            seconds[short] += time.perf_counter() - began  # type: ignore[assignment]

    with connection.execute_wrapper(note):
        yield
