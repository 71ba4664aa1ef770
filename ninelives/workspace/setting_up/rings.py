"""Rows of a form that say which level of a skill is asked, and from how much waiting on. Rows can be added and taken
away by plain buttons of the form, which save nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ninelives.routing.actions import Ring
from ninelives.routing.models import MOST, Queue

LONGEST = 86400


@dataclass(frozen=True, slots=True)
class RingRow:
    skill: str
    level: str
    after: str
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.skill.strip()


@dataclass(frozen=True, slots=True)
class Rings:
    rows: tuple[RingRow, ...]

    @classmethod
    def of(cls, queue: Queue | None) -> "Rings":
        found = queue.requirements.select_related("skill") if queue else ()
        return cls(tuple(RingRow(one.skill.name, str(one.level), str(one.after)) for one in found))

    @classmethod
    def posted(cls, given: MultiValueDict[str, str]) -> "Rings":
        """As they were typed, after what a button of the rows does."""
        columns = (given.getlist(f"ring_{name}") for name in ("skill", "level", "after"))
        rows = [RingRow(*(text[:80] for text in row)) for row in zip(*columns, strict=False)]
        gone = given.get("remove_ring", "")
        if gone.isdecimal() and int(gone) < len(rows):
            del rows[int(gone)]
        if "add_ring" in given:
            last = rows[-1] if rows else None
            rows.append(RingRow(last.skill if last else "", str(MOST - 2), "60" if last else "0"))
        return cls(tuple(rows))

    def checked(self) -> "Rings":
        """With what is wrong at each row."""
        seen: dict[tuple[str, int], int] = {}
        for place, row in enumerate(self.rows):
            if not row.is_empty and row.after.isdecimal():
                seen.setdefault((row.skill.strip().lower(), int(row.after)), place)
        return Rings(tuple(replace(row, error=_wrong(row, place, seen)) for place, row in enumerate(self.rows)))

    @property
    def is_right(self) -> bool:
        return not any(row.error for row in self.rows)

    def said(self) -> list[Ring]:
        return [Ring(row.skill.strip(), int(row.level), int(row.after)) for row in self.rows if not row.is_empty]


def _wrong(row: RingRow, place: int, seen: Mapping[tuple[str, int], int]) -> str:
    if row.is_empty:
        return ""
    if not (row.level.isdecimal() and int(row.level) <= MOST):
        return _("A level is from 1 to 5, or “not needed”.")
    if not (row.after.isdecimal() and int(row.after) <= LONGEST):
        return _("Seconds of waiting are a whole number, at most 86400.")
    skill = row.skill.strip().lower()
    if seen[skill, int(row.after)] != place:
        return _("This skill has a row for the same moment already.")
    if (skill, 0) not in seen:
        return _("Say first what is asked of this skill at once: after 0 seconds.")
    return ""


def levels() -> Iterable[tuple[str, str]]:
    return [("0", _("not needed")), *((str(level), str(level)) for level in range(1, MOST + 1))]
