"""Promises are queued so that they are kept: each to be worked on now has a placement, as urgent as it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ninelives.channels.queries import abilities
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises.queries import ToQueue, to_queue
from ninelives.routing.actions.returning import end
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.sorting import queue_for
from ninelives.routing.telling import tell_queue, wake_matcher

Purpose, Why = Placement.Purpose, Placement.Why

_AT_ONCE = 200


@transaction.atomic
def place_promises() -> int:
    """How many were placed, or need no place any more."""
    due = to_queue(most=_AT_ONCE)
    _urge()
    waits = _with_their_customer([one.promise for one in due])
    new = (one for one in due if one.promise not in waits)
    return _end_settled() + sum(_place(one, one.conversation) for one in new if one.conversation)


def _with_their_customer(due: list[UUID]) -> set[UUID]:
    """What a customer who waits chose: it is kept when it is their turn, and has no second place."""
    chosen = Choice.objects.filter(promise__in=due, ended_at=None, placement__ended_at=None)
    return {promise for promise in chosen.values_list("promise", flat=True) if promise}


def _urge() -> None:
    """What waits grows as urgent as its window passes: when due, as somebody at the end of their patience."""
    waiting = Placement.objects.filter(purpose=Purpose.PROMISE, state=Placement.State.WAITING, promise__isnull=False)
    for one in waiting.select_related("promise", "queue")[:_AT_ONCE]:
        if one.promise:
            counts = _counts_from(one.promise.at, one.promise.due_by, one.kind, one.queue)
            Placement.objects.filter(pk=one.pk, state=Placement.State.WAITING).update(counts_from=counts)


def _end_settled() -> int:
    open_ = Placement.objects.open().filter(purpose=Purpose.PROMISE)
    settled = open_.exclude(promise__outcome="open") | open_.filter(promise=None)
    return end(settled.values_list("pk", flat=True), Why.ANSWERED)


def _place(due: ToQueue, conversation_id: UUID) -> int:
    """Once each, and one of a conversation at a time: what is due first comes first."""
    placed = Placement.objects.open().filter(conversation=conversation_id, purpose=Purpose.PROMISE)
    if placed.exists():
        return 0
    found = Conversation.objects.select_related("account", "brand", "customer__root")
    conversation = found.filter(pk=conversation_id).first()
    queue = queue_for(conversation) if conversation else None
    if conversation is None or queue is None:
        return 0
    Placement.objects.create(
        conversation=conversation,
        queue=queue,
        purpose=Purpose.PROMISE,
        promise_id=due.promise,
        kind=conversation.account.kind,
        since=due.made_at,
        counts_from=_counts_from(due.made_at, due.deadline, conversation.account.kind, queue),
        # Whoever made it keeps it, until it warns.
        known_id=due.owner,
        held_until=due.urgent_from if due.owner and due.urgent_from > now() else None,
    )
    tell_queue(queue.brand_id)
    wake_matcher()
    return 1


def _counts_from(made_at: datetime, due_by: datetime, kind: str, queue: Queue) -> datetime:
    horizon = timedelta(seconds=queue.patience if abilities(kind).live else queue.within)
    moment = now()
    passed = (moment - made_at) / max(due_by - made_at, timedelta(seconds=1))
    return moment - horizon * max(0.0, passed)
