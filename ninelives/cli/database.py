"""A database for the time of one command, and Django on it."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ninelives.cli import data_folder
from ninelives.cli.errors import CannotDo
from ninelives.config.environment import Environment
from ninelives.foundation.postgres import Cluster, running
from ninelives.foundation.processes import Held

PATIENCE_WITH_START = 300.0
SETTINGS = "ninelives.config.settings"


@contextmanager
def database(environment: Environment | None = None) -> Iterator[str]:
    """Django, set up on the organisation's database: the one of DATABASE_URL, else of the data folder.

    Uses the data folder's server if it runs, also one that is just starting; else starts it and stops it afterwards.
    """
    settings = environment or Environment.read()
    with address(settings) as url:
        set_up_django(url)
        try:
            yield url
        finally:
            _let_go()


def serve_on_server(settings: Environment) -> None:
    """For `web`, `worker` and `mail`: Django on a server that runs already; these never start one."""
    url = settings.database_url or running(settings.data)
    if not url:
        raise CannotDo("no database runs: set DATABASE_URL, or start everything with `ninelives up`")
    set_up_django(url)


def set_up_django(url: str) -> None:
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


@contextmanager
def address(settings: Environment) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    folder = data_folder.make(settings.data)
    with ExitStack() as held:
        yield _join(folder, held) or _start(folder, held)


def _join(folder: Path, held: ExitStack) -> str | None:
    """The URL of a server that runs or is being started; None if we own the folder now and must start one."""
    deadline = time.monotonic() + PATIENCE_WITH_START
    while time.monotonic() < deadline:
        users = ExitStack()
        users.enter_context(data_folder.used(folder))
        if url := running(folder):
            held.push(users)
            return url
        users.close()
        try:
            held.enter_context(data_folder.owned(folder, data_folder.COMMAND))
        except Held:
            time.sleep(0.05)
        else:
            return None
    raise CannotDo(f"the database of {folder} is being started by another process and does not get ready")


def _start(folder: Path, held: ExitStack) -> str:
    cluster = Cluster(folder)
    held.callback(_stop, cluster)
    cluster.start()
    return cluster.url


def _stop(cluster: Cluster) -> None:
    with data_folder.unused(cluster.folder):
        cluster.stop()


def _let_go() -> None:
    from django.db import connections

    connections.close_all()
