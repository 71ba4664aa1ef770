"""Who takes work: said by themselves, by a team lead, or by what they left unanswered."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ninelives.accounts.models import Actor, Person, by
from ninelives.conversations import actions as conversations
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.returning import end_offers, put_back
from ninelives.routing.events import PresenceChanged
from ninelives.routing.models import Offer, Placement, Presence, Routing
from ninelives.routing.telling import tell_offers, tell_queue, wake_matcher

State, Why = Presence.State, Presence.Why


def set_state(
    person: Person,
    state: str,
    *,
    actor: Actor | None,
    why: str = Why.CHOSEN,
    reason: str = "",
    without: Iterable[str] = (),
    until: datetime | None = None,
    after: str = "",
) -> Presence:
    """From now on; with `after`, only where their state came about so. Somebody who is not available keeps what they
    have, but for what was only offered; somebody who is away gives back whatever still waits for an answer."""
    given = person, state, actor, why, reason[:80], sorted(set(without)), until, after
    try:
        return _set(*given)
    except IntegrityError:
        # Another window of theirs took up work at this moment.
        return _set(*given)


@again_if_crossed
@transaction.atomic
def _set(
    person: Person,
    state: str,
    actor: Actor | None,
    why: str,
    reason: str,
    without: list[str],
    until: datetime | None,
    after: str,
) -> Presence:
    if state != State.AVAILABLE:
        # Nothing is being offered at this moment: whoever goes leaves no offer behind.
        Routing.objects.select_for_update().get_or_create(pk=1)
    # Locked: of two changes at once the second sees what the first made.
    before = Presence.objects.select_for_update().filter(person=person, ended_at=None).first()
    if before and after and before.why != after:
        return before
    stands = before and (before.state, before.reason, before.without, before.until) == (state, reason, without, until)
    # Who was lost comes back by itself; who says that they go stays away.
    if before and stands and (before.why != Why.LOST or why == Why.LOST):
        return before
    moment = now()
    Presence.objects.filter(person=person, ended_at=None).update(ended_at=moment)
    # Whoever comes out of wrap-up or changes their channels was idle since before.
    idle = before.idle_since if before and before.state == state == State.AVAILABLE else moment
    made = Presence.objects.create(
        person=person,
        state=state,
        why=why,
        reason=reason,
        without=without,
        at=moment,
        until=until,
        idle_since=idle,
        **by(actor),
    )
    if state != State.AVAILABLE:
        end_offers(Offer.objects.filter(person=person), Offer.State.LOST, passes=False)
    if state == State.AWAY:
        give_back(person)
    announce(PresenceChanged(person.pk, state, why))
    tell_offers(person.pk)
    for brand in person.brand_ids:
        tell_queue(brand)
    wake_matcher()
    return made


def give_back(person: Person) -> int:
    """Whatever they have that waits for an answer waits in its queue again, where it stood."""
    theirs = Placement.objects.filter(person=person, state=Placement.State.ACCEPTED).select_related("conversation")
    unanswered = [one for one in theirs if one.conversation.waiting_since is not None]
    for placement in unanswered:
        put_back(Placement.objects.filter(pk=placement.pk))
        Placement.objects.filter(pk=placement.pk).update(known=person)
        if placement.purpose == Placement.Purpose.SERVE:
            conversations.release(placement.conversation, actor=None)
    return len(unanswered)


def end_wrap_ups() -> int:
    """Those whose time for finishing off is over are available again; how many."""
    found = _over(now())
    for presence in found:
        set_state(presence.person, State.AVAILABLE, actor=None, why=Why.FINISHED, without=presence.without)
    return len(found)


@compiled
def _over(moment: datetime) -> QuerySet[Presence]:
    return Presence.objects.filter(ended_at=None, state=State.WRAP_UP, until__lte=moment).select_related("person")
