"""The file of a back-up: a tar with the dump, the files by their hash, perhaps the key, and last the manifest.

The manifest comes last: a back-up without one was cut off, and is none.
"""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

MANIFEST, DUMP, KEY, FILES = "backup.json", "database.dump", "secret.key", "files/"
FORMAT = 1
_PIECE = 1_000_000

Tell = Callable[[int], None]


class BackupError(Exception):
    """The text says what is wrong, for whoever called the command."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a back-up holds, as of the moment it shows."""

    format: int
    made_at: str
    ninelives: str
    # Major version of the server it was taken from.
    postgres: int
    dump_sha256: str
    # Rows of each table.
    rows: dict[str, int]
    # Bytes of each file, by its hash; and those that a row names and that were not there.
    files: dict[str, int]
    lost_files: list[str]
    migrations: list[str]
    # By this the key is known again without being told.
    key_mark: str
    has_key: bool = False

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def read_manifest(path: Path) -> Manifest:
    """Raises BackupError."""
    with opened(path) as tar:
        return manifest_in(tar, path)


def manifest_in(tar: tarfile.TarFile, path: Path) -> Manifest:
    try:
        told = json.loads(_content(tar, MANIFEST).read())
        known = {one.name for one in fields(Manifest)}
        manifest = Manifest(**{name: value for name, value in told.items() if name in known})
    except (KeyError, ValueError, TypeError, tarfile.TarError, OSError):
        raise BackupError(f"{path} is no whole back-up: it has no list of what is in it") from None
    if manifest.format > FORMAT:
        raise BackupError(f"{path} was made by a newer Ninelives ({manifest.ninelives}): restore it with that one")
    return manifest


def check(path: Path, tell: Tell = lambda _: None) -> Manifest:
    """Read all of it and compare every hash. Raises BackupError for the first thing that is not as it was written."""
    with opened(path) as tar:
        manifest = manifest_in(tar, path)
        _same(tar, DUMP, manifest.dump_sha256)
        for sha256 in manifest.files:
            _same(tar, FILES + sha256, sha256)
            tell(1)
    return manifest


def key_in(path: Path) -> str:
    """The secret key of the organisation, where it was put in."""
    with opened(path) as tar:
        return b"".join(pieces(tar, KEY)).decode().strip()


def opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except FileNotFoundError:
        raise BackupError(f"there is no {path}") from None
    except (tarfile.TarError, OSError) as reason:
        raise BackupError(f"{path} cannot be read as a back-up: {reason}") from None


def pieces(tar: tarfile.TarFile, name: str) -> Iterator[bytes]:
    """Raises BackupError when it is not there or cut off."""
    try:
        source = _content(tar, name)
        while piece := source.read(_PIECE):
            yield piece
    except (KeyError, tarfile.TarError, OSError) as reason:
        raise BackupError(f"the back-up is damaged: {name} cannot be read ({reason})") from None


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    source = tar.extractfile(name)
    if source is None:
        raise KeyError(name)
    return source


def _same(tar: tarfile.TarFile, name: str, sha256: str) -> None:
    digest = hashlib.sha256()
    for piece in pieces(tar, name):
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise BackupError(f"the back-up is damaged: {name} is not what was written")


def key_mark(key: str) -> str:
    """Tells nothing about the key to whoever does not have it: it is long and random."""
    return hashlib.sha256(b"ninelives back-up:" + key.encode()).hexdigest()[:32]
