"""By the clock: whoever should keep a promise is warned before it is late, and told when it is. Each once a window."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from ninelives.conversations.actions.telling import tell_person
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.promises.actions.telling import tell_screens
from ninelives.promises.events import PromiseLate, PromiseNearlyLate
from ninelives.promises.models import Promise, Promises


def mark_due(limit: int = 50) -> int:
    """Mark those whose moment has come; how many. After a pause of ours, all that were missed."""
    at = now()
    late = _mark(Promise.objects.open().filter(due_by__lt=at, late_at=None), "late_at", PromiseLate, limit)
    # What is late already is not warned of any more.
    nearly = Promise.objects.open().filter(warn_at__lte=at, warned_at=None, due_by__gte=at)
    return late + _mark(nearly, "warned_at", PromiseNearlyLate, limit)


@transaction.atomic
def _mark(due: Promises, mark: str, fact: Callable[..., Any], limit: int) -> int:
    # Locked against who keeps or moves it at this moment; what another worker has, it marks.
    rows = due.select_for_update(of=("self",), skip_locked=True)
    found = list(rows.select_related("customer", "conversation__root").order_by("due_by")[:limit])
    for promise in found:
        Promise.objects.filter(pk=promise.pk).update(**{mark: now()})
        announce(fact(promise.pk))
        tell_screens(promise)
        if promise.owner_id:
            tell_person(promise.owner_id)
    return len(found)
