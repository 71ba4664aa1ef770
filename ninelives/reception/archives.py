"""Mail archives as they lie on a disk: an mbox, a Maildir, a folder of mails, one mail.

An archive is gone through twice: first for where each mail stands and when it was written, then, in that order, for
the mails themselves. Memory holds some thirty bytes a mail, whatever the size of the archive.
"""

import gzip
import os
import re
import shutil
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from email.utils import mktime_tz, parsedate_tz
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Self

# Above this a mail is not read into memory; it is named among what could not be read.
MAX_MAIL = 250_000_000
_BLOCK = 4_000_000
_HEAD = 65_536

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_USUAL_FIELD = re.compile(
    rb"(?:return-path|received|delivered-to|from|to|cc|date|subject|message-id|mime-version|reply-to|sender|status"
    rb"|content-[a-z-]+|dkim-signature|x-[a-z0-9-]+) *:",
    re.IGNORECASE,
)
_TIME_AND_YEAR = re.compile(rb"\d:\d\d.*\d{4}|\d{4}.*\d:\d\d")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_DATE = re.compile(rb"^date[ \t]*:[ \t]*([^\r\n]{4,100})", re.IGNORECASE | re.MULTILINE)
_RECEIVED = re.compile(rb"^received[ \t]*:(?:[^\n;]|\n[ \t])*;\s*([^\r\n]{4,100})", re.IGNORECASE | re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_NOT_BEFORE = 631_152_000.0  # 1990


class NotFoundError(Exception):
    """There is nothing at this path."""


class Archive:
    """The mails at a path, oldest first. What cannot be read is named in `unreadable`, file and reason."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise NotFoundError(str(path))
        self.unreadable: list[tuple[str, str]] = []
        # Files in the folder that are no mails.
        self.other_files = 0
        self._root = path
        self._files: list[tuple[Path, str, bool]] = []
        self._file, self._start, self._end, self._written = array("L"), array("Q"), array("Q"), array("d")
        self._unpacked = tempfile.TemporaryDirectory(prefix="ninelives-import-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._unpacked.cleanup()

    def __len__(self) -> int:
        return len(self._written)

    def look(self, tell: Callable[[int], None] = lambda found: None) -> None:
        """The first pass."""
        for path, holds_many in self._sources():
            try:
                self._look_into(path, holds_many)
            except (OSError, EOFError, zlib.error) as reason:
                self._note(self._name(path), reason)
            tell(len(self))

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """The second pass: each mail's name and content."""
        for number in sorted(range(len(self)), key=self._written.__getitem__):
            path, name, is_mbox = self._files[self._file[number]]
            try:
                content = _read(path, self._start[number], self._end[number])
            except OSError as reason:
                self._note(name, reason)
                continue
            if is_mbox:
                yield f"{name}:{self._start[number]}", _as_sent(content)
            else:
                yield name, content

    def _sources(self) -> Iterator[tuple[Path, bool]]:
        """Every file with mail in it, and whether it holds many."""
        if not self._root.is_dir():
            yield self._root, _is_mbox(self._root)
            return
        for folder, below, names in os.walk(self._root, onerror=self._note_folder):
            below.sort()
            in_maildir = Path(folder).name in ("cur", "new")
            for name in sorted(names):
                path = Path(folder) / name
                if _is_mail(name) or (in_maildir and not name.startswith(".")):
                    yield path, False
                elif _is_mbox(path):
                    yield path, True
                else:
                    self.other_files += 1

    def _look_into(self, path: Path, holds_many: bool) -> None:
        plain = self._plain(path)
        self._files.append((plain, self._name(path), holds_many))
        with plain.open("rb") as file:
            number, known = file.fileno(), os.fstat(file.fileno())
            starts = list(_mails_of_mbox(file)) if holds_many else [0]
            written = known.st_mtime
            for start, end in pairwise([*starts, known.st_size]):
                # A mail without a date belongs beside the one before it.
                written = _written(os.pread(number, min(end - start, _HEAD), start)) or written
                self._add(start, end, written)

    def _add(self, start: int, end: int, written: float) -> None:
        if end - start > MAX_MAIL:
            self.unreadable.append((f"{self._files[-1][1]}:{start}", f"> {MAX_MAIL // 1_000_000} MB"))
            return
        self._file.append(len(self._files) - 1)
        self._start.append(start)
        self._end.append(end)
        self._written.append(written)

    def _plain(self, path: Path) -> Path:
        if path.suffix != ".gz":
            return path
        plain = Path(self._unpacked.name) / str(len(self._files))
        with gzip.open(path) as packed, plain.open("wb") as target:
            shutil.copyfileobj(packed, target, _BLOCK)
        return plain

    def _name(self, path: Path) -> str:
        return path.name if path == self._root else str(path.relative_to(self._root))

    def _note_folder(self, reason: OSError) -> None:
        self._note(str(reason.filename), reason)

    def _note(self, name: str, reason: Exception) -> None:
        self.unreadable.append((name, getattr(reason, "strerror", None) or str(reason)))


def _is_mail(name: str) -> bool:
    plain = name.removesuffix(".gz")
    return plain.endswith(".eml") or (plain.startswith("msg_") and plain.endswith(".txt"))


def _is_mbox(path: Path) -> bool:
    """By its name, or by its first line where the name tells nothing (Thunderbird's folders have bare names)."""
    if _is_mail(path.name):
        return False
    if path.name.removesuffix(".gz").endswith((".mbox", ".mbx")):
        return True
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return False


def _mails_of_mbox(file: BinaryIO) -> Iterator[int]:
    """Where each mail begins. What stands before the first sound "From " line is a mail too: its own line is broken."""
    first = True
    for at in _from_lines(file):
        if not _is_separator(file, at):
            continue
        if first and at > 0 and os.pread(file.fileno(), min(at, _HEAD), 0).strip():
            yield 0
        first = False
        yield at
    if first and os.fstat(file.fileno()).st_size:
        yield 0


def _from_lines(file: BinaryIO) -> Iterator[int]:
    """Where lines begin with "From "; found in blocks, as reading 10 GB by lines takes many times longer."""
    read, tail = 0, b"\n"
    while block := file.read(_BLOCK):
        joined = tail + block
        at = joined.find(b"\nFrom ")
        while at >= 0:
            yield read - len(tail) + at + 1
            at = joined.find(b"\nFrom ", at + 1)
        read += len(block)
        tail = joined[-5:]


def _is_separator(file: BinaryIO, at: int) -> bool:
    """A line of text may begin with "From " too. A mail begins where header fields follow, and either the line has a
    time and a year in it, or (broken ones) stands after a blank line and before a field that every mail has."""
    begin = max(0, at - 3)
    around = os.pread(file.fileno(), 700, begin)
    before, here = around[: at - begin], around[at - begin :]
    line, _, after = here.partition(b"\n")
    is_after_blank = at == 0 or before.endswith(b"\n\n") or before == b"\n\r\n"
    if _TIME_AND_YEAR.search(line):
        return bool(_FIELD.match(after)) or (is_after_blank and after[:2].strip() == b"")
    return is_after_blank and bool(_USUAL_FIELD.match(after))


def _read(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        return os.pread(file.fileno(), end - start, start)


def _as_sent(content: bytes) -> bytes:
    """Without what the mbox added: its "From " line, also a broken one, and the quoting of such lines in the text."""
    line, _, after = content.partition(b"\n")
    if not _FIELD.match(line) and _FIELD.match(after):
        content = after
    return _QUOTED_FROM.sub(rb"\1", content) if b"\n>From " in content else content


def _written(head: bytes) -> float | None:
    """When a mail was written, else when it came; None when it does not say."""
    head = _END_OF_HEAD.split(head, maxsplit=1)[0]
    for pattern in (_DATE, _RECEIVED):
        for found in pattern.findall(head)[:1]:
            if (at := _time(found.decode("ascii", "replace"))) is not None:
                return at
    return None


def _time(text: str) -> float | None:
    try:
        parts = parsedate_tz(text)
        at = float(mktime_tz(parts)) if parts else 0.0
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at >= _NOT_BEFORE else None
