"""Who goes first where everything runs on one machine: what is taken in before what is shown.

A question to millions of messages keeps a core busy for as long as it takes. The database's process that answers it
stands back for those that store what providers and mail servers wait for; with a core to spare nobody notices.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path

from django.db import connection

NICE = 6

_known = threading.local()


def stand_back() -> None:
    """This thread's connection, from now on; to be called again and again, as a connection may be another by now."""
    line = connection.connection
    if line is None or line.closed or getattr(_known, "line", None) is line:
        return
    _known.line = line
    pid = line.info.backend_pid
    if _is_here(pid):
        # Not ours to say where the server belongs to somebody else.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, NICE)


def _is_here(pid: int) -> bool:
    """The number is of a process of this machine, and not of another that the database runs on."""
    if not str(connection.settings_dict["HOST"]).startswith("/"):
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"postgres:")
    return False
