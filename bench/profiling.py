"""What the profiles of roads share: a Ninelives of their own in this process, and what each statement costs."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from bench.letters import Letter
from bench.product import environment, prepare
from ninelives.cli.database import set_up_django
from ninelives.foundation.postgres import Cluster


@contextmanager
def product_in_process(*, agents: int = 1) -> Iterator[tuple[str, Path]]:
    """The address of its database and its folder; Django is set up on them, without a demo."""
    folder = Path(tempfile.mkdtemp(prefix="ninelives-bench-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        settings = {**environment(folder), "DATABASE_URL": cluster.url, "NINELIVES_DEMO": "0"}
        subprocess.run([sys.executable, "-P", "-m", "ninelives", "prepare"], env=settings, check=True)
        prepare(cluster.url, folder, agents=agents)
        os.environ.update(settings)
        set_up_django(cluster.url)
        yield cluster.url, folder
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Statements:
    """How often each shape of statement was sent, and how long it was waited for."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def noted(self) -> Iterator[None]:
        from django.db import connection

        with connection.execute_wrapper(self._note):
            yield

    def say(self, each: int, shown: int) -> None:
        for statement, spent in self.seconds.most_common(shown):
            print(f"{1000 * spent / each:7.3f} ms {self.counts[statement] / each:6.2f} × {statement}")

    def _note(self, execute: Any, statement: Any, parameters: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            shape = " ".join(re.sub(r'"s[0-9_a-z]+"|(%s, )+%s', "…", str(statement)).split())
            short = re.sub(r"SELECT .*? FROM", "SELECT … FROM", shape)[:170]
            self.counts[short] += 1
            self.seconds[short] += time.perf_counter() - began  # type: ignore[assignment]


def store(letters: list[Letter], to: str) -> None:
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


def _result(inline: Coroutine[Any, Any, str]) -> str:
    """Of a coroutine that waits for nothing; without a loop, in which Django would refuse to work."""
    try:
        inline.send(None)
    except StopIteration as end:
        return str(end.value)
    raise AssertionError("it waits for something")
