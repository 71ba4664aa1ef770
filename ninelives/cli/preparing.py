"""`prepare` as a part of `up`: in a process of its own, so that the supervisor stays small for good."""

import hashlib
import importlib.metadata
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ninelives.cli.errors import CannotDo
from ninelives.foundation.processes import Service, Supervisor, leash

OURSELVES = (sys.executable, "-P", "-m", "ninelives")
PACKAGE = Path(__file__).resolve().parent.parent
WITH_TABLES = ("django", "django-allauth", "procrastinate")


class Interrupted(Exception):
    """Someone wanted us to stop before we were ready."""


@dataclass
class Preparation:
    """The sign-ins come back through a pipe, not through the output that everyone may be logging."""

    supervisor: Supervisor
    process: subprocess.Popen[bytes]
    reader: int
    sign_ins: str = ""

    @classmethod
    def begin(cls, supervisor: Supervisor, environ: Mapping[str, str]) -> "Preparation":
        reader, writer = os.pipe()

        def spawn() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [*OURSELVES, "prepare", "--sign-ins-to", str(writer)],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writer,),
                preexec_fn=leash(signal.SIGKILL),
            )

        try:
            return cls(supervisor, supervisor.add_once(Service("prepare", spawn)), reader)
        finally:
            os.close(writer)

    def finish(self) -> None:
        """Wait for its end and read what it wrote; the second time this is done already."""
        if not self.supervisor.run_until(lambda: self.process.poll() is not None):
            raise Interrupted
        self.supervisor.tend(0)
        if self.process.returncode:
            raise CannotDo("the database could not be prepared; the reason stands above")
        self.sign_ins += os.read(self.reader, 65_536).decode().strip()


def fingerprint() -> str:
    """Of everything that may bring a migration: if it is as it was, there is none to wait for."""
    ours = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.glob("*/migrations/*.py"))
    theirs = [f"{name} {importlib.metadata.version(name)}" for name in WITH_TABLES]
    return hashlib.sha256("\n".join([*ours, *theirs]).encode()).hexdigest()
