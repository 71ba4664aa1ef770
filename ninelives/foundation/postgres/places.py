"""Where everything of a cluster lies: beside each other in the data folder, but for a socket with too long a path."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ninelives.foundation.postgres.errors import NotOurs
from ninelives.foundation.postgres.system_user import SystemUser

# sockaddr_un holds 108 bytes with the closing zero (man 7 unix).
LONGEST_SOCKET_PATH = 107
SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    folder: Path

    def __post_init__(self) -> None:
        # Also links resolved: the server's processes are recognised by the folder they name.
        object.__setattr__(self, "folder", self.folder.resolve())

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def password(self) -> Path:
        return self.folder / "postgres.password"

    @property
    def sockets(self) -> Path:
        beside = self.folder / "run"
        if len(bytes(beside / SOCKET)) <= LONGEST_SOCKET_PATH:
            return beside
        name = f"ninelives-{hashlib.sha256(bytes(self.folder)).hexdigest()[:16]}"
        return Path("/run" if os.access("/run", os.W_OK) else "/tmp") / name  # noqa: S108 - owner checked below

    def make_sockets(self, user: SystemUser | None) -> None:
        """The socket folder, for its owner only. One of that name by someone else in /tmp is refused."""
        sockets = self.sockets
        sockets.mkdir(mode=0o700, exist_ok=True)
        owner = sockets.lstat().st_uid
        if sockets.is_symlink() or owner not in (os.geteuid(), user.uid if user else os.geteuid()):
            raise NotOurs(sockets)
        sockets.chmod(0o700)
        if user:
            user.give(sockets)

    def draft_password(self) -> Path:
        """A new password in a file of its own, until the cluster that has it is whole."""
        draft = self.sockets / "password"
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        return draft
