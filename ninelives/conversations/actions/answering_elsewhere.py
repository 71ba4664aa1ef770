"""Answering a customer on another of their channels, from the conversation in which somebody reads what they wrote.

The answer leaves as a message of a conversation on that channel: the one that runs there, or a new one. Both are in one
case, so that what belongs together stays together.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ninelives.accounts.models import Actor, Person, by
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Abilities
from ninelives.channels.queries import abilities
from ninelives.conversations.actions import answering
from ninelives.conversations.actions.answering import How
from ninelives.conversations.actions.assigning import tell_assigned
from ninelives.conversations.actions.casing import join_case, open_case
from ninelives.conversations.actions.closing import reopen
from ninelives.conversations.actions.drafting import FileTooLargeError
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.actions.tying import locked, one_after_the_other, record_id_of
from ninelives.conversations.models import (
    AnswerElsewhere,
    Assignment,
    Case,
    Closure,
    Conversation,
    Conversations,
    Draft,
    DraftFile,
    Message,
    Participant,
)
from ninelives.conversations.ways import Way, own_address
from ninelives.conversations.ways import way as way_to
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed

MOST_LOOKED_AT = 20

_USUALLY = How()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account of ours and an address of the customer, as somebody named them."""

    account_id: UUID
    address_id: UUID


class NoSuchWayError(Exception):
    """The customer has no such address, or this account does not reach it."""


class FilesNotTakenError(Exception):
    """The draft has files, and that channel takes none."""


@again_if_crossed
@transaction.atomic
def answer_elsewhere(
    conversation: Conversation,
    chosen: Chosen,
    *,
    actor: Actor,
    text: str,
    key: str,
    use_draft: bool = False,
    how: How = _USUALLY,
) -> Message:
    """Answer by another account, or at another address. The same key again gives the same message and sends nothing.

    Raises NoSuchWayError, FilesNotTakenError, FileTooLargeError, and what `answer` raises.
    """
    # In this order what merges takes them too.
    try:
        for one in sorted({conversation.account_id, chosen.account_id}):
            one_after_the_other(one)
    except ChannelAccount.DoesNotExist as reason:
        raise NoSuchWayError from reason
    (record,) = locked(record_id_of(conversation.pk))
    known = written_before(record, key)
    if known:
        return known
    way = way_to(record, chosen.account_id, chosen.address_id)
    if way is None:
        raise NoSuchWayError
    if use_draft:
        _check_files(record, actor, abilities(way.account.kind))
    running = _running(record, way)
    (target,) = locked((running or _open(record, way, actor)).pk)
    began_case = _together(record, target, actor)
    message = answering.answer(target, actor=actor, text=text, key=key, use_draft=use_draft, how=how, written_in=record)
    _note_where(message, record, began_conversation=running is None, began_case=began_case)
    Conversation.objects.filter(pk=record.pk).update(waiting_since=None)
    tell_screens(record)
    return message


@transaction.atomic
def unsend(message: Message, *, person: Person) -> bool:
    """Undo a send that has not begun: the text goes back into the person's draft, where it was written. False when it
    was too late."""
    left = AnswerElsewhere.objects.filter(message=message).select_related("written_in__root", "began_case").first()
    into, conversation = (left.written_in.record if left else None), message.conversation
    if not answering.unsend(message, person=person, into=into):
        return False
    if left and into:
        _tidy(left, conversation, into)
    return True


def written_before(conversation: Conversation, key: str) -> Message | None:
    """Under this key, here or from here. The caller holds a lock on the conversation."""
    if not key:
        return None
    said = Message.objects.of(conversation).filter(key=key).first()
    together = Conversation.objects.one_with(conversation).values("pk")
    return said or Message.objects.filter(elsewhere__written_in__in=together, key=key).first()


def _note_where(first: Message, record: Conversation, *, began_conversation: bool, began_case: Case | None) -> None:
    """Of each part. The conversation is locked: what was said in it since the first is of the same answer."""
    parts = Message.objects.filter(conversation=first.conversation_id, direction=first.direction, pk__gte=first.pk)
    AnswerElsewhere.objects.bulk_create(
        AnswerElsewhere(message=part, written_in=record, began_conversation=began_conversation, began_case=began_case)
        for part in parts.only("pk")
    )


def _check_files(record: Conversation, actor: Actor, allowed: Abilities) -> None:
    for file in DraftFile.objects.filter(draft__conversation=record, draft__person_id=actor.pk):
        if not allowed.attachments:
            raise FilesNotTakenError
        if file.size > allowed.max_attachment_bytes:
            raise FileTooLargeError(file.name, allowed.max_attachment_bytes)


def _running(record: Conversation, way: Way) -> Conversation | None:
    """The conversation in which an answer reaches this address: the one that runs there, or the newest open one."""
    there = _there(record, way)
    lasts = abilities(way.account.kind).reopens_within
    if lasts is not None:
        newest = there.first()
        return newest if newest and _still_runs(newest, lasts) else None
    for one in there.filter(status=Conversation.Status.OPEN)[:MOST_LOOKED_AT]:
        if own_address(one) == way.address.value:
            return one
    return None


def _there(record: Conversation, way: Way) -> Conversations:
    """All of this customer and address at this account, newest first."""
    takes_part = Participant.objects.filter(kind=way.address.kind, value=way.address.value)
    rows = Conversation.objects.filter(
        pk__in=takes_part.values("conversation"),
        account=way.account,
        customer__in=Customer.objects.one_with(record.customer).values("pk"),
    )
    return rows.not_merged().exclude(pk=record.pk).select_related("account").order_by("-last_at", "-id")


def _still_runs(conversation: Conversation, lasts: timedelta) -> bool:
    if conversation.is_open:
        return True
    return Closure.objects.filter(conversation=conversation, reopened_at=None, at__gte=now() - lasts).exists()


def _open(record: Conversation, way: Way, actor: Actor) -> Conversation:
    made = Conversation.objects.create(
        customer_id=way.address.customer_id,
        account=way.account,
        brand_id=record.brand_id,
        subject=record.subject,
        assignee=record.assignee,
    )
    Participant.objects.create(conversation=made, kind=way.address.kind, value=way.address.value)
    if made.assignee:
        Assignment.objects.create(conversation=made, person=made.assignee, **by(actor))
        tell_assigned(made, made.assignee, actor)
    return made


def _together(record: Conversation, other: Conversation, actor: Actor) -> Case | None:
    """Both in one case; the one that was begun for that. Two cases stay two: somebody made them so."""
    if not other.is_open:
        reopen(other, actor=actor)
    if record.case and not other.case_id:
        join_case(other, record.case, actor=actor)
    elif other.case and not record.case_id:
        join_case(record, other.case, actor=actor)
    elif not record.case_id:
        began = open_case(record, actor=actor).case
        join_case(other, began, actor=actor)
        return began
    return None


def _tidy(left: AnswerElsewhere, conversation: Conversation, into: Conversation) -> None:
    """What was begun for an answer that never left is taken away again, if nothing came of it."""
    has_drafts = Draft.objects.filter(conversation=conversation).exclude(text="").exists()
    if left.began_conversation and not has_drafts and not conversation.messages.exists():
        tell_screens(conversation)
        conversation.delete()
    began = left.began_case
    if began and not began.conversations.exclude(pk=into.pk).exists():
        began.delete()
    newest = Message.objects.of(into).exclude(direction=Message.Direction.NOTE).order_by("-occurred_at", "-id").first()
    waits = newest is not None and newest.direction == Message.Direction.INBOUND and not newest.machine
    if newest and waits:
        Conversation.objects.filter(pk=into.pk).update(waiting_since=newest.occurred_at)
    tell_screens(into)
