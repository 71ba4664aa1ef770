"""Promises as they go over the line."""

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

from ninelives.accounts.models import Person
from ninelives.api import promise_schemas as schemas
from ninelives.api.schemas import Named, Referenced
from ninelives.promises.models import Promise

Row = TypeVar("Row", bound=Model)


def shown(promise: Promise) -> schemas.Promise:
    customer, record = promise.customer.record, promise.conversation.record if promise.conversation else None
    return schemas.Promise(
        id=promise.pk,
        reference=promise.reference,
        kind=promise.kind,
        what=promise.what,
        state=promise.state,
        is_late=promise.is_late,
        is_nearly_late=promise.is_nearly_late,
        customer=Named(id=customer.pk, name=customer.name),
        conversation=Referenced(id=record.pk, reference=record.reference) if record else None,
        brand=Named(id=promise.brand_id, name=promise.brand.name),
        channel=promise.channel,
        address=promise.address,
        owner=_named(promise.owner),
        source=promise.source,
        made_at=promise.at,
        made_by=promise.by_name,
        due_from=promise.due_from,
        due_by=promise.due_by,
        warn_at=promise.warn_at,
        settled_at=promise.settled_at,
        attempts=promise.attempts_made,
        told=promise.is_told,
    )


def whole(promise: Promise) -> schemas.WholePromise:
    return schemas.WholePromise(
        **dict(shown(promise)),
        all_attempts=[
            schemas.PromiseAttempt(id=one.pk, outcome=one.outcome, note=one.note, at=one.at, by=one.by_name)
            for one in _in_order(promise.attempts)
        ],
        keepings=[
            schemas.PromiseKeeping(
                at=one.at, by=one.by_name, message=one.message, attempt=one.attempt_id, undone_at=one.undone_at
            )
            for one in _in_order(promise.keepings)
        ],
        withdrawals=[
            schemas.PromiseWithdrawal(
                at=one.at, by=one.by_name, because=one.because, reason=one.reason, undone_at=one.undone_at
            )
            for one in _in_order(promise.withdrawals)
        ],
        moves=[
            schemas.PromiseMove(
                at=one.at,
                by=one.by_name,
                was_from=one.was_from,
                was_by=one.was_by,
                due_from=one.due_from,
                due_by=one.due_by,
                was_late=one.was_late,
            )
            for one in _in_order(promise.moves)
        ],
        handovers=[
            schemas.PromiseHandover(at=one.at, by=one.by_name, person=_named(one.person))
            for one in _in_order(promise.handovers)
        ],
    )


def _named(person: Person | None) -> Named | None:
    return Named(id=person.pk, name=person.name) if person else None


def _in_order(rows: Manager[Row] | QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_related("by_person", "by_token").order_by("at", "pk")
