"""The data folder and its two locks.

`owner.lock` is held by whoever runs (or may start) the database of this folder: `up`, or a command that needed a
database while there was none. `users.lock` is shared by commands that use a server another command started, so that
it is not stopped under them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ninelives.cli.errors import CannotDo
from ninelives.foundation.processes import Held, lock

UP = "up"
COMMAND = "command"
LONGEST_COMMAND = 3600.0


def make(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as reason:
        raise CannotDo(
            f"the data folder {folder} cannot be made ({reason.strerror}): choose another with NINELIVES_DATA"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotDo(f"the data folder {folder} cannot be written to: choose another with NINELIVES_DATA")
    return folder


@contextmanager
def owned(folder: Path, kind: str, patience: float = 0) -> Iterator[None]:
    with lock(folder / "owner.lock", f"{kind} {os.getpid()}", patience=patience):
        yield


@contextmanager
def owned_by_up(folder: Path) -> Iterator[None]:
    """Hold the folder for `up`: refused if another `up` has it, waited for if a command is busy with it."""
    try:
        with _owned_at_once_or_after_a_command(folder):
            yield
    except Held as held:
        if held.path.parent != folder:
            raise
        raise CannotDo(
            f"Ninelives already runs on {folder} (process {held.holder.removeprefix(UP).strip()}): "
            "stop it first, or choose another folder with NINELIVES_DATA"
        ) from None


@contextmanager
def _owned_at_once_or_after_a_command(folder: Path) -> Iterator[None]:
    patience = 0.0
    try:
        with owned(folder, UP):
            pass
    except Held as held:
        if not held.holder.startswith(COMMAND):
            raise
        print(f"waiting for another command on {folder} to end ({held.holder})", flush=True)
        patience = LONGEST_COMMAND
    with owned(folder, UP, patience):
        yield


@contextmanager
def used(folder: Path) -> Iterator[None]:
    with lock(folder / "users.lock", shared=True, patience=LONGEST_COMMAND):
        yield


@contextmanager
def unused(folder: Path) -> Iterator[None]:
    """Wait until no other command uses the server of this folder."""
    with lock(folder / "users.lock", patience=LONGEST_COMMAND):
        yield
