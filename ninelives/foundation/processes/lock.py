"""A lock file that the kernel lets go of when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(Exception):
    """Someone else holds the lock; `holder` is what that one wrote into it."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is held by {holder or 'another process'}")
        self.path, self.holder = path, holder


@contextmanager
def lock(path: Path, holder: str = "", *, shared: bool = False, patience: float = 0) -> Iterator[None]:
    """Hold the lock of this file, waiting at most `patience` seconds for it.

    The file stays: removing it would let two processes each lock a file of that name.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, path, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, time.monotonic() + patience)
        if not shared:
            os.ftruncate(handle, 0)
            os.pwrite(handle, holder.encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path, kind: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Held(path, os.pread(handle, 200, 0).decode(errors="replace")) from None
            time.sleep(0.05)
        else:
            return
