"""What happens to a promise while it is open: attempts, another window, another owner."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ninelives.accounts.models import Actor, Person, by
from ninelives.conversations.actions.telling import tell_person
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.promises.actions.making import check_owner, check_window
from ninelives.promises.actions.settling import keep
from ninelives.promises.actions.telling import named, tell_screens
from ninelives.promises.events import PromiseAttempted, PromiseHandedOver, PromiseMoved
from ninelives.promises.models import Attempt, Handover, Move, Promise, warning

Outcome = Promise.Outcome


@transaction.atomic
def attempt(promise: Promise, *, actor: Actor, outcome: str, note: str = "") -> Attempt | None:
    """Somebody tried. A call-back that reached the customer is kept. None when it was kept or withdrawn already."""
    at = now()
    still_open = Promise.objects.filter(pk=promise.pk, outcome=Outcome.OPEN)
    if not still_open.update(attempts_made=F("attempts_made") + 1, attempted_at=at):
        return None
    made = Attempt.objects.create(promise=promise, at=at, outcome=outcome, note=storable(note).strip(), **by(actor))
    announce(PromiseAttempted(made.pk, promise.pk, named(actor)))
    if outcome == Attempt.Outcome.REACHED and promise.kind == Promise.Kind.CALLBACK:
        keep(promise, actor=actor, attempt=made, at=at)
    tell_screens(promise)
    return made


@transaction.atomic
def move(promise: Promise, *, actor: Actor | None, due_from: datetime | None, due_by: datetime) -> bool:
    """The customer agrees to another window. False when it is settled, or somebody moved it at this moment.

    Raises UnfitError.
    """
    check_window(due_from, due_by)
    at, was_from, was_by = now(), promise.due_from, promise.due_by
    as_read = Promise.objects.filter(pk=promise.pk, outcome=Outcome.OPEN, due_from=was_from, due_by=was_by)
    changed = as_read.update(
        due_from=due_from,
        due_by=due_by,
        warn_at=warning(max(due_from or at, at), due_by),
        warned_at=None,
        late_at=None,
        missed=F("missed") + (1 if at > was_by else 0),
    )
    if not changed:
        return False
    Move.objects.create(
        promise=promise, at=at, was_from=was_from, was_by=was_by, due_from=due_from, due_by=due_by, **by(actor)
    )
    promise.refresh_from_db(fields=["due_from", "due_by", "warn_at", "warned_at", "late_at", "missed"])
    announce(PromiseMoved(promise.pk, named(actor)))
    tell_screens(promise)
    return True


@transaction.atomic
def hand_over(promise: Promise, *, actor: Actor, person: Person | None) -> bool:
    """To a person, or to the team. False when it is settled, or theirs already. Raises UnfitError."""
    check_owner(person, promise.brand_id)
    others = Promise.objects.filter(pk=promise.pk, outcome=Outcome.OPEN)
    others = others.exclude(owner=person) if person else others.exclude(owner=None)
    if not others.update(owner=person):
        return False
    Handover.objects.create(promise=promise, person=person, **by(actor))
    promise.owner = person
    announce(PromiseHandedOver(promise.pk, person.pk if person else None, named(actor)))
    tell_screens(promise)
    if person and person != actor:
        tell_person(person.pk)
    return True
