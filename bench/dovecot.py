"""Debian's dovecot with one mailbox, on a free port and a folder of its own; ends with us."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from bench.product import free_ports
from ninelives.foundation.processes import leash

USER, PASSWORD = "service@bench.example", "measure-measure"
BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PATIENCE = 20.0

# Everything as whoever measures; only root may let its processes be others.
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class NoDovecotError(Exception):
    """It is not installed, or does not start."""


class Dovecot:
    def __init__(self) -> None:
        if not BINARY:
            raise NoDovecotError("the mail server dovecot is needed: install the package dovecot-imapd")
        self.folder = Path(tempfile.mkdtemp(prefix="ninelives-dovecot-"))
        (self.port,) = free_ports(1)
        self._delivered = 0

    def __enter__(self) -> Self:
        for name in ("cur", "new", "tmp"):
            (self.folder / "mail" / name).mkdir(parents=True)
        return self

    def start(self) -> None:
        """After the mailbox was filled: dovecot numbers what it finds."""
        self._give_away()
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration())
        self._process = subprocess.Popen(
            [str(BINARY), "-F", "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=leash(signal.SIGTERM),
        )
        deadline = time.monotonic() + PATIENCE
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoDovecotError((self.folder / "log").read_text(errors="replace")[-1000:])
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        if process := getattr(self, "_process", None):
            process.terminate()
            process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def has(self, mails: Iterable[bytes], at: float) -> None:
        """They came in at that time, one a second, before it starts."""
        for raw in mails:
            self._write("cur", raw, at + self._delivered, ":2,S")

    def gets(self, raw: bytes) -> None:
        """A mail comes in now."""
        self._write("new", raw, time.time(), "")
        self._give_away("mail")

    def _write(self, where: str, raw: bytes, at: float, flags: str) -> None:
        self._delivered += 1
        name = f"{int(at)}.M{self._delivered}P1.bench"
        waiting = self.folder / "mail" / "tmp" / name
        waiting.write_bytes(raw)
        os.utime(waiting, (at, at))
        if os.geteuid() == 0:
            shutil.chown(waiting, "mail", "mail")
        waiting.rename(self.folder / "mail" / where / f"{name}{flags}")

    def _give_away(self, below: str = "") -> None:
        """Dovecot refuses to read mail as root."""
        if os.geteuid() != 0:
            return
        self.folder.chmod(0o755)
        for path in (self.folder / below, *((self.folder / "mail" / name) for name in ("", "cur", "new", "tmp"))):
            shutil.chown(path, "mail", "mail")

    def _configuration(self) -> str:
        if os.geteuid() == 0:
            who = {"internal": "dovecot", "login": "dovenull", "group": "dovecot", "uid": "mail", "gid": "mail"}
        else:
            me = getpass.getuser()
            who = {"internal": me, "login": me, "group": str(os.getgid()), "uid": os.getuid(), "gid": os.getgid()}
        return _CONFIGURATION.format(folder=self.folder, port=self.port, password=PASSWORD, **who)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
