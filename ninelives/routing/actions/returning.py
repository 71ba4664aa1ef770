"""Work that comes back: it waits again, where it stood. Offers first, then their placements: whoever accepts takes the
same two in this order."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value

from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.routing.events import OfferEnded
from ninelives.routing.models import Offer, Placement, Presence
from ninelives.routing.telling import tell_offers, tell_queue

_UNDER_WAY = (Placement.State.OFFERED, Placement.State.ACCEPTED)


def end_offers(offers: "models.QuerySet[Offer]", state: str, *, passes: bool) -> int:
    """End these open offers; what was offered waits again. `passes`: whoever had it is not asked for it again."""
    # Locked, as somebody may be accepting one at this moment; what is being accepted is not ended.
    found = list(
        offers.filter(state=Offer.State.OPEN)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("placement__queue")
        .order_by("pk")
    )
    for offer in found:
        Offer.objects.filter(pk=offer.pk).update(state=state, ended_at=now())
        put_back(Placement.objects.filter(pk=offer.placement_id, state=Placement.State.OFFERED), passing=passes)
        Presence.objects.filter(person=offer.person_id, ended_at=None).update(idle_since=now())
        told(offer, state)
    return len(found)


def told(offer: Offer, state: str) -> None:
    announce(OfferEnded(offer.pk, offer.placement.conversation_id, offer.person_id, state))
    tell_offers(offer.person_id)
    tell_queue(offer.placement.queue.brand_id)


def put_back(placements: "models.QuerySet[Placement]", *, passing: bool = False) -> int:
    """They wait again. `passing`: not for whoever had them."""
    changed: dict[str, object] = {
        "state": Placement.State.WAITING,
        "person": None,
        "offered_at": None,
        "accepted_at": None,
    }
    if passing:
        changed["held_until"] = None
        changed["passed"] = Func(
            F("passed"), F("person"), function="array_append", output_field=ArrayField(models.UUIDField())
        )
    return placements.filter(state__in=_UNDER_WAY).update(**changed)


def end(placements: Iterable[UUID], why: str) -> int:
    """They are over: nobody need take them, and nobody has them any more."""
    ids = list(placements)
    for offer in Offer.objects.filter(placement__in=ids, state=Offer.State.OPEN).select_related("placement__queue"):
        if Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN).update(
            state=Offer.State.WITHDRAWN, ended_at=now()
        ):
            told(offer, Offer.State.WITHDRAWN)
    ended = Placement.objects.filter(pk__in=ids, ended_at=None)
    held = set(ended.exclude(person=None).values_list("person", flat=True))
    count = ended.update(state=Placement.State.ENDED, ended_at=now(), why=why, is_learnt=Value(False))
    Presence.objects.filter(person__in=held, ended_at=None).update(idle_since=now())
    return count
