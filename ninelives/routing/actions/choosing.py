"""A customer who waits chooses how to be served. What they chose is a row, with the promise it makes to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from ninelives.conversations.actions.telling import tell_customer, tell_screens
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.promises import actions as promises
from ninelives.promises.models import Promise, Withdrawal
from ninelives.routing.actions.returning import end_offers
from ninelives.routing.choices import SLOT, Ways, choice_of, home_of, in_force, placement_of, ways_of
from ninelives.routing.models import Choice, Offer, Placement, Queue
from ninelives.routing.queries import wait_of_placement
from ninelives.routing.telling import tell_offers, tell_queue, wake_matcher

What, State = Choice.What, Placement.State

# An answer that was promised is as urgent as a customer who comes now when so much time is left for it.
RUN_UP = timedelta(minutes=30)
# So long is it kept for the person they asked for; then it goes to whoever can.
KEPT_FOR_WHOM_THEY_KNOW = timedelta(minutes=30)
# Whoever is called when it is their turn is promised so at least before this, and at most in twice the longest wait.
_CALLED_WITHIN = timedelta(minutes=30)


class NotWaitingError(Exception):
    """Somebody has it already, or nobody need have it any more: there is nothing to choose."""


class NotPossibleError(Exception):
    """It is not possible (any more): `field` of the wish is what cannot be."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wish:
    """`what` of Choice, or empty: to stay and wait. `phone` to be called at; `slot`: its beginning; `email`: where a
    message is answered, if not where it was written."""

    what: str = ""
    phone: str = ""
    slot: datetime | None = None
    email: str = ""


@again_if_crossed
@transaction.atomic
def choose(conversation: Conversation, wish: Wish) -> Choice | None:
    """The same again changes nothing; another takes the place of the one before, whose promise is withdrawn.

    Raises NotWaitingError, NotPossibleError.
    """
    found = placement_of(conversation)
    if found is None:
        raise NotWaitingError
    known = choice_of(found)
    if _is_the_same(known, wish):
        return known
    if wish.what != What.CALL:
        # Whoever is being asked need not take it now. Offers first, then their placements, as everywhere.
        end_offers(Offer.objects.filter(placement=found), Offer.State.WITHDRAWN, passes=False)
    # Locked, so that of two clicks the second finds what the first chose.
    locked = Placement.objects.select_for_update(of=("self",)).select_related("queue__brand", "conversation", "known")
    placement = locked.filter(pk=found.pk, state__in=[State.WAITING, State.OFFERED]).first()
    if placement is None:
        raise NotWaitingError
    known = choice_of(placement)
    if _is_the_same(known, wish):
        return known
    return _choose(placement, known, wish)


def _choose(placement: Placement, before: Choice | None, wish: Wish) -> Choice | None:
    here, stands_in = in_force(placement), placement.queue_id
    placement.queue = home = home_of(placement, before)
    stood = (here.stood_from, here.stood_before) if here else (placement.counts_from, placement.not_before)
    made = _new(placement, home, wish, *stood) if wish.what else None
    if before:
        _end(before)
    counts_from, later = _stands(made) if made else stood
    queue = made.experts if made and made.experts else home
    # The matcher tells of each queue how long it will take there.
    moved: dict[str, object] = {} if queue.pk == stands_in else {"queue": queue, "is_considered": False}
    Placement.objects.filter(pk=placement.pk).update(
        counts_from=counts_from,
        not_before=later,
        parked_at=None,
        known=made.person if made and made.person else placement.known,
        held_until=now() + KEPT_FOR_WHOM_THEY_KNOW if made and made.person else None,
        **moved,
    )
    placement.queue = queue
    if made:
        made.promise = _promise(placement, made, wish)
        made.save()
    _tell(placement)
    return made


def _is_the_same(known: Choice | None, wish: Wish) -> bool:
    if known is None:
        return not wish.what
    told = known.promise.address if known.promise else ""
    address = wish.phone if wish.what in (What.CALL, What.SLOT) else wish.email
    same_time = wish.what != What.SLOT or known.starts == wish.slot
    return known.what == wish.what and same_time and (wish.what in (What.KNOWN, What.EXPERT) or told == address)


def _new(placement: Placement, home: Queue, wish: Wish, stood_from: datetime, stood_before: datetime | None) -> Choice:
    """Raises NotPossibleError."""
    if wish.what == What.SLOT:
        # Of two who choose the last call of a slot one has it.
        Queue.objects.select_for_update(no_key=True).get(pk=home.pk)
    ways = ways_of(placement)
    if wish.what == What.SLOT and wish.slot not in ways.slots:
        raise NotPossibleError("slot")
    ends = _ends(placement, wish, ways, stood_before)
    person = ways.known if wish.what == What.KNOWN else None
    experts = ways.experts.queue if wish.what == What.EXPERT and ways.experts else None
    if ends is None and person is None and experts is None:
        raise NotPossibleError("what")
    return Choice(
        placement=placement,
        what=wish.what,
        starts=wish.slot if wish.what == What.SLOT else None,
        ends=ends,
        person=person,
        experts=experts,
        stood_in=home if experts else None,
        stood_from=stood_from,
        stood_before=stood_before,
    )


def _ends(placement: Placement, wish: Wish, ways: Ways, stood_before: datetime | None) -> datetime | None:
    """Before when they are called, or answered."""
    if wish.what == What.SLOT and wish.slot:
        return wish.slot + SLOT
    if wish.what == What.CALL:
        return _called_before(placement, stood_before)
    return ways.answer_by if wish.what == What.MESSAGE else None


def _called_before(placement: Placement, opens_at: datetime | None) -> datetime:
    _, wait = wait_of_placement(placement)
    longest = timedelta(seconds=2 * wait.high if wait else 0)
    return max(opens_at or now(), now()) + max(longest, _CALLED_WITHIN)


def _stands(choice: Choice) -> tuple[datetime, datetime | None]:
    """From when on it counts, and may be offered."""
    if choice.what == What.SLOT and choice.starts:
        return choice.starts, choice.starts
    if choice.what == What.MESSAGE and choice.ends:
        return max(choice.stood_from, choice.ends - RUN_UP), choice.stood_before
    if choice.what == What.EXPERT:
        # They are open, whether or not the queue is in which it stood.
        return min(choice.stood_from, now()), None
    return choice.stood_from, choice.stood_before


def _promise(placement: Placement, choice: Choice, wish: Wish) -> Promise | None:
    if choice.ends is None:
        return None
    is_call = choice.what in (What.CALL, What.SLOT)
    wanted = promises.Wanted(
        kind=Promise.Kind.CALLBACK if is_call else Promise.Kind.ANSWER,
        due_from=choice.starts,
        due_by=choice.ends,
        channel="mail" if wish.email and not is_call else "",
        address=wish.phone if is_call else wish.email,
        source=Promise.Source.CUSTOMER,
    )
    try:
        return promises.make_in(wanted, placement.conversation, actor=None)
    except promises.UnfitError as reason:
        raise NotPossibleError("phone" if reason.field == "address" else reason.field) from reason


@transaction.atomic
def lapse(choice: Choice) -> bool:
    """What they chose is possible no more: it waits where it stood before. False where it had ended, or is being asked
    of somebody."""
    locked = Placement.objects.select_for_update(of=("self",)).select_related("queue__brand", "conversation")
    placement = locked.filter(pk=choice.placement_id, state=State.WAITING).first()
    if placement is None or not Choice.objects.filter(pk=choice.pk, ended_at=None).update(has_lapsed=True):
        return False
    _end(choice)
    _tell(placement)
    return True


def _end(choice: Choice) -> None:
    Choice.objects.filter(pk=choice.pk, ended_at=None).update(ended_at=now())
    Placement.objects.open().filter(pk=choice.placement_id).update(
        counts_from=choice.stood_from, not_before=choice.stood_before
    )
    if choice.stood_in:
        # Those too of their other conversations, which waited there with it.
        theirs = Q(pk=choice.placement_id) | Q(conversation__customer__in=_one_with(choice.placement), choices=None)
        Placement.objects.open().filter(theirs, queue=choice.experts_id, purpose=Placement.Purpose.SERVE).filter(
            state__in=[State.WAITING, State.OFFERED]
        ).update(queue=choice.stood_in, is_considered=False)
    if choice.promise is None:
        return
    with translation.override(choice.placement.queue.brand.language):
        reason = gettext("The customer chose otherwise.")
    promises.withdraw(choice.promise, actor=None, because=Withdrawal.Because.CUSTOMER, reason=reason)


def _one_with(placement: Placement) -> QuerySet[Customer]:
    return Customer.objects.one_with(placement.conversation.customer)


def _tell(placement: Placement) -> None:
    if placement.person_id:
        tell_offers(placement.person_id)
    tell_queue(placement.queue.brand_id)
    tell_screens(placement.conversation)
    # Their other tabs and devices.
    tell_customer(placement.conversation, "state")
    wake_matcher()
