"""Where a page's time goes: cProfile around Django's test client, and the plans of slow statements."""

import cProfile
import os
import pstats
import time
from typing import Any

from bench.pages import WARM_UP, Page
from bench.product import EMAIL, Ninelives
from ninelives.cli.database import set_up_django

REQUESTS = 60
SHOWN = 40
SLOW = 0.002


def profile(ninelives: Ninelives, pages: list[Page]) -> dict[str, Any]:
    os.environ.update({name: value for name, value in ninelives.environ.items() if name.startswith("NINELIVES_")})
    set_up_django(ninelives.database_url)
    from django.test import Client

    from ninelives.accounts.models import Person

    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT="text/html")
    client.force_login(Person.objects.get(email=EMAIL))
    figures = {}
    for page in pages:
        for number in range(WARM_UP):
            assert client.get(page.paths[-1 - number % len(page.paths)]).status_code == 200
        began = time.process_time()
        for number in range(REQUESTS):
            client.get(page.paths[number % len(page.paths)])
        figures[page.name] = round(1000 * (time.process_time() - began) / REQUESTS, 2)
        print(f"\n== {page.name}: {figures[page.name]} ms of CPU in Python, not profiled")
        _statements(client, page)
        profiler = cProfile.Profile()
        profiler.runcall(lambda page=page: [client.get(page.paths[n % len(page.paths)]) for n in range(REQUESTS)])
        for order in ("tottime", "cumtime"):
            pstats.Stats(profiler).sort_stats(order).print_stats(SHOWN)
    return figures


def _statements(client: Any, page: Page) -> None:
    from django.db import connection, reset_queries

    connection.force_debug_cursor = True
    reset_queries()
    client.get(page.paths[0])
    ran = list(connection.queries)
    connection.force_debug_cursor = False
    print(f"{len(ran)} statements, {1000 * sum(float(one['time']) for one in ran):.0f} ms")
    for one in ran:
        print(f"{1000 * float(one['time']):5.0f} ms  {one['sql'][:300]}")
    for one in ran:
        if float(one["time"]) >= SLOW and one["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + one["sql"], None)
                print("\n".join(row[0] for row in cursor.fetchall()), "\n")
