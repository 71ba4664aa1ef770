"""`ninelives prepare`: the database up to date, and an organisation in it."""

import argparse
import importlib
import importlib.util
import os
import time
from typing import Any

from ninelives.cli.database import database
from ninelives.cli.errors import CannotDo

OLDEST = 15
# Any number: whoever prepares the same database at the same moment takes the same one.
LOCK = 9_000_000_009


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sign-ins-to", type=int, metavar="FD", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    with database():
        check_version()
        bring_up_to_date()
        sign_ins = first_start()
        if options.sign_ins_to is None:
            print(sign_ins)
        else:
            os.write(options.sign_ins_to, sign_ins.encode())
    return 0


def check_version() -> None:
    from django.db import OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            (major,) = cursor.fetchone()
    except OperationalError as reason:
        words = str(reason).strip().replace("\n", " ")
        raise CannotDo(f"the database of DATABASE_URL cannot be used: {words}") from None
    if major < OLDEST:
        raise CannotDo(f"the database server is PostgreSQL {major}; Ninelives needs {OLDEST} or newer")


def bring_up_to_date() -> None:
    """Migrate, one machine at a time; looking whether anything is to be done is much quicker than doing nothing."""
    from django.core.management import call_command
    from django.db import connection

    if not pending():
        return
    with connection.cursor() as cursor:
        # Asked again and again: one that waits in a statement is what building an index concurrently waits for.
        while not _has_lock(cursor):
            time.sleep(0.1)
        print("bringing the database up to date", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _has_lock(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def pending() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def first_start() -> str:
    """Who may sign in, and how; makes the first organisation if there is none."""
    name = "ninelives.cli.first_start"
    if importlib.util.find_spec(name) is None:
        return ""
    return str(importlib.import_module(name).prepare() or "")
