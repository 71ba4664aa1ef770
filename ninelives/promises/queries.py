"""Reading promises: those of a conversation or a customer, what should be worked on now, and how many are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Least

from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.promises.models import Promise, Promises, Withdrawal

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor, Person

# After a call that nobody answered, so long nobody tries again, while there is time.
AGAIN_AFTER = timedelta(minutes=15)


def open_to(actor: "Actor") -> Promises:
    """All that this actor may see and that is neither kept nor withdrawn, what is due first coming first."""
    return Promise.objects.visible_to(actor).open().named().order_by("due_by", "pk")


def of_conversation(actor: "Actor", conversation: Conversation) -> Promises:
    """All that was promised in it, oldest first."""
    return Promise.objects.visible_to(actor).of_conversation(conversation).named().order_by("pk")


def of_customer(actor: "Actor", customer: Customer) -> Promises:
    """Open ones to whoever is one with this customer, what is due first coming first."""
    return open_to(actor).of_customer(customer)


def open_in(actor: "Actor", conversation: Conversation) -> list[Promise]:
    """Open ones of a conversation, what is due first coming first."""
    root = conversation.root_id
    return _open_in(actor.brand_ids, None if root else conversation.pk, root)


@compiled
def _open_in(brands: Collection[UUID], conversation: UUID | None, root: UUID | None) -> QuerySet[Promise]:
    rows = Promise.objects.of_brands(brands).open().named().order_by("due_by", "pk")
    return rows.filter(conversation__root=root) if root else rows.filter(conversation=conversation)


def soonest_of(actor: "Actor", customer: Customer, *, most: int) -> list[Promise]:
    """The first of `of_customer`."""
    root = customer.root_id
    return _soonest_of(actor.brand_ids, None if root else customer.pk, root, most=most)


@compiled
def _soonest_of(brands: Collection[UUID], customer: UUID | None, root: UUID | None, *, most: int) -> QuerySet[Promise]:
    rows = Promise.objects.of_brands(brands).open().named().order_by("due_by", "pk")
    return (rows.filter(customer__root=root) if root else rows.filter(customer=customer))[:most]


@dataclass(frozen=True, slots=True)
class ToQueue:
    """A promise to work on now. `owner`: who shall keep it, or anybody of the brand; `urgent_from`: from then on it
    warns; `deadline`: when it is late."""

    promise: UUID
    reference: str
    brand: UUID
    customer: UUID
    conversation: UUID | None
    kind: str
    channel: str
    owner: UUID | None
    made_at: datetime
    urgent_from: datetime
    deadline: datetime
    attempts: int


def to_queue(at: datetime | None = None, *, reach: timedelta = timedelta(0), most: int | None = None) -> list[ToQueue]:
    """What should be worked on at this moment so that it is kept, of all brands, what is due first coming first.

    Its window has begun, or does so within `reach`. What somebody tried a moment ago rests for a quarter of an hour, or
    until it warns. `customer` and `conversation` are those as which they are read.
    """
    at = at or now()
    begun = Q(due_from=None) | Q(due_from__lte=at + reach)
    rested = Q(attempted_at=None) | Q(attempted_at__lte=at - AGAIN_AFTER)
    rested |= Q(warn_at__lte=at, attempted_at__lt=F("warn_at"))
    rows = Promise.objects.open().filter(begun).filter(rested).order_by("due_by", "pk")
    return [_queued(promise) for promise in rows.select_related("customer", "conversation")[:most]]


def _queued(promise: Promise) -> ToQueue:
    conversation = promise.conversation
    return ToQueue(
        promise=promise.pk,
        reference=promise.reference,
        brand=promise.brand_id,
        customer=promise.customer.root_id or promise.customer_id,
        conversation=conversation.record_id if conversation else None,
        kind=promise.kind,
        channel=promise.channel,
        owner=promise.owner_id,
        made_at=promise.at,
        urgent_from=promise.warn_at,
        deadline=promise.due_by,
        attempts=promise.attempts_made,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Open promises: all of them, those that warn, and those that are late."""

    open: int
    nearly_late: int
    late: int


NONE = Counts(0, 0, 0)


def counts(brands: Collection[UUID], at: datetime | None = None, person: "Person | None" = None) -> dict[UUID, Counts]:
    """By brand; a brand without open promises is left out. Of a person: those that are theirs to keep."""
    at = at or now()
    rows = Promise.objects.open().filter(brand__in=brands)
    rows = rows.filter(owner=person) if person else rows
    counted = (
        rows.values("brand")
        .order_by("brand")
        .annotate(
            open=Count("pk"),
            nearly_late=Count("pk", filter=Q(warn_at__lte=at, due_by__gte=at)),
            late=Count("pk", filter=Q(due_by__lt=at)),
        )
    )
    return {row["brand"]: Counts(row["open"], row["nearly_late"], row["late"]) for row in counted}


@dataclass(frozen=True, slots=True)
class KeptRate:
    """Promises that were decided in a span of time, and what was decided."""

    in_time: int
    late: int
    # Withdrawn before they were due, by us or at the customer's wish. The latter counts neither for nor against us.
    withdrawn: int
    not_needed: int

    @property
    def decided(self) -> int:
        return self.in_time + self.late + self.withdrawn

    @property
    def rate(self) -> float | None:
        """Kept in time, of all that were decided. None when none was."""
        return self.in_time / self.decided if self.decided else None


def kept_rate(brands: Collection[UUID], since: datetime, until: datetime | None = None) -> KeptRate:
    """Of the promises that were decided from `since` to before `until`, or up to now.

    A promise is decided when it is kept or withdrawn, and at the latest when it is due. It is late when it was not kept
    by then, whatever came after; also when the customer agreed to another window after one had passed. What was entered
    by mistake and taken back at once was none.
    """
    until, because = until or now(), Withdrawal.Because
    decided_at = Case(When(outcome="open", then=F("due_by")), default=Least("settled_at", "due_by"))
    mistakes = Withdrawal.objects.filter(promise=OuterRef("pk"), undone_at=None, because=because.MISTAKE)
    rows = Promise.objects.filter(~Exists(mistakes), brand__in=brands).annotate(decided_at=decided_at)
    rows = rows.filter(decided_at__gte=since, decided_at__lt=until)
    is_late = Q(missed__gt=0) | Q(outcome="open") | Q(settled_at__gt=F("due_by"))
    ours = Q(outcome="withdrawn") & ~is_late
    running = Q(withdrawals__undone_at=None)
    counted = rows.aggregate(
        in_time=Count("pk", filter=Q(outcome="kept") & ~is_late, distinct=True),
        late=Count("pk", filter=is_late, distinct=True),
        withdrawn=Count("pk", filter=ours & running & Q(withdrawals__because=because.OURS), distinct=True),
        not_needed=Count("pk", filter=ours & running & Q(withdrawals__because=because.CUSTOMER), distinct=True),
    )
    return KeptRate(**counted)


@dataclass(frozen=True, slots=True)
class Badge:
    """Of a conversation with open promises, the one that is due first."""

    due_by: datetime
    warn_at: datetime

    def is_late(self, at: datetime) -> bool:
        return self.due_by < at

    def is_nearly_late(self, at: datetime) -> bool:
        return self.warn_at <= at <= self.due_by


def badges(conversation_ids: Collection[UUID]) -> dict[UUID, Badge]:
    """By conversation, as which it is read; those without open promises are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_BADGES, {"ids": list(conversation_ids)})
        return {record: Badge(due_by, warn_at) for record, due_by, warn_at in cursor}


_BADGES = """
    WITH one (record, id) AS (
        SELECT id, id FROM unnest(%(ids)s::uuid[]) AS shown (id)
        UNION
        SELECT root_id, id FROM conversations_conversation WHERE root_id = ANY(%(ids)s::uuid[])
    )
    SELECT DISTINCT ON (one.record) one.record, promise.due_by, promise.warn_at
    FROM one JOIN promises_promise promise ON promise.conversation_id = one.id AND promise.outcome = 'open'
    ORDER BY one.record, promise.due_by
"""


@dataclass(frozen=True, slots=True)
class Warned:
    """A promise of somebody's of which they were warned, or that became late."""

    promise: Promise
    at: datetime
    is_late: bool


def warned(person: "Person", since: datetime, most: int) -> list[Warned]:
    """Of this person's own, what there was to be told since a moment, newest first."""
    rows = open_to(person).filter(owner=person).filter(Q(warned_at__gt=since) | Q(late_at__gt=since))
    found = [_warned(promise, since) for promise in rows[:most]]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _warned(promise: Promise, since: datetime) -> Warned:
    is_late = promise.late_at is not None and promise.late_at > since
    at = promise.late_at if is_late else promise.warned_at
    return Warned(promise, at or since, is_late)
