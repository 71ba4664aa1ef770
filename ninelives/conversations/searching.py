"""Search at any size: the newest conversations that were asked for, a page at a time. How they are found: `roads`.

Where nothing is as it was asked, what is written nearly so is found instead, and told as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from ninelives.conversations import wording
from ninelives.conversations.roads import Moment, Narrowed, Part, Road, Roads
from ninelives.conversations.wording import Meant
from ninelives.foundation import asking
from ninelives.foundation.asking import Asked
from ninelives.foundation.patience import BusyError, Patience, TooLongError, impatiently

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# With so few found, it is told whether more is written nearly so.
FEW = 5
NARROWED = Narrowed()


@dataclass(frozen=True, slots=True)
class Found:
    ids: list[UUID]
    # False: it took too long, and there may be more.
    is_whole: bool = True
    # False: too much was searched for at this moment, and this was not even begun.
    is_begun: bool = True
    # These are written nearly so. Or: there is more, which is.
    is_nearly: bool = False
    has_nearly: bool = False
    # What was typed stands in more words than are looked for.
    is_cut: bool = False


def newest(
    actor: "Actor",
    q: str,
    *,
    most: int,
    after: Moment | tuple[None, None] = (None, None),
    narrowed: Narrowed = NARROWED,
    nearly: bool = True,
) -> Found:
    """The newest conversations visible to the actor that these words find; `after`: older than this one."""
    asked = asking.read(q)
    if not asked.q or not actor.brand_ids:
        return Found([])
    at, last = after
    search = _Search(Roads(actor, asked, narrowed), asked, Part(most, (at, last)) if at and last else Part(most))
    try:
        with impatiently() as patience:
            search.run(patience, nearly)
    except BusyError:
        return Found([], is_whole=False, is_begun=False)
    except TooLongError:
        return search.found(is_whole=False)
    return search.found()


class _Search:
    def __init__(self, roads: Roads, asked: Asked, part: Part) -> None:
        self.roads, self.asked, self.part = roads, asked, part
        self.meant: tuple[Meant, ...] = ()
        self.exact: set[Moment] = set()
        self.near: set[Moment] = set()

    def run(self, patience: Patience, nearly: bool) -> None:
        self.meant = wording.meant(self.asked)
        exactly = self.roads.exactly(self.meant)
        self._go(exactly, self.exact, patience)
        if self.asked.is_nearly or (nearly and not self._is_enough(exactly, patience)):
            self._go(self.roads.nearly(wording.nearly_meant(self.asked)), self.near, patience)

    def found(self, *, is_whole: bool = True) -> Found:
        is_nearly = self.asked.is_nearly or bool(self.near and not self.exact)
        rows = self.exact | self.near if is_nearly else self.exact
        ids = [id_ for _at, id_ in sorted(rows, reverse=True)[: self.part.most]]
        has_nearly = not is_nearly and not self.near <= self.exact
        is_cut = any(one.is_cut for one in self.meant)
        return Found(ids, is_whole, is_nearly=is_nearly, has_nearly=has_nearly, is_cut=is_cut)

    def _is_enough(self, exactly: Sequence[Road], patience: Patience) -> bool:
        if self.part.before == Part(1).before:
            return len(self.exact) >= FEW
        # The end of a list; or the pages after the first of what is written nearly so.
        found: set[Moment] = set(self.exact)
        if not found:
            self._go(exactly, found, patience, Part(1))
        return bool(found)

    def _go(self, roads: Sequence[Road], into: set[Moment], patience: Patience, part: Part | None = None) -> None:
        """The quickest first, so that they are there if another takes too long."""
        part = part or self.part
        for road in roads:
            patience.check()
            into.update(road(part))
            if len(into) >= part.most:
                part = replace(part, since=sorted(into, reverse=True)[part.most - 1])
            if into and self.asked.is_reference:
                return
