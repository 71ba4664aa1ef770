"""What a back-up asks of PostgreSQL and its programs."""

import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ninelives.foundation.backups.archive import BackupError
from ninelives.foundation.postgres.binaries import candidates

NICE = 10


def program(name: str, major: int) -> str:
    """`pg_dump` and its like: of the server's own version where there is one, else the next newer. What a newer one
    writes an older server may not read back."""
    fit = sorted((found for found in candidates() if found.major >= major), key=lambda found: found.major)
    for found in fit:
        if Path(found.program(name)).exists():
            return found.program(name)
    raise BackupError(f"PostgreSQL's {name} of version {major} or newer is needed: install its client programs")


def run(command: list[str], url: str) -> None:
    """With the database's address, its password where no other process can read it. Raises BackupError."""
    told: dict[str, Any] = conninfo_to_dict(url)
    password = told.pop("password", None)
    environ = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    # It compresses for as long as it takes: whoever is at work meanwhile goes first.
    ran = subprocess.run(
        [*command, "--dbname", make_conninfo(**told)],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=partial(os.nice, NICE),
    )
    if ran.returncode:
        raise BackupError(f"{Path(command[0]).name} ended with an error:\n{ran.stderr.strip()[-2000:]}")


def major_of(database: "psycopg.Connection[Any]") -> int:
    return database.info.server_version // 10_000


def rows_of(database: "psycopg.Connection[Any]") -> dict[str, int]:
    """How many rows each table has."""
    names = [name for (name,) in database.execute(_TABLES).fetchall()]
    counts = {}
    for name in names:
        row = database.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
