"""Keeping and withdrawing, and taking either back. Compare-and-set on the outcome: of two at once, one does it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.promises.actions.telling import named, tell_screens
from ninelives.promises.events import PromiseKept, PromiseReopened, PromiseWithdrawn
from ninelives.promises.models import Attempt, Keeping, Promise, Withdrawal

Outcome = Promise.Outcome
Because = Withdrawal.Because

# So long after it was made, a promise can be taken back as one that never was.
MISTAKEN_FOR = timedelta(minutes=10)


class NoReasonError(Exception):
    """A promise is withdrawn for a reason."""


class TooLateError(Exception):
    """It was made too long ago, or the customer was told of it: it is no mistake any more."""


@transaction.atomic
def keep(
    promise: Promise,
    *,
    actor: Actor | None,
    message: UUID | None = None,
    attempt: Attempt | None = None,
    at: datetime | None = None,
) -> bool:
    """False when it was kept or withdrawn already. `at`: when that was, if not now; `message`: which of ours did it."""
    at = at or now()
    if not _settle(promise, Outcome.KEPT, at):
        return False
    Keeping.objects.create(promise=promise, at=at, message=message, attempt=attempt, **by(actor))
    announce(PromiseKept(promise.pk, promise.is_late, named(actor)))
    tell_screens(promise)
    return True


@transaction.atomic
def withdraw(promise: Promise, *, actor: Actor | None, because: str, reason: str) -> bool:
    """False when it was kept or withdrawn already. Raises NoReasonError, TooLateError (of a mistake)."""
    reason = storable(reason).strip()
    if not reason:
        raise NoReasonError
    if because == Because.MISTAKE and not may_be_mistaken(promise):
        raise TooLateError
    if not _settle(promise, Outcome.WITHDRAWN, now()):
        return False
    Withdrawal.objects.create(promise=promise, because=because, reason=reason, **by(actor))
    announce(PromiseWithdrawn(promise.pk, because, named(actor)))
    tell_screens(promise)
    return True


def may_be_mistaken(promise: Promise) -> bool:
    return promise.told_in is None and now() < promise.at + MISTAKEN_FOR


@transaction.atomic
def reopen(promise: Promise, *, actor: Actor | None) -> bool:
    """As if it had been neither kept nor withdrawn. False when it was neither."""
    settled = Promise.objects.filter(pk=promise.pk).exclude(outcome=Outcome.OPEN)
    if not settled.update(outcome=Outcome.OPEN, settled_at=None):
        return False
    undone = {
        "undone_at": now(),
        "undone_by": actor if isinstance(actor, Person) else None,
        "undone_by_token": actor if isinstance(actor, Token) else None,
    }
    for rows in (Keeping.objects, Withdrawal.objects):
        rows.filter(promise=promise, undone_at=None).update(**undone)
    promise.outcome, promise.settled_at = Outcome.OPEN, None
    announce(PromiseReopened(promise.pk, named(actor)))
    tell_screens(promise)
    return True


def _settle(promise: Promise, outcome: str, at: datetime) -> bool:
    still_open = Promise.objects.filter(pk=promise.pk, outcome=Outcome.OPEN)
    if not still_open.update(outcome=outcome, settled_at=at):
        return False
    # Its window as it is now: it may have been moved since it was read.
    promise.refresh_from_db(fields=["outcome", "settled_at", "due_by", "missed"])
    return True
