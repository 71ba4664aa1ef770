"""A placement follows its conversation: whatever somebody does by hand, what waits and what is held is true again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from ninelives.accounts.models import Person
from ninelives.channels.queries import abilities
from ninelives.conversations import actions as conversations
from ninelives.conversations.actions.telling import tell_customer
from ninelives.conversations.models import Conversation
from ninelives.conversations.queries import waits_since
from ninelives.foundation.announcing import announce, told_together
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.writing import insert
from ninelives.routing.actions.offering import wrap_up
from ninelives.routing.actions.returning import end, put_back
from ninelives.routing.choices import choice_of, placement_elsewhere
from ninelives.routing.events import ConversationPlaced
from ninelives.routing.models import Placement, Presence, Queue
from ninelives.routing.opening import not_before
from ninelives.routing.queries import is_at_work, presence_of, who_knows
from ninelives.routing.sorting import descriptions, queue_for
from ninelives.routing.telling import tell_queue, wake_matcher

Purpose, State, Why = Placement.Purpose, Placement.State, Placement.Why

# So long is somebody kept for an agent they know who is at work and busy: while they would hardly notice, or a
# share of the time in which they are to be answered.
HELD_LIVE, HELD_SHARE, HELD_MOST = timedelta(seconds=15), 0.25, timedelta(hours=1)

_LOOKED_AT = 200


def follow(conversation_id: UUID) -> Placement | None:
    """Make its placement what the conversation asks for; None where it needs none. Does nothing twice."""
    if not descriptions():
        return None
    try:
        with transaction.atomic(), told_together():
            return _follow(conversation_id)
    except IntegrityError:
        # Placed by somebody else at this moment.
        with transaction.atomic(), told_together():
            return _follow(conversation_id)


def place_waiting(before: datetime) -> tuple[int, datetime | None]:
    """Those that wait and have no place, as they waited before there was a queue: some of those last heard of before
    this moment. How many were placed, and up to where it looked; None when it saw them all."""
    brands = {one.queue.brand_id for one in descriptions()}
    waiting = Conversation.objects.filter(status=Conversation.Status.OPEN, assignee=None, last_at__lt=before)
    found = list(
        waiting.order_by("-last_at", "-id").values_list("pk", "last_at", "brand", "waiting_since")[:_LOOKED_AT]
    )
    # Also those whose place ended since they wrote: whoever seems to have left is asked nothing until they write again.
    placed = set(
        Placement.objects.filter(purpose=Purpose.SERVE, conversation__in=[pk for pk, *_ in found])
        .filter(Q(ended_at=None) | Q(at__gte=F("conversation__waiting_since")))
        .values_list("conversation", flat=True)
    )
    wanted = [pk for pk, _, brand, since in found if since and brand in brands and pk not in placed]
    count = sum(follow(pk) is not None for pk in wanted)
    return count, found[-1][1] if len(found) == _LOOKED_AT else None


def _follow(conversation_id: UUID) -> Placement | None:
    conversation = next(iter(_conversation(conversation_id)), None)
    if conversation is None:
        return None
    placement = next(iter(_placement(conversation_id)), None)
    if why := _is_over(conversation, placement):
        if placement:
            _end(placement, why)
        if why in (Why.CLOSED, Why.MERGED):
            # Nobody need be asked in any more.
            asked = Placement.objects.open().filter(conversation=conversation, purpose=Purpose.CONSULT)
            end(asked.values_list("pk", flat=True), why)
        # What is read as another waits there.
        return _follow(conversation.root_id) if conversation.is_merged and conversation.root_id else None
    if conversation.assignee:
        return _theirs(conversation, conversation.assignee, placement)
    return _nobodys(conversation, placement)


@compiled
def _conversation(conversation: UUID) -> QuerySet[Conversation]:
    found = Conversation.objects.select_related("account", "brand", "customer__root", "assignee")
    return found.filter(pk=conversation)


@compiled
def _placement(conversation: UUID) -> QuerySet[Placement]:
    """Its open one, locked, so that two who follow the same conversation do it one after the other."""
    open_ = Placement.objects.select_for_update(of=("self",)).open()
    return open_.filter(conversation=conversation, purpose=Purpose.SERVE).select_related("queue", "person")


def _nobodys(conversation: Conversation, placement: Placement | None) -> Placement | None:
    if placement is None:
        return _begin(conversation) if conversation.waiting_since else None
    if placement.state == State.ACCEPTED:
        # Let go of by hand: not for the same person again.
        put_back(Placement.objects.filter(pk=placement.pk), passing=True)
        _news(placement)
    elif placement.state == State.WAITING:
        _move_if_described_otherwise(conversation, placement)
    return placement


def _is_over(conversation: Conversation, placement: Placement | None) -> str:
    """Why nobody need have it now; empty while somebody must."""
    if conversation.is_merged:
        return Why.MERGED
    if not conversation.is_open:
        return Why.CLOSED
    if conversation.snoozed_until:
        return Why.SNOOZED
    if conversation.waiting_since is None and not (_is_live(conversation) and placement):
        return Why.ANSWERED
    return ""


def _end(placement: Placement, why: str) -> None:
    # A customer who closes the chat before anybody came has left.
    left = why == Why.CLOSED and placement.state in (State.WAITING, State.OFFERED)
    end([placement.pk], Why.LEFT if left else why)
    if placement.state == State.ACCEPTED and abilities(placement.kind).live:
        wrap_up(placement)
    _news(placement)


def _theirs(conversation: Conversation, person: Person, placement: Placement | None) -> Placement | None:
    """Somebody has it: taken from the list, given by a colleague, or theirs from before."""
    if placement and placement.person_id == person.pk and placement.state == State.ACCEPTED:
        return placement
    queue = placement.queue if placement else queue_for(conversation)
    if queue is None:
        # What no queue takes is nobody else's to have.
        return None
    if placement is None and not _takes_work(person):
        # Whose it was is not there: it goes to somebody who is, and to them first if they come back.
        conversations.release(conversation, actor=None)
        return _begin(conversation, known=person)
    if placement:
        end([placement.pk], Why.MOVED)
    moment = now()
    since = placement.since if placement else waits_since(conversation) or moment
    made = Placement(
        conversation=conversation,
        queue=queue,
        kind=conversation.account.kind,
        state=State.ACCEPTED,
        person=person,
        since=since,
        counts_from=since,
        is_considered=True,
        accepted_at=moment,
    )
    insert(made)
    _news(made)
    return made


def _takes_work(person: Person) -> bool:
    """Somebody who never says whether they are there is taken to be."""
    now_ = presence_of(person)
    return now_ is None or now_.state != Presence.State.AWAY


def _begin(conversation: Conversation, known: Person | None = None) -> Placement | None:
    queue = queue_for(conversation)
    return place_in(conversation, queue, known=known) if queue else None


def place_in(
    conversation: Conversation, queue: Queue, *, known: Person | None = None, since: datetime | None = None
) -> Placement:
    moment = now()
    # Whoever waits on another channel, and chose there how to be served, has one place in line.
    elsewhere = placement_elsewhere(conversation, queue)
    begins = elsewhere.since if elsewhere else since or waits_since(conversation) or moment
    # With the experts, where they chose these.
    queue = elsewhere.queue if elsewhere else queue
    later = not_before(queue, moment)
    known = known or who_knows(conversation.customer_id, queue)
    made = Placement(
        conversation=conversation,
        queue=queue,
        kind=conversation.account.kind,
        since=begins,
        # Nobody waits for somebody who is not there: what came while it was shut counts from when it opens.
        counts_from=later or begins,
        not_before=later,
        known=known,
        held_until=moment + held_for(conversation.account.kind, queue) if known and is_at_work(known) else None,
    )
    insert(made)
    announce(ConversationPlaced(made.pk, conversation.pk, queue.pk))
    _news(made)
    return made


def held_for(kind: str, queue: Queue) -> timedelta:
    if abilities(kind).live:
        return HELD_LIVE
    return min(HELD_MOST, timedelta(seconds=queue.within * HELD_SHARE))


def _move_if_described_otherwise(conversation: Conversation, placement: Placement) -> None:
    """A tag was put on it, or a queue changed. Where somebody put it by hand, or the customer chose, it stays."""
    queue = queue_for(conversation)
    if queue is None or queue.pk == placement.queue_id or placement.by_person_id or placement.by_token_id:
        return
    choice = choice_of(placement)
    if choice is None or choice.experts_id != placement.queue_id:
        Placement.objects.filter(pk=placement.pk, state=State.WAITING).update(queue=queue, is_considered=False)
        _news(placement)


def _is_live(conversation: Conversation) -> bool:
    return abilities(conversation.account.kind).live


def _news(placement: Placement) -> None:
    if abilities(placement.kind).live:
        # Who waits sees that they do, and no longer.
        tell_customer(placement.conversation, "state")
    tell_queue(placement.queue.brand_id)
    wake_matcher()
