"""Handing over to a queue or a person, and asking somebody in without letting go."""

from datetime import datetime, timedelta

from django.db import transaction

from ninelives.accounts.models import Actor, Person, by
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.conversations.queries import waits_since
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.returning import end
from ninelives.routing.events import ConversationPlaced
from ninelives.routing.models import Placement, Queue
from ninelives.routing.opening import not_before
from ninelives.routing.sorting import queue_for
from ninelives.routing.telling import tell_queue, wake_matcher

# So long is it kept for the person it was given to; then it goes to whoever can.
KEPT_FOR_A_PERSON = timedelta(minutes=30)


class NoQueueError(Exception):
    """No queue takes this conversation: nobody can be asked."""


@again_if_crossed
@transaction.atomic
def hand_over(
    conversation: Conversation, *, actor: Actor, queue: Queue | None = None, person: Person | None = None
) -> Placement:
    """To another queue, where it keeps its place, or to a person, for whom it is kept for a while. Whoever hands it
    over is not offered it again. Raises NoQueueError."""
    before = Placement.objects.open().filter(conversation=conversation, purpose=Placement.Purpose.SERVE).first()
    into = queue or (before.queue if before else None) or queue_for(conversation)
    if into is None:
        raise NoQueueError
    since = before.since if before else waits_since(conversation) or now()
    if before:
        end([before.pk], Placement.Why.MOVED)
    made = _place(conversation, into, Placement.Purpose.SERVE, actor, since=since, known=person)
    # After the new place is there: whoever follows the letting go then finds it.
    conversations.release(conversation, actor=actor)
    return made


@again_if_crossed
@transaction.atomic
def ask_in(conversation: Conversation, *, actor: Actor, queue: Queue, person: Person | None = None) -> Placement:
    """Somebody of a queue comes in; whoever has the conversation keeps it. Asked twice is asked once."""
    asked = Placement.objects.open().filter(conversation=conversation, purpose=Placement.Purpose.CONSULT).first()
    return asked or _place(conversation, queue, Placement.Purpose.CONSULT, actor, since=now(), known=person)


@again_if_crossed
@transaction.atomic
def end_consult(conversation: Conversation) -> bool:
    """They are needed no more. False when nobody was asked in."""
    asked = Placement.objects.open().filter(conversation=conversation, purpose=Placement.Purpose.CONSULT)
    ended = end(asked.values_list("pk", flat=True), Placement.Why.WITHDRAWN)
    if ended:
        tell_queue(conversation.brand_id)
        wake_matcher()
    return bool(ended)


def _place(
    conversation: Conversation, queue: Queue, purpose: str, actor: Actor, *, since: datetime, known: Person | None
) -> Placement:
    moment = now()
    later = not_before(queue, moment)
    made = Placement.objects.create(
        conversation=conversation,
        queue=queue,
        purpose=purpose,
        kind=conversation.account.kind,
        since=since,
        counts_from=later or since,
        not_before=later,
        known=known,
        held_until=moment + KEPT_FOR_A_PERSON if known else None,
        passed=[actor.pk] if isinstance(actor, Person) else [],
        **by(actor),
    )
    announce(ConversationPlaced(made.pk, conversation.pk, queue.pk))
    tell_queue(queue.brand_id)
    wake_matcher()
    return made
