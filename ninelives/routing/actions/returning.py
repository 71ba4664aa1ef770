"""Work that comes back: it waits again, where it stood. Offers first, then their placements: whoever accepts takes the
same two in this order."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Func

from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
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
    if not ids:
        return 0
    for offer in _open_offers(ids):
        if Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN).update(
            state=Offer.State.WITHDRAWN, ended_at=now()
        ):
            told(offer, Offer.State.WITHDRAWN)
    # Only of who gave up there is something to learn.
    given: dict[str, Any] = {"ids": ids, "at": now(), "why": why, "is_learnt": why != Placement.Why.LEFT}
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, given)
        (count,) = cursor.fetchone()
    return int(count)


# Who held one of them is idle from now on.
_ENDED = """
    WITH ended AS (
        UPDATE routing_placement SET state = 'ended', ended_at = %(at)s, why = %(why)s, is_learnt = %(is_learnt)s
        WHERE id = ANY(%(ids)s) AND ended_at IS NULL RETURNING person_id
    ), idle AS (
        UPDATE routing_presence SET idle_since = %(at)s
        WHERE ended_at IS NULL AND person_id IN (SELECT person_id FROM ended)
    )
    SELECT count(*) FROM ended
"""


@compiled
def _open_offers(placements: list[UUID]) -> "models.QuerySet[Offer]":
    return Offer.objects.filter(placement__in=placements, state=Offer.State.OPEN).select_related("placement__queue")
