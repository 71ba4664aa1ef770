"""How much work somebody can hold at once, over all channels."""

from collections.abc import Mapping
from dataclasses import dataclass

from ninelives.channels.queries import abilities
from ninelives.routing.models import ChannelLoad

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Load:
    """What one conversation of a channel takes of a person's 100, how many there may be, and whether it may come while
    somebody works on what does not interrupt."""

    most: int
    weight: int
    interrupts: bool

    @property
    def slots(self) -> int:
        return max(1, min(self.most, WHOLE // self.weight))


# A chat that goes on while another is answered; and a stack of letters that can lie for a moment.
_LIVE, _DEFERRED = Load(3, 33, interrupts=True), Load(10, 10, interrupts=False)


def loads(kinds: Mapping[str, object] | set[str]) -> dict[str, Load]:
    """Of these kinds of channel: as somebody set them, or by whether the customer listens."""
    told = {one.kind: Load(one.most, one.weight, one.interrupts) for one in ChannelLoad.objects.all()}
    return {kind: told.get(kind) or usual(kind) for kind in kinds}


def usual(kind: str) -> Load:
    return _LIVE if abilities(kind).live else _DEFERRED


def has_room(kind: str, held: Mapping[str, int], loads: Mapping[str, Load]) -> bool:
    """Whether somebody who holds so many of each kind can take one more of this kind."""
    load = loads[kind]
    if held.get(kind, 0) >= load.most:
        return False
    taken = sum(
        loads[other].weight * count
        for other, count in held.items()
        if other in loads and (loads[other].interrupts or not load.interrupts)
    )
    return taken + load.weight <= WHOLE
