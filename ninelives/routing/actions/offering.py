"""Accepting and passing on. An offer is a row that ends once: of two who do something with it, one does."""

from datetime import timedelta

from django.db import transaction

from ninelives.conversations import actions as conversations
from ninelives.conversations.actions.telling import tell_customer
from ninelives.foundation.clock import now
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
def accept(offer: Offer) -> Placement:
    """It is theirs to whom it was offered, with its conversation. Twice is accepted once. Raises OfferEndedError."""
    person, moment = offer.person, now()
    open_ = Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN, expires_at__gt=moment)
    if not open_.update(state=Offer.State.ACCEPTED, ended_at=moment):
        offer.refresh_from_db()
        if offer.state != Offer.State.ACCEPTED:
            raise OfferEndedError(offer.state if offer.state != Offer.State.OPEN else Offer.State.EXPIRED)
        return offer.placement
    placement = Placement.objects.select_related("conversation", "queue").get(pk=offer.placement_id)
    claimed = placement.purpose == Placement.Purpose.CONSULT or conversations.claim(
        placement.conversation, person=person
    )
    if placement.purpose == Placement.Purpose.SERVE and not claimed:
        # Somebody took it from the list a moment ago. Nothing of this is kept: whoever follows withdraws the offer.
        raise OfferEndedError(Offer.State.WITHDRAWN)
    Placement.objects.filter(pk=placement.pk, state=Placement.State.OFFERED, person=person).update(
        state=Placement.State.ACCEPTED, accepted_at=moment
    )
    Presence.objects.filter(person=person, ended_at=None).update(idle_since=moment)
    offer.placement = placement
    told(offer, Offer.State.ACCEPTED)
    tell_customer(placement.conversation, "state")
    # There may be room for more.
    wake_matcher()
    placement.refresh_from_db()
    return placement


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
    late = Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=now())
    people = {offer.person for offer in late.select_related("person")}
    count = end_offers(late, Offer.State.EXPIRED, passes=True)
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
