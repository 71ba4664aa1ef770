"""Where the time of an intake goes: the doors' and the worker's own code in this process, under cProfile."""

import argparse
import cProfile
import pstats
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from bench.calls import Call, Calls, webhook
from bench.letters import TO, Post
from bench.profiling import Statements, product_in_process, store

SHOWN = 45


def profile(options: argparse.Namespace) -> dict[str, Any]:
    with product_in_process() as (url, folder):
        keep = partial(_called, webhook(url, folder)) if options.webhooks else partial(store, to=TO)
        return _told(Calls(options.seed) if options.webhooks else Post(options.seed), keep, options.mails)


def _told(post: Any, keep: Callable[[Any], None], count: int) -> dict[str, Any]:
    from ninelives.reception.working import take_receipts

    def work() -> None:
        while take_receipts():
            pass

    keep(post.letters(60))
    work()
    letters = post.letters(count)
    plain_store = _cpu(lambda: keep(letters), count)
    plain_work = _cpu(work, count)
    letters = post.letters(count)
    _counted("storing", lambda: keep(letters), count)
    _counted("working", work, count)
    letters = post.letters(count)
    _profiled(lambda: keep(letters), "storing (the door without its network)")
    _profiled(work, "working")
    figures = {"store_python_cpu_ms": plain_store, "work_python_cpu_ms": plain_work}
    print(figures)
    return figures


def _called(path: str, calls: list[Call]) -> None:
    """What the web process does for each call, without its network and its threads."""
    from ninelives.config.wsgi import application

    def begin(status: str, _headers: Any, _fault: Any = None) -> Any:
        assert status.startswith("200"), status

    for call in calls:
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(call.body))}
        environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_X_PRETEND_SIGNATURE": call.signature}
        environ |= {"wsgi.input": BytesIO(call.body), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr}
        answer = application(environ, begin)
        list(answer)
        answer.close()


def _cpu(deed: Callable[[], None], mails: int) -> float:
    began = time.process_time()
    deed()
    return round(1000 * (time.process_time() - began) / mails, 2)


def _counted(what: str, deed: Callable[[], None], mails: int) -> None:
    statements = Statements()
    with statements.noted():
        deed()
    count, waited = statements.counts.total() / mails, 1000 * sum(statements.seconds.values()) / mails
    print(f"\n== {what}: {count:.1f} statements a mail, {waited:.2f} ms of waiting")
    statements.say(mails, SHOWN)


def _profiled(deed: Callable[[], None], what: str) -> None:
    print(f"\n== profile of {what}")
    profiler = cProfile.Profile()
    profiler.runcall(deed)
    figures = pstats.Stats(profiler)
    for order in ("tottime", "cumtime"):
        figures.sort_stats(order).print_stats(SHOWN)
