"""Which conversations belong in a list, as a value: the views that everybody has, and those that people make."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation, Conversations, Tagging


class Whose(StrEnum):
    ANYONE = "anyone"
    ME = "me"
    NOBODY = "nobody"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True)
class Filter:
    """`status`: open, closed or snoozed. What is snoozed is in no list of open ones."""

    status: str = "open"
    whose: str = Whose.ANYONE
    colleague: UUID | None = None
    brand: UUID | None = None
    account: UUID | None = None
    tag: UUID | None = None
    is_waiting: bool = False
    is_unread: bool = False

    def for_reader(self, person: Person) -> "Fit":
        brands = person.brand_ids & {self.brand} if self.brand else person.brand_ids
        assignee = {Whose.ME: person.pk, Whose.COLLEAGUE: self.colleague}.get(Whose(self.whose))
        shape = Shape(self.status, self.whose != Whose.ANYONE, self.is_waiting, self.is_unread)
        reader = person.pk if self.is_unread else None
        return Fit(shape, frozenset(brands), assignee, self.account, self.tag, reader)


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the statement itself, and not only its values."""

    status: str
    is_owned: bool
    is_waiting: bool
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A filter as it is for one reader. Two readers with the same one have the same list."""

    shape: Shape
    brands: frozenset[UUID]
    assignee: UUID | None
    account: UUID | None
    tag: UUID | None
    reader: UUID | None

    @property
    def values(self) -> tuple[Collection[UUID], UUID | None, UUID | None, UUID | None, UUID | None]:
        """In the order of `fitting`."""
        return self.brands, self.assignee, self.account, self.tag, self.reader


BUILT_IN = {
    "mine": Filter(whose=Whose.ME),
    "unassigned": Filter(whose=Whose.NOBODY),
    "all": Filter(),
    "closed": Filter(status="closed"),
    "snoozed": Filter(status="snoozed"),
}


def fitting(
    brands: Collection[UUID],
    assignee: UUID | None,
    account: UUID | None,
    tag: UUID | None,
    reader: UUID | None,
    shape: Shape,
) -> Conversations:
    rows = Conversation.objects.of_brands(brands).filter(_has(shape.status))
    if shape.is_owned:
        rows = rows.filter(assignee=assignee)
    if account:
        rows = rows.filter(account=account)
    if tag:
        rows = rows.filter(Exists(Tagging.objects.filter(conversation=OuterRef("pk"), tag=tag, ended_at=None)))
    if shape.is_waiting:
        rows = rows.filter(waiting_since__isnull=False)
    return rows.read_by(reader).filter(_IS_UNREAD) if shape.is_unread and reader else rows


def _has(status: str) -> Q:
    if status == "snoozed":
        return Q(snoozed_until__isnull=False)
    return Q(status="open", snoozed_until=None) if status == "open" else Q(status="closed")


# As `Conversation.is_unread`.
_IS_UNREAD = Q(status="open") & (
    Q(mark_id=None, heard_at__isnull=False)
    | Q(mark_id__isnull=False) & (Q(read_up_to=None) | Q(heard_at__gt=F("read_up_to")))
)
