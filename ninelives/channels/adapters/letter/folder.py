"""A folder into which a scanner drops files. What was kept is moved to `taken`, what is no PDF to `refused`.

The numbers are ours and hold as long as we look: whoever comes after us numbers anew, and what is kept already is known
again by its bytes. So a file that was kept and not moved, when we were killed in between, is only moved.
"""

import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ninelives.channels.bodies import is_pdf
from ninelives.channels.polling import LineLost, Listed, NotHandedOver, NotLetIn

# Of a file that is still written, the size or the time changes within so many seconds; a scanner that sends a long
# letter over a slow line may rest for longer, and then the end of the PDF is missing.
CALM, CALM_WITHOUT_END = 2.0, 60.0
LOOK = 0.5
_HALF_DONE = (".part", ".tmp", ".partial", ".filepart", ".crdownload", "~")
_PIECE = 1_000_000


@dataclass(slots=True)
class _Seen:
    """A file as it was when it changed last, by a clock that does not jump. `uid` is 0 while it is not whole."""

    mark: tuple[int, int, int]
    since: float
    uid: int = 0


class Folder:
    server = "folder"

    def __init__(self, path: str, *, calm: float = CALM, calm_without_end: float = CALM_WITHOUT_END) -> None:
        self._path = Path(path)
        self.name = path
        self.validity = time.time_ns() // 1_000_000
        self.next_uid = 1
        self.count = 0
        self._calm, self._calm_without_end = calm, calm_without_end
        self._seen: dict[str, _Seen] = {}
        # Those that were too large, of which only the beginning was read.
        self._cut: list[int] = []
        self._is_cut_off = False
        try:
            for name in ("taken", "refused"):
                (self._path / name).mkdir(exist_ok=True)
        except OSError as problem:
            raise NotLetIn(f"no_letter_folder:{path} ({problem.strerror})") from problem
        self.choose()

    def choose(self) -> None:
        """What is there now."""
        self._put_cut_aside()
        found = dict(self._files())
        self._seen = {name: seen for name, seen in self._seen.items() if name in found}
        for name, mark in sorted(found.items(), key=lambda one: (one[1][2], one[0])):
            seen = self._seen.get(name)
            if seen is None or seen.mark != mark:
                self._seen[name] = seen = _Seen(mark, time.monotonic())
            if not seen.uid and self._is_whole(name, seen):
                seen.uid, self.next_uid = self.next_uid, self.next_uid + 1

        self.count = len(self.uids(1))

    def uids(self, first: int, last: int | None = None) -> list[int]:
        most = self.next_uid if last is None else last
        return sorted(seen.uid for seen in self._seen.values() if seen.uid and first <= seen.uid <= most)

    def since(self, day: datetime) -> list[int]:
        """Nothing in it is history: somebody put it there to be taken."""
        return self.uids(1)

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        wanted = ((name, seen) for name, seen in self._seen.items() if seen.uid in uids)
        return {seen.uid: Listed(seen.uid, seen.mark[1], None, name) for name, seen in wanted}

    def take(self, uids: Sequence[int]) -> dict[int, bytes]:
        read = {uid: b"".join(self._read(uid)) for uid in uids if self._name(uid)}
        changed = [uid for uid in read if not self._is_same(uid)]
        # As if it were not there: its turn comes when it is whole again.
        self._seen = {name: seen for name, seen in self._seen.items() if seen.uid not in changed}
        return {uid: content for uid, content in read.items() if uid not in changed}

    def pieces(self, uid: int, most: int) -> Iterator[bytes]:
        size = next((seen.mark[1] for seen in self._seen.values() if seen.uid == uid), 0)
        left = most
        for piece in self._read(uid):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                break
        if not self._is_same(uid):
            raise LineLost("letter_not_readable:changed while it was read")
        if size > most:
            self._cut.append(uid)

    def head(self, uid: int) -> bytes:
        return next(self._read(uid), b"")[:65_536]

    def settle(self, uids: Sequence[int]) -> None:
        for uid in uids:
            if self._is_same(uid):
                self._move(self._name(uid))

    def wait(self, seconds: float, bell: int) -> None:
        until = time.monotonic() + seconds
        while not self._is_cut_off and (left := until - time.monotonic()) > 0:
            if select.select([bell], [], [], min(LOOK, left))[0]:
                return
            before = self.next_uid
            self.choose()
            if self.next_uid != before:
                return

    def cut(self) -> None:
        self._is_cut_off = True

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        try:
            with os.scandir(self._path) as entries:
                for entry in entries:
                    is_half_done = entry.name.startswith(".") or entry.name.lower().endswith(_HALF_DONE)
                    if is_half_done or not entry.is_file(follow_symlinks=False):
                        continue
                    with suppress(FileNotFoundError):
                        yield entry.name, _mark(entry.stat(follow_symlinks=False))
        except OSError as problem:
            raise LineLost(f"no_letter_folder:{self.name} ({problem.strerror})") from problem

    def _is_whole(self, name: str, seen: _Seen) -> bool:
        calm = time.monotonic() - seen.since
        if calm < self._calm or not seen.mark[1]:
            return False
        return calm >= self._calm_without_end or self._has_end(name)

    def _has_end(self, name: str) -> bool:
        try:
            with self._open(name) as source:
                source.seek(max(0, source.seek(0, os.SEEK_END) - 2048))
                return b"%%EOF" in source.read()
        except OSError:
            return False

    def _open(self, name: str) -> BinaryIO:
        return os.fdopen(os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def _read(self, uid: int) -> Iterator[bytes]:
        try:
            with self._open(self._name(uid)) as source:
                while piece := source.read(_PIECE):
                    yield piece
        except FileNotFoundError as gone:
            raise LineLost("letter_not_readable:gone") from gone
        except OSError as problem:
            raise NotHandedOver(f"letter_not_readable:{problem.strerror}") from problem

    def _name(self, uid: int) -> str:
        return next((name for name, seen in self._seen.items() if seen.uid == uid), "")

    def _is_same(self, uid: int) -> bool:
        """Scanners that count anew put another letter under a name that was taken: that one waits for its turn."""
        name = self._name(uid)
        seen = self._seen.get(name)
        try:
            return seen is not None and _mark((self._path / name).stat(follow_symlinks=False)) == seen.mark
        except OSError:
            return False

    def _put_cut_aside(self) -> None:
        """Only now: they are kept, as far as they are, when somebody looks anew."""
        for uid in self._cut:
            if self._is_same(uid):
                self._move(self._name(uid), "refused")
        self._cut.clear()

    def _move(self, name: str, where: str = "") -> None:
        try:
            with self._open(name) as source:
                where = where or ("taken" if is_pdf(source.read(1024)) else "refused")
            (self._path / name).rename(_free(self._path / where / name))
        except FileNotFoundError:
            return
        except OSError as problem:
            raise NotHandedOver(f"not_settled:{problem.strerror}") from problem


def _mark(told: os.stat_result) -> tuple[int, int, int]:
    return told.st_ino, told.st_size, told.st_mtime_ns


def _free(wanted: Path) -> Path:
    """Scanners begin to count anew: the one that has this name already stays."""
    number = 1
    free = wanted
    while free.exists():
        number += 1
        free = wanted.with_stem(f"{wanted.stem} ({number})")
    return free
