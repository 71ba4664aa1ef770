"""Reactions: an answer keeps what was promised in its conversation; undone or undelivered, it kept nothing."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from ninelives.channels.models import Delivery
from ninelives.conversations.models import AnswerElsewhere, Conversation, Message
from ninelives.foundation.crossing import again_if_crossed
from ninelives.promises.actions.settling import keep, reopen
from ninelives.promises.actions.telling import tell_screens
from ninelives.promises.models import Keeping, Promise, Promises

State = Delivery.State


@again_if_crossed
@transaction.atomic
def keep_by_answer(message_id: UUID) -> None:
    """An answer of ours keeps every promise of an answer in its conversation, but one that it only tells of."""
    # Against undoing the send at this moment: either that waits and takes this back, or there is nothing to keep by.
    held = Message.objects.select_for_update(of=("self",), no_key=True)
    message = held.select_related("conversation", "by_person", "by_token").filter(pk=message_id).first()
    if message is None or not _answers(message):
        return
    for promise in _promised(message):
        if not _tells_of(message, promise):
            actor = message.by_person or message.by_token
            keep(promise, actor=actor, message=message.pk, at=message.received_at)


@again_if_crossed
@transaction.atomic
def undo_by_message(message_id: UUID) -> None:
    """It was taken back, or did not arrive: what it kept is open again, and what it told is still to be told."""
    for promise in Promise.objects.named().filter(told_in=message_id):
        Promise.objects.filter(pk=promise.pk, told_in=message_id).update(told_in=None)
        tell_screens(promise)
    for keeping in Keeping.objects.filter(message=message_id, undone_at=None):
        reopen(Promise.objects.named().get(pk=keeping.promise_id), actor=None)


def settle_by_delivery(delivery_id: UUID, state: str) -> None:
    """What did not arrive keeps nothing; sent again, it does."""
    if state not in (State.FAILED, State.SENT):
        return
    found = Message.objects.filter(delivery=delivery_id, is_automatic=False).values_list("pk", flat=True).first()
    if found and state == State.FAILED:
        undo_by_message(found)
    elif found:
        keep_by_answer(found)


def _answers(message: Message) -> bool:
    is_ours = message.direction == Message.Direction.OUTBOUND and not message.is_automatic and not message.is_import
    return is_ours and not (message.delivery and message.delivery.state == State.FAILED)


def _promised(message: Message) -> Promises:
    """Open promises of an answer made before it, here or where it was written. What somebody opened again although this
    message kept it is left alone."""
    written_in = AnswerElsewhere.objects.filter(message=message).values_list("written_in", flat=True)
    places = [message.conversation_id, *written_in]
    roots = Conversation.objects.filter(pk__in=places, root__isnull=False).values("root")
    here = Q(conversation__in=places) | Q(conversation__root__in=roots)
    promises = Promise.objects.named().open().filter(here, kind=Promise.Kind.ANSWER, at__lte=message.received_at)
    return promises.exclude(told_in=message.pk).exclude(pk__in=_denied(message).values("promise")).order_by("pk")


def _denied(message: Message) -> QuerySet[Keeping]:
    by_somebody = Q(undone_by__isnull=False) | Q(undone_by_token__isnull=False)
    return Keeping.objects.filter(by_somebody, message=message.pk)


def _tells_of(message: Message, promise: Promise) -> bool:
    """It is the answer by which whoever promised tells the customer so."""
    until, theirs = promise.tell_until, (promise.by_person_id, promise.by_token_id)
    if until is None or message.received_at > until or (message.by_person_id, message.by_token_id) != theirs:
        return False
    told = Promise.objects.filter(pk=promise.pk, told_in=None).update(told_in=message.pk)
    if told:
        tell_screens(promise)
    return bool(told)
