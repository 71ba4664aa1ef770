"""Putting a back-up into an empty database. Whatever happens on the way, either all of it is there or the database is
as empty as before, and the same command may be given again."""

import hashlib
import os
import tarfile
import tempfile
from pathlib import Path

import psycopg

from ninelives.foundation.backups.archive import DUMP, FILES, BackupError, Manifest, Tell, manifest_in, opened, pieces
from ninelives.foundation.backups.server import major_of, program, rows_of, run


def restore(source: Path, url: str, files: Path, *, tell: Tell = lambda _: None) -> Manifest:
    """`files` is the folder of files by their hash. Raises BackupError, OSError."""
    major = _major_of_empty(url)
    with opened(source) as tar:
        manifest = manifest_in(tar, source)
        files.mkdir(parents=True, exist_ok=True, mode=0o700)
        # First, so that no row names a file that is not there yet.
        for sha256 in manifest.files:
            _put(tar, sha256, files)
            tell(1)
        with tempfile.TemporaryDirectory(dir=files, prefix=".ninelives-restore-") as folder:
            dump = Path(folder) / DUMP
            if _written(tar, DUMP, dump) != manifest.dump_sha256:
                raise BackupError(f"the back-up is damaged: {DUMP} is not what was written")
            command = [program("pg_restore", major), "--single-transaction", "--exit-on-error", "--no-owner"]
            run([*command, "--no-privileges", str(dump)], url)
    _compare(url, manifest)
    return manifest


def _major_of_empty(url: str) -> int:
    with psycopg.connect(url) as database:
        if rows_of(database):
            raise BackupError(
                "the database is not empty: restore into a new data folder (NINELIVES_DATA) or a new database"
            )
        return major_of(database)


def _put(tar: tarfile.TarFile, sha256: str, files: Path) -> None:
    path = files / sha256[:2] / sha256[2:]
    path.parent.mkdir(exist_ok=True, mode=0o700)
    half_done = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        if _written(tar, FILES + sha256, half_done) != sha256:
            raise BackupError(f"the back-up is damaged: {FILES}{sha256} is not what was written")
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)


def _written(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Its hash, once it is on the disk."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for piece in pieces(tar, name):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _compare(url: str, manifest: Manifest) -> None:
    with psycopg.connect(url) as database:
        here = rows_of(database)
    unequal = [name for name in {*manifest.rows, *here} if manifest.rows.get(name) != here.get(name)]
    if unequal:
        raise BackupError(f"these tables do not have as many rows as when the back-up was made: {sorted(unequal)}")
