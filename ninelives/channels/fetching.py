"""The way in for channels that must be asked: what waits is fetched in chunks, and every chunk is kept together with
how far we are, in one transaction. Killed at any point, it goes on where it was, and nothing is there twice.

What a server cannot hand over is found by going on one by one, and put aside as far as it is known.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from ninelives.channels import keeping
from ninelives.channels.actions import INTO_A_FILE
from ninelives.channels.keeping import Came
from ninelives.channels.models import ChannelAccount, MailboxPosition
from ninelives.channels.polling import LineLost, Listed, NotHandedOver, OpenFolder, Polled
from ninelives.channels.registry import POLLED
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.foundation.disk import wait_for_no_disk
from ninelives.foundation.live import signal
from ninelives.foundation.text import storable

State = MailboxPosition.State

MAILBOXES = "mailboxes"
CHUNK = 50
CHUNK_BYTES = 4_000_000
# Sizes and arrivals are asked for so many at a time.
LIST = 500
# Beyond this one comes in pieces, straight into a file.
LARGE = 1_000_000
# So many tries at one mail before it is held to be the mail's own fault.
TRIES = 3
WITNESSES = 3
# What came in before the mailbox was added, and no longer ago than this, is no history: somebody waits for an answer.
FRESH = timedelta(days=1)
# Clocks of mail servers differ from ours.
CLOCKS = timedelta(minutes=10)


class OvertakenError(Exception):
    """Somebody else fetches this folder too, and is further."""


def note_failing(account_id: UUID, reason: str, pause: float) -> None:
    """It cannot be fetched now, and is tried again after so many seconds."""
    account = ChannelAccount.objects.get(pk=account_id)
    told = dict(account.settings.filter(is_secret=False).values_list("name", "value"))
    position, _is_new = MailboxPosition.objects.get_or_create(account=account, folder=POLLED[account.kind].folder(told))
    MailboxPosition.objects.filter(pk=position.pk).update(
        state=State.FAILING,
        problem=storable(reason),
        failing_since=position.failing_since or now(),
        retry_at=now() + timedelta(seconds=pause),
    )
    signal(MAILBOXES, str(account.brand_id))


class Stretch:
    """The newer or the older part of a folder: what still waits in it, and how it goes."""

    def __init__(self, name: str, position: MailboxPosition) -> None:
        self.name, self._position = name, position
        self.waiting: list[int] = []
        self.listed: dict[int, Listed] = {}
        self._listed_to = 0

    @property
    def done(self) -> int:
        return int(getattr(self._position, f"{self.name}_done"))

    @property
    def tries(self) -> int:
        return int(getattr(self._position, f"{self.name}_tries"))

    @property
    def suspect(self) -> int:
        return int(getattr(self._position, f"{self.name}_suspect"))

    def news(self, **news: int) -> dict[str, int]:
        """As fields of the position."""
        return {f"{self.name}_{name}": value for name, value in news.items()}

    def next(self, folder: OpenFolder) -> list[int]:
        """The next chunk: as many as are fetched at a time, and one alone where something went wrong before."""
        if self.waiting[0] > self._listed_to:
            ahead = self.waiting[:LIST]
            self.listed, self._listed_to = folder.listed(ahead), ahead[-1]
        if self.waiting[0] <= self.suspect:
            return self.waiting[:1]
        size = 0
        chunk: list[int] = []
        for uid in self.waiting[:CHUNK]:
            size += self.listed[uid].size if uid in self.listed else 0
            if chunk and (size > CHUNK_BYTES or uid > self._listed_to):
                break
            chunk.append(uid)
        return chunk

    def forget_lists(self) -> None:
        self.listed, self._listed_to = {}, 0


class Fetching:
    """One folder, from where we were to where nothing waits."""

    def __init__(self, account: ChannelAccount, folder: OpenFolder, speaks: Polled) -> None:
        self.account, self.folder, self.speaks = account, folder, speaks
        self.position = MailboxPosition.objects.get_or_create(account=account, folder=folder.name)[0]
        self.new, self.old = Stretch("new", self.position), Stretch("old", self.position)
        self._view = account.view()
        self._knows_old = False
        # What the account was told to do with mails once they are kept, and the server does not.
        self._unsettled = ""
        self._told_at = 0.0

    def look(self) -> bool:
        """Find our place, and what came in since; whether there is anything to do."""
        if (self.folder.server, self.folder.validity) != (self.position.server, self.position.validity):
            self._begin_anew()
        if not self._knows_old:
            split = self.position.split
            self.old.waiting = self.folder.uids(self.old.done + 1, split - 1) if self.old.done + 1 < split else []
            self._knows_old = True
        self.new.waiting = self.folder.uids(self.new.done + 1)
        self.new.forget_lists()
        waits = len(self.new.waiting) + len(self.old.waiting)
        if waits:
            self._note(state=State.FETCHING, total=self.position.done + waits)
        return bool(waits)

    def step(self) -> bool:
        """Fetch and keep one chunk. False: nothing waits."""
        stretch = self.new if self.new.waiting else self.old
        if not stretch.waiting:
            return False
        chunk = stretch.next(self.folder)
        is_suspect = len(chunk) == 1 and stretch.tries >= TRIES and chunk[0] in stretch.listed
        if is_suspect:
            self._judge(stretch, stretch.listed[chunk[0]])
        else:
            self._fetch_chunk(stretch, chunk)
        return True

    def fetch_again(self) -> None:
        """Those that were not handed over, when somebody asks for another try."""
        for receipt in keeping.asked_for(self.account):
            # First: should it kill the line or us, it is not tried for ever.
            keeping.put_back(receipt)
            uid = keeping.uid_in(receipt, self.position)
            found = self.folder.listed([uid]) if uid else {}
            came, said = [], "gone"
            try:
                came = self._fetch([uid], found)
            except NotHandedOver as problem:
                said = problem.reason
            if came:
                keeping.complete(receipt, came[0])
            else:
                keeping.put_back(receipt, said)

    def rest(self, every: float = 0.0) -> None:
        """Nothing waits. Written down where that is news, and else only every so many seconds."""
        at = self.position
        last = at.last_success_at
        is_news = at.state != State.WATCHING or at.problem != self._unsettled or last is None
        if not is_news and last and (now() - last).total_seconds() < every:
            return
        calm = {"state": State.WATCHING, "problem": self._unsettled, "failing_since": None, "retry_at": None}
        self._note(**calm, total=at.done, last_success_at=now())
        self._tell(at_once=True)

    def _begin_anew(self) -> None:
        """The numbers mean nothing any more, or did not yet. What we have is known by its imprint."""
        at, folder = self.position, self.folder
        lately = (at.last_success_at or self.account.created_at) - FRESH
        try:
            recent = folder.since(lately)
        except NotHandedOver:
            recent = []  # A server that cannot search by date: then all of it in order.
        at.server, at.validity, at.boundary = folder.server, folder.validity, folder.next_uid
        at.split = min([*recent, folder.next_uid])
        at.new_done, at.old_done = at.split - 1, 0
        at.new_tries = at.new_suspect = at.old_tries = at.old_suspect = 0
        at.total, at.done, at.known = folder.count, 0, 0
        at.save()
        self._knows_old = False
        self.old.forget_lists()

    def _fetch_chunk(self, stretch: Stretch, chunk: list[int]) -> None:
        self._note_try(stretch, chunk[-1])
        try:
            came = self._fetch(chunk, stretch.listed)
        except NotHandedOver as problem:
            if len(chunk) > 1:
                # One of them: from here one by one, each with all its tries.
                self._note(**stretch.news(tries=0))
            elif stretch.tries >= TRIES:
                self._judge(stretch, stretch.listed[chunk[0]], problem.reason)
            return
        self._keep(stretch, came, chunk)
        self._settle([one.uid for one in came if not one.left_out])

    def _fetch(self, uids: Sequence[int], listed: dict[int, Listed]) -> list[Came]:
        wanted = [listed[uid] for uid in uids if uid in listed and not self._is_too_old(listed[uid])]
        together = [one.uid for one in wanted if one.size <= LARGE]
        bodies = self.folder.take(together)
        missing = [uid for uid in together if uid not in bodies]
        if missing and self.folder.listed(missing):
            raise NotHandedOver("left_out")
        return [self._came(one, bodies.get(one.uid)) for one in wanted if one.uid in bodies or one.size > LARGE]

    def _came(self, one: Listed, body: bytes | None) -> Came:
        if body is not None and len(body) <= INTO_A_FILE:
            return self._classed(Came.whole(one, body, self.speaks.glance([body])))
        most = self.speaks.max_bytes(self._view)
        is_cut = one.size > most
        pieces = [body] if body is not None else self.folder.pieces(one.uid, LARGE if is_cut else most)
        file = files.receive(pieces)
        came = Came.in_file(one, file, self.speaks.glance(files.pieces(file.sha256)))
        came.left_out = f"{self.speaks.too_large}:{one.size / 1e6:.0f} MB" if is_cut else ""
        return self._classed(came)

    def _classed(self, came: Came) -> Came:
        """Whether this is history: it keeps its dates, and nobody is told of it."""
        opened, arrived_at, written_at = self.account.created_at, came.arrived_at, came.glance.written_at
        if came.uid < self.position.boundary and (arrived_at is None or arrived_at < opened):
            came.closes = arrived_at is not None and arrived_at < opened - FRESH
            # A mailbox that was moved to another server may have lost when its mails came in: then nobody is told of
            # the old ones either, but they stay open.
            came.is_import = came.closes or (written_at is not None and written_at < opened - FRESH)
        return came

    def _is_too_old(self, one: Listed) -> bool:
        days = self.speaks.history(self._view)
        if days is None or one.uid >= self.position.boundary or one.arrived_at is None:
            return False
        return one.arrived_at < self.account.created_at - timedelta(days=days) - CLOCKS

    def _judge(self, stretch: Stretch, one: Listed, said: str = "") -> None:
        """This mail does not come. If others do, it is put aside and the next go on."""
        why = said or self.position.problem or "nothing_handed_over"
        if not any(self._comes(other) for other in self._others(one.uid)):
            self._note(**stretch.news(tries=0))
            raise LineLost(why)
        head, lost = b"", None
        try:
            head = self.folder.head(one.uid)
        except (LineLost, NotHandedOver) as problem:
            lost = problem
        self._keep(stretch, [], [one.uid], aside=(one, head, why))
        if isinstance(lost, LineLost):
            raise lost

    def _others(self, uid: int) -> Iterator[int]:
        """Witnesses: mails near by, to see whether the server hands over anything at all. 0: there is no other."""
        before = self.folder.uids(max(1, uid - 1000), uid - 1)[-2:]
        near = [*self.new.waiting[: WITNESSES + 1], *self.old.waiting[: WITNESSES + 1], *before]
        others = self.folder.listed([other for other in dict.fromkeys(near) if other != uid])
        small = [other for other, one in sorted(others.items()) if one.size <= LARGE]
        yield from small[:WITNESSES] or [0]

    def _comes(self, uid: int) -> bool:
        try:
            return not uid or uid in self.folder.take([uid])
        except NotHandedOver:
            return False

    def _keep(
        self, stretch: Stretch, came: list[Came], chunk: list[int], aside: tuple[Listed, bytes, str] | None = None
    ) -> None:
        at, last = self.position, chunk[-1]
        with transaction.atomic():
            self._lock()
            known = keeping.keep(self.account, came)
            if aside:
                one, head, why = aside
                key = keeping.key_of(at, one.uid)
                keeping.set_aside(self.account, one, head, self.speaks.glance([head]), key, why)
            self._note(
                done=at.done + len(chunk),
                known=at.known + known,
                last_success_at=now(),
                **stretch.news(done=last, tries=0),
            )
        del stretch.waiting[: len(chunk)]
        self._tell()

    def _lock(self) -> None:
        """Two who fetch the same folder: one waits for the other here, and then sees that it was overtaken."""
        row = MailboxPosition.objects.select_for_update().get(pk=self.position.pk)
        marks = ("server", "validity", "new_done", "old_done")
        if any(getattr(row, mark) != getattr(self.position, mark) for mark in marks):
            raise OvertakenError

    def _settle(self, uids: list[int]) -> None:
        try:
            self.folder.settle(uids)
            self._unsettled = ""
        except NotHandedOver as problem:
            self._unsettled = f"not_settled:{problem.reason.partition(':')[2] or problem.reason}"

    def _note_try(self, stretch: Stretch, last: int) -> None:
        """Before the call: what kills the process is found by this."""
        with transaction.atomic():
            # Losing this in a power cut costs one more try.
            wait_for_no_disk()
            self._note(**stretch.news(tries=stretch.tries + 1, suspect=max(stretch.suspect, last)))

    def _note(self, **news: Any) -> None:
        MailboxPosition.objects.filter(pk=self.position.pk).update(**news)
        for name, value in news.items():
            setattr(self.position, name, value)

    def _tell(self, *, at_once: bool = False) -> None:
        """Whoever looks on sees the progress, once a second."""
        if at_once or time.monotonic() - self._told_at > 1.0:
            self._told_at = time.monotonic()
            signal(MAILBOXES, str(self.account.brand_id))
