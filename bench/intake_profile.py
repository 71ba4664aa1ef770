"""Where the time of an intake goes: the doors' and the worker's own code in this process, under cProfile."""

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
from collections.abc import Callable, Coroutine
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from bench.calls import Call, Calls, webhook
from bench.letters import TO, Letter, Post
from bench.product import environment, prepare
from ninelives.cli.database import set_up_django
from ninelives.foundation.postgres import Cluster

SHOWN = 45


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
    prepare(url, folder)
    path = webhook(url, folder) if options.webhooks else ""
    os.environ.update(settings)
    set_up_django(url)
    from ninelives.reception.working import take_receipts

    def work() -> None:
        while take_receipts():
            pass

    post = Calls(options.seed) if options.webhooks else Post(options.seed)
    store = partial(_called, path) if options.webhooks else _store
    store(post.letters(60))
    work()
    statements, seconds = Counter[str](), Counter[str]()
    letters = post.letters(options.mails)
    plain_store = _cpu(lambda: store(letters), len(letters))
    plain_work = _cpu(work, len(letters))
    letters = post.letters(options.mails)
    with _Counted(statements, seconds):
        store(letters)
    _say("storing", statements, seconds, len(letters))
    with _Counted(statements, seconds):
        work()
    _say("working", statements, seconds, len(letters))
    letters = post.letters(options.mails)
    _profiled(lambda: store(letters), "storing (the door without its network)")
    _profiled(work, "working")
    figures = {"store_python_cpu_ms": plain_store, "work_python_cpu_ms": plain_work}
    print(figures)
    return figures


def _store(letters: list[Letter], to: str = TO) -> None:
    """What the mail door does for each mail, without its network and its threads."""
    from aiosmtpd.smtp import Envelope, Session

    from ninelives.reception.smtp import Door

    class Inline(Door):
        async def _run(self, function: Any, *given: Any) -> Any:
            return function(*given)

    door, loop, server = Inline(), cast(Any, None), cast(Any, None)
    session = Session(loop)
    session.peer, session.host_name = ("127.0.0.1", 1), "localhost"
    for letter in letters:
        envelope = Envelope()
        envelope.mail_from, envelope.original_content = letter.sender, letter.raw
        for answer in (
            _result(door.handle_RCPT(server, session, envelope, to, [])),
            _result(door.handle_DATA(server, session, envelope)),
        ):
            assert answer.startswith("250"), answer


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


def _result(inline: Coroutine[Any, Any, str]) -> str:
    """Of a coroutine that waits for nothing; without a loop, in which Django would refuse to work."""
    try:
        inline.send(None)
    except StopIteration as end:
        return str(end.value)
    raise AssertionError("it waits for something")


def _cpu(deed: Callable[[], None], mails: int) -> float:
    began = time.process_time()
    deed()
    return round(1000 * (time.process_time() - began) / mails, 2)


class _Counted:
    def __init__(self, statements: "Counter[str]", seconds: "Counter[str]") -> None:
        self.statements, self.seconds = statements, seconds
        statements.clear()
        seconds.clear()

    def __enter__(self) -> None:
        from django.db import connection

        self._wrapping = connection.execute_wrapper(self._note)
        self._wrapping.__enter__()

    def __exit__(self, *told: Any) -> None:
        self._wrapping.__exit__(*told)

    def _note(self, execute: Any, statement: Any, parameters: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            shape = " ".join(re.sub(r'"s[0-9_a-z]+"|(%s, )+%s', "…", str(statement)).split())
            short = re.sub(r"SELECT .*? FROM", "SELECT … FROM", shape)[:150]
            self.statements[short] += 1
            self.seconds[short] += time.perf_counter() - began


def _say(what: str, statements: "Counter[str]", seconds: "Counter[str]", mails: int) -> None:
    count, waited = sum(statements.values()) / mails, 1000 * sum(seconds.values()) / mails
    print(f"\n== {what}: {count:.1f} statements a mail, {waited:.2f} ms of waiting")
    for statement, spent in seconds.most_common(30):
        print(f"{1000 * spent / mails:7.3f} ms {statements[statement] / mails:6.2f} × {statement}")


def _profiled(deed: Callable[[], None], what: str) -> None:
    print(f"\n== profile of {what}")
    profiler = cProfile.Profile()
    profiler.runcall(deed)
    figures = pstats.Stats(profiler)
    for order in ("tottime", "cumtime"):
        figures.sort_stats(order).print_stats(SHOWN)
