"""Messages that are about something else get a conversation of their own, and go back when that is undone.

A message stands where the newest of the splits that took it and were not undone has put it, and else where it was
said. So splits, like merges, may be undone in any order. What was said in the new conversation meanwhile was said
there: it stays in it, and the new conversation is merged into the one it came from, so that all is read in one place
and its address still leads there.
"""

from uuid import UUID

from django.db import transaction

from ninelives.accounts.models import Actor, by
from ninelives.conversations.actions.casing import recount
from ninelives.conversations.actions.merging import tie
from ninelives.conversations.actions.telling import tell_lists
from ninelives.conversations.actions.tying import (
    locked,
    one_after_the_other,
    read_as_far,
    record_id_of,
    refresh,
    undone,
)
from ninelives.conversations.events import ConversationSplitOff, ConversationSplitUndone
from ninelives.conversations.models import (
    Assignment,
    Conversation,
    ConversationSplit,
    Message,
    Participant,
    SplitMessage,
)
from ninelives.foundation.announcing import announce
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.text import storable


class NothingLeftError(Exception):
    """All that is said in the conversation would go: it would be another number for the same thing."""


class NotInItError(Exception):
    """The message does not stand in this conversation, or no longer."""


@again_if_crossed
@transaction.atomic
def split(
    conversation: Conversation, message: Message, *, actor: Actor, and_after: bool = False, subject: str = ""
) -> ConversationSplit:
    """Give this message, and perhaps all that came after it, a conversation of its own.

    Raises NotInItError, NothingLeftError.
    """
    one_after_the_other(conversation.account_id)
    (source,) = locked(record_id_of(conversation.pk))
    going = _going(source, message, and_after)
    made = _open(source, going[0], subject)
    split = ConversationSplit.objects.create(source=source, made=made, **by(actor))
    SplitMessage.objects.bulk_create(
        SplitMessage(split=split, message=one, came_from_id=one.conversation_id) for one in going
    )
    Message.objects.filter(pk__in=[one.pk for one in going]).update(conversation=made)
    if made.assignee:
        Assignment.objects.create(conversation=made, person=made.assignee, **by(actor))
    Conversation.objects.filter(pk=source.pk).update(has_ties=True)
    read_as_far(source.pk, made.pk)
    announce(ConversationSplitOff(split.pk, source.pk, made.pk, str(actor.pk)))
    _settle(source, made)
    return split


@again_if_crossed
@transaction.atomic
def unsplit(split: ConversationSplit, *, actor: Actor) -> bool:
    """Each message goes back. False when that was done already."""
    one_after_the_other(split.source.account_id)
    if not undone(ConversationSplit, split.pk, actor):
        return False
    records = {record_id_of(split.made_id), record_id_of(split.source_id)}
    locked(*sorted(records))
    touched = _put_back(split)
    _fold(split, actor)
    announce(ConversationSplitUndone(split.pk, split.source_id, split.made_id, str(actor.pk)))
    again = {record_id_of(one) for one in (*touched, *records)}
    _settle(*Conversation.objects.filter(pk__in=again))
    return True


def _going(source: Conversation, message: Message, and_after: bool) -> list[Message]:
    """In the order of the timeline."""
    said = list(
        Message.objects.of(source).order_by("occurred_at", "pk").only("conversation", "customer", "occurred_at")
    )
    at = next((n for n, one in enumerate(said) if one.pk == message.pk), None)
    if at is None:
        raise NotInItError
    going = said[at:] if and_after else said[at : at + 1]
    if len(going) == len(said):
        raise NothingLeftError
    return going


def _open(source: Conversation, first: Message, subject: str) -> Conversation:
    made = Conversation.objects.create(
        customer_id=first.customer_id or source.customer_id,
        account=source.account,
        brand_id=source.brand_id,
        subject=storable(subject).strip()[:500] or source.subject,
        assignee=source.assignee,
        created_at=first.occurred_at,
        has_ties=True,
    )
    # Whoever takes part may go on in either.
    takers = Participant.objects.filter(conversation__in=Conversation.objects.one_with(source))
    Participant.objects.bulk_create(
        [Participant(conversation=made, kind=one.kind, value=one.value, name=one.name) for one in takers],
        ignore_conflicts=True,
    )
    return made


def _put_back(split: ConversationSplit) -> set[UUID]:
    """Those that no later split has taken on; the conversations that they went back to."""
    took = SplitMessage.objects.filter(split=split, message__conversation=split.made_id)
    back: set[UUID] = set()
    for message_id in took.values_list("message_id", flat=True):
        every = list(SplitMessage.objects.filter(message=message_id).order_by("pk").select_related("split"))
        standing = [one.split.made_id for one in every if one.split.undone_at is None]
        home = standing[-1] if standing else every[0].came_from_id
        Message.objects.filter(pk=message_id).update(conversation=home)
        back.add(home)
    return back


def _fold(split: ConversationSplit, actor: Actor) -> None:
    """Unless the new one has become part of something else, or the root of it."""
    source_id, made_id = record_id_of(split.source_id), record_id_of(split.made_id)
    stands_alone = made_id == split.made_id and not Conversation.objects.filter(root=made_id).exclude(pk=made_id)
    if stands_alone and source_id != made_id:
        made, source = locked(made_id, source_id)
        tie(source, made, actor)


def _settle(*conversations: Conversation) -> None:
    for one in conversations:
        refresh(one.pk)
        tell_lists(one)
    recount(one.case_id for one in conversations)
