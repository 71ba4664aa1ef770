"""Files by content hash. On the disk, and safely there, before the row that names them can be committed."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from ninelives.foundation.models import File


def store(content: bytes) -> File:
    """Keep this content and tell its row. The same content is kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if not path.exists():
        _write(path, content)
    file = File(sha256=sha256, size=len(content))
    File.objects.bulk_create([file], ignore_conflicts=True)
    return file


def kept(sha256: str) -> File | None:
    """The row of what was stored earlier; None once it was erased."""
    return File.objects.filter(pk=sha256).first()


def receive(pieces: Iterable[bytes]) -> File:
    """Keep a content that comes in pieces, of which only one is in memory at a time."""
    folder = Path(settings.FILES_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    half_done = folder / f"coming.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        with half_done.open("xb") as target:
            for piece in pieces:
                digest.update(piece)
                size += target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        path = _path(digest.hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half_done.replace(path)
        _sync_folder(path.parent)
    finally:
        half_done.unlink(missing_ok=True)
    file = File(sha256=digest.hexdigest(), size=size)
    File.objects.bulk_create([file], ignore_conflicts=True)
    return file


def content(sha256: str) -> bytes:
    """The bytes. Raises FileNotFoundError when the data folder lost them."""
    return _path(sha256).read_bytes()


def pieces(sha256: str, size: int = 1_000_000) -> Iterator[bytes]:
    """The bytes, so many at a time. Raises FileNotFoundError."""
    with _path(sha256).open("rb") as source:
        while piece := source.read(size):
            yield piece


def path_of(sha256: str) -> Path:
    return _path(sha256)


def _path(sha256: str) -> Path:
    if len(sha256) != 64 or not sha256.isalnum():
        raise FileNotFoundError(sha256)
    return Path(settings.FILES_FOLDER) / sha256[:2] / sha256[2:]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half_done = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with half_done.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        half_done.replace(path)
    finally:
        # Of what a full disk cut off nothing may stay: it would keep the disk full.
        half_done.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Without it a power cut may forget the name although it kept the bytes.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
