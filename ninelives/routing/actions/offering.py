"""Accepting and passing on. An offer is a row that ends once: of two who do something with it, one does."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from ninelives.conversations import actions as conversations
from ninelives.conversations.actions.telling import tell_customer
from ninelives.foundation.announcing import told_together
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.presence import set_state
from ninelives.routing.actions.returning import end_offers, told
from ninelives.routing.models import Offer, Placement, Presence
from ninelives.routing.queries import presence_of
from ninelives.routing.telling import wake_matcher


class OfferEndedError(Exception):
    """It is not open any more: `state` says what became of it."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@again_if_crossed
@transaction.atomic
@told_together()
def accept(offer: Offer) -> Placement:
    """It is theirs to whom it was offered, with its conversation. Twice is accepted once. Raises OfferEndedError."""
    person, moment = offer.person, now()
    open_ = Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN, expires_at__gt=moment)
    if not open_.update(state=Offer.State.ACCEPTED, ended_at=moment):
        offer.refresh_from_db()
        if offer.state != Offer.State.ACCEPTED:
            raise OfferEndedError(offer.state if offer.state != Offer.State.OPEN else Offer.State.EXPIRED)
        return offer.placement
    placement = _placement(offer.placement_id)[0]
    claimed = placement.purpose == Placement.Purpose.CONSULT or conversations.claim(
        placement.conversation, person=person
    )
    if placement.purpose == Placement.Purpose.SERVE and not claimed:
        # Somebody took it from the list a moment ago. Nothing of this is kept: whoever follows withdraws the offer.
        raise OfferEndedError(Offer.State.WITHDRAWN)
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPTED, {"placement": placement.pk, "person": person.pk, "at": moment})
        if cursor.fetchone():
            placement.state, placement.accepted_at = Placement.State.ACCEPTED, moment
    offer.placement = placement
    told(offer, Offer.State.ACCEPTED)
    tell_customer(placement.conversation, "state")
    # There may be room for more.
    wake_matcher()
    return placement


_ACCEPTED = """
    WITH idle AS (
        UPDATE routing_presence SET idle_since = %(at)s WHERE person_id = %(person)s AND ended_at IS NULL
    )
    UPDATE routing_placement SET state = 'accepted', accepted_at = %(at)s
    WHERE id = %(placement)s AND state = 'offered' AND person_id = %(person)s RETURNING id
"""


@compiled
def _placement(placement: UUID) -> QuerySet[Placement]:
    return Placement.objects.filter(pk=placement).select_related("conversation__account", "queue")


@again_if_crossed
@transaction.atomic
def pass_on(offer: Offer, *, reason: str = "") -> bool:
    """Not for them: somebody else is asked. False when it had ended."""
    Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN).update(reason=reason.strip()[:80])
    passed = end_offers(Offer.objects.filter(pk=offer.pk), Offer.State.PASSED, passes=True)
    if passed:
        wake_matcher()
    return bool(passed)


@again_if_crossed
@transaction.atomic
def expire() -> int:
    """Offers that nobody took in time; whoever did not answer seems not to be there. How many."""
    late = _late(now())
    if not late:
        return 0
    people = {offer.person for offer in late}
    count = end_offers(Offer.objects.filter(pk__in=[offer.pk for offer in late]), Offer.State.EXPIRED, passes=True)
    for person in people:
        presence = presence_of(person)
        set_state(
            person,
            Presence.State.AWAY,
            actor=None,
            why=Presence.Why.UNANSWERED,
            without=presence.without if presence else (),
        )
    return count


@compiled
def _late(moment: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=moment).select_related("person")


def wrap_up(placement: Placement) -> None:
    """Time to finish off after a live conversation, where its queue gives some."""
    seconds = placement.queue.wrap_up
    presence = Presence.objects.filter(person=placement.person_id, ended_at=None).first()
    if not seconds or placement.person is None or presence is None or presence.state != Presence.State.AVAILABLE:
        return
    set_state(
        placement.person,
        Presence.State.WRAP_UP,
        actor=None,
        without=presence.without,
        until=now() + timedelta(seconds=seconds),
    )
