"""One folder at a mail server, opened: what waits in it, and its mails one by one, in bundles or in pieces.

Nothing here changes a mail, its flags included (BODY.PEEK, EXAMINE), unless the account was told so (`settle`).
"""

import imaplib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from imap_tools.utils import encode_folder

from ninelives.channels.polling import Listed, NotHandedOver

from .answers import Told, ranges, told
from .line import readable
from .place import Box, Place, choose, our_words

PIECE = 1_000_000
MOVE = "move:"


class Folder:
    """Mails are named by their numbers (UID), which hold as long as `validity` is the same (RFC 3501, 2.3.1.1)."""

    def __init__(self, box: Box, where: Place, after: str) -> None:
        self._box, self._line, self._where = box, box.line, where
        self._after = after
        self.server, self.name = where.server, where.folder
        self.validity = self.next_uid = self.count = 0
        with our_words(where):
            # Asked again: most servers tell what they can only after signing in.
            _ok, known = self._line.capability()
            self._abilities = frozenset(b" ".join(known).decode("ascii", "replace").upper().split())
        self.choose()

    def choose(self) -> None:
        """Open the folder anew: only then does a server tell that it has numbered its mails anew."""
        self.count = choose(self._box, self._where, readonly=not self._changes)
        with our_words(self._where):
            self.validity = self._number("UIDVALIDITY") or 1
            self.next_uid = self._number("UIDNEXT") or max(self.uids(1), default=0) + 1

    def uids(self, first: int, last: int | None = None) -> list[int]:
        """The numbers from `first` to `last`, upwards."""
        found = self._search(f"UID {first}:{last or '*'}")
        # `7:*` names the last mail also where its number is lower.
        return [uid for uid in found if first <= uid <= (last or uid)]

    def since(self, day: datetime) -> list[int]:
        """The numbers of what came to stand here on this day or later."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Size and arrival of those that are still there."""
        found = self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")
        return {uid: Listed(uid, one.size, one.arrived_at) for uid, one in found.items() if uid in set(uids)}

    def take(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole mails. Those that the server leaves out are missing."""
        found = self._fetch(uids, "(UID BODY.PEEK[])")
        return {uid: one.body for uid, one in found.items() if one.body is not None}

    def pieces(self, uid: int, most: int) -> Iterator[bytes]:
        """A large mail in pieces, up to so many bytes of it."""
        given = 0
        while given < most:
            wanted = min(PIECE, most - given)
            one = self._fetch([uid], f"(UID BODY.PEEK[]<{given}.{wanted}>)").get(uid)
            if one is None or one.body is None:
                raise NotHandedOver("left_out")
            # A server that knows no pieces gives the whole.
            piece = one.body[: most - given]
            yield piece
            given += len(piece)
            if len(one.body) != wanted:
                return

    def head(self, uid: int) -> bytes:
        one = self._fetch([uid], "(UID BODY.PEEK[HEADER])").get(uid)
        return one.body if one and one.body else b""

    def settle(self, uids: Sequence[int]) -> None:
        """What the account was told to do with mails that are kept: nothing, mark them as read, or move them away."""
        if not uids or not self._changes:
            return
        with our_words(self._where):
            if self._after.startswith(MOVE):
                self._move(ranges(uids), self._after[len(MOVE) :])
            else:
                self._must("STORE", ranges(uids), "+FLAGS.SILENT", r"(\Seen)")

    def wait(self, seconds: float, bell: int) -> None:
        """Until there may be something new, the bell is readable, or the time is up."""
        with our_words(self._where):
            if self._line.count_told() not in (None, self.count):
                # It came since we looked, and was told beside another answer: it is not told again.
                return
            if "IDLE" in self._abilities:
                try:
                    self._line.idle_until_news(seconds, bell)
                    return
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error:
                    # It tells that it can, and cannot: from now on we ask.
                    self._abilities -= {"IDLE"}
            readable(seconds, bell)

    def cut(self) -> None:
        self._line.cut()

    def close(self) -> None:
        """Never raises: whoever leaves does not care what the server says."""
        with suppress(imaplib.IMAP4.error, OSError, ValueError):
            self._line.sock.settimeout(2.0)
            self._line.logout()
        self._line.shutdown()

    @property
    def _changes(self) -> bool:
        return self._after != "keep"

    def _search(self, words: str) -> list[int]:
        with our_words(self._where):
            return sorted(int(uid) for uid in self._box.uids(words, None))

    def _fetch(self, uids: Sequence[int], items: str) -> dict[int, Told]:
        if not uids:
            return {}
        with our_words(self._where):
            return told(self._must("FETCH", ranges(uids), items))

    def _must(self, command: str, *given: str) -> Sequence[object]:
        kind, answer = self._line.uid(command, *given)
        if kind != "OK":
            said = b" ".join(part for part in answer if isinstance(part, bytes)).decode("utf-8", "replace")
            raise NotHandedOver(f"line_lost:{' '.join(said.split())[:200] or kind}")
        return answer

    def _move(self, which: str, folder: str) -> None:
        target = encode_folder(folder).decode("ascii")
        if "MOVE" in self._abilities:
            self._must("MOVE", which, target)
            return
        self._must("COPY", which, target)
        self._must("STORE", which, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._abilities:
            # Without it EXPUNGE would take along what others marked; then they stay, marked as deleted.
            self._must("EXPUNGE", which)

    def _number(self, name: str) -> int:
        _name, [value] = self._line.response(name)
        return int(value) if value else 0


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
