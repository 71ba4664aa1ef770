"""PostgreSQL refuses to run as root, so root runs it under a system user of our own."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ninelives.foundation.postgres.errors import NoSystemUser

NAME = "ninelives"
USERADD = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
# Asks the kernel, as that user: mode bits alone would be wrong under access control lists.
FIRST_CLOSED = 'for folder; do [ -x "$folder" ] || { printf %s "$folder"; exit; }; done'


@dataclass(frozen=True)
class SystemUser:
    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def is_kept_out_of(self, folder: Path) -> Path | None:
        """The first folder on the way down that this user may not enter."""
        way = [str(parent) for parent in reversed((folder, *folder.parents))]
        told = subprocess.run(
            ["/bin/sh", "-c", FIRST_CLOSED, "sh", *way],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            **self.popen_arguments(),
        )
        return Path(told.stdout) if told.stdout else None


def database_user() -> SystemUser | None:
    """The user for the database if we are root, made if missing; None if we run as an ordinary user."""
    if os.geteuid() != 0:
        return None
    return _look_up() or _create()


def _look_up() -> SystemUser | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return SystemUser(NAME, entry.pw_uid, entry.pw_gid)


def _create() -> SystemUser:
    command = [*USERADD, "--shell", shutil.which("nologin") or "/bin/false", NAME]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as missing:
        raise NoSystemUser(NAME, str(missing)) from None
    # Another start may have created it at the same moment: the user counts, not the exit code.
    user = _look_up()
    if user is None:
        raise NoSystemUser(NAME, told.stderr.strip())
    return user
