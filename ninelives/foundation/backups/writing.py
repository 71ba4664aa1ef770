"""Taking a back-up of an organisation at work: nobody waits for it, and it shows one moment."""

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from ninelives import __version__
from ninelives.foundation.backups.archive import DUMP, FILES, FORMAT, KEY, MANIFEST, Manifest, Tell, key_mark
from ninelives.foundation.backups.server import major_of, program, rows_of, run

_PIECE = 1_000_000


def write(target: Path, url: str, files: Path, key: str, *, with_key: bool, tell: Tell = lambda _: None) -> Manifest:
    """Everything into `target`, which is there only when it is whole. `files` is the folder of files by their hash;
    `tell` hears how many more of them are in. Raises BackupError, OSError."""
    half_done = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ninelives-back-up-") as folder:
            dump = Path(folder) / DUMP
            manifest = _dumped(url, dump, key_mark(key))
            # Files are there before the row that names them, and stay: those of the dump's moment are all there now.
            with half_done.open("xb") as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                half_done.chmod(0o600)
                tar.add(dump, DUMP)
                manifest = _with_files(tar, files, manifest, tell)
                if with_key:
                    manifest = replace(manifest, has_key=True)
                    _add(tar, KEY, key.encode())
                _add(tar, MANIFEST, manifest.as_json())
            _sync(half_done)
        half_done.replace(target)
        return manifest
    finally:
        with suppress(FileNotFoundError):
            half_done.unlink()


def count_files(url: str) -> int:
    """About how many there are to write."""
    with psycopg.connect(url) as database:
        return int(_row(database, "SELECT count(*) FROM foundation_file")[0])


def _dumped(url: str, dump: Path, mark: str) -> Manifest:
    """The dump and all the counts from one snapshot."""
    with psycopg.connect(url) as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        database.read_only = True
        (snapshot,) = _row(database, "SELECT pg_export_snapshot()")
        major = major_of(database)
        command = [program("pg_dump", major), "--format=custom", "--no-owner", "--no-privileges"]
        run([*command, f"--snapshot={snapshot}", f"--file={dump}"], url)
        return Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ninelives=__version__,
            postgres=major,
            dump_sha256=_hash_of(dump),
            rows=rows_of(database),
            files=dict(database.execute("SELECT sha256, size FROM foundation_file").fetchall()),
            lost_files=[],
            migrations=[f"{app}.{name}" for app, name in database.execute(_MIGRATIONS).fetchall()],
            key_mark=mark,
        )


_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"


def _row(database: "psycopg.Connection[Any]", statement: str) -> tuple[Any, ...]:
    return tuple(database.execute(statement.encode()).fetchone() or ())


def _with_files(tar: tarfile.TarFile, folder: Path, manifest: Manifest, tell: Tell) -> Manifest:
    lost = []
    for sha256 in manifest.files:
        try:
            tar.add(folder / sha256[:2] / sha256[2:], FILES + sha256)
        except FileNotFoundError:
            lost.append(sha256)
        tell(1)
    return replace(manifest, files=_without(manifest.files, lost), lost_files=lost)


def _without(files: dict[str, int], lost: Iterable[str]) -> dict[str, int]:
    gone = set(lost)
    return {sha256: size for sha256, size in files.items() if sha256 not in gone}


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
