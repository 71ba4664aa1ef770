"""Where the time of a contact goes, from the mail to the closure: each deed of its road in this process, one after
another, with its statements, its Python and the database's share."""

import argparse
import cProfile
import pstats
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import cpu
from bench.offers_marks import CONVERSATION, OFFER, address, contact
from bench.profiling import Statements, product_in_process, store

WARM_UP, CONTACTS, SHOWN = 20, 120, 40


def profile(options: argparse.Namespace) -> dict[str, Any]:
    with product_in_process(agents=options.agents):
        return _told(options)


def _told(options: argparse.Namespace) -> dict[str, Any]:
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
        self.statements: defaultdict[str, Statements] = defaultdict(Statements)

    def walk(self, number: int) -> None:
        from ninelives.reception.working import take_receipts

        queue = address(number % self.queues)
        letter = contact(number, queue)
        self._stage("the mail door", lambda: store([letter], queue))
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
        with self.statements[name].noted():
            came = deed()
        self.python[name] += time.process_time() - began  # type: ignore[assignment]
        self.database[name] += _database_seconds() - served  # type: ignore[assignment]
        return came

    def figures(self, name: str) -> dict[str, float]:
        return {
            "python_ms": round(1000 * self.python[name] / CONTACTS, 1),
            "database_ms": round(1000 * self.database[name] / CONTACTS, 1),
            "statements": round(self.statements[name].counts.total() / CONTACTS, 1),
        }

    def say(self, name: str) -> None:
        print(f"\n== {name}: {self.figures(name)}")
        self.statements[name].say(CONTACTS, SHOWN)


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
