"""What another system knew, with its dates: what was closed, noted and whose it was. Quietly: without facts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Subquery

from ninelives.accounts.models import Person, by
from ninelives.channels import actions as channels
from ninelives.channels.models import Receipt
from ninelives.channels.protocol import InboundMessage, Outbound
from ninelives.channels.protocol import Participant as Taker
from ninelives.conversations.actions.taking_in import as_message
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.models import (
    Assignment,
    Closure,
    Conversation,
    Conversations,
    Message,
    Participant,
    preview,
)
from ninelives.customers.models import Customer
from ninelives.foundation.address import Address
from ninelives.foundation.ids import new_id

_HERE = OuterRef("pk")


@transaction.atomic
def close_imported(conversation_ids: Collection[UUID]) -> int:
    """Close those that consist of imported messages and that nobody here has touched; how many there were.

    A later part of the import may bring more to a conversation that an earlier one closed: its closure moves along.
    """
    imported = _only_imported(conversation_ids)
    untouched = imported.filter(~Exists(Closure.objects.filter(conversation=_HERE)), status=Conversation.Status.OPEN)
    untouched = untouched.filter(~Exists(Assignment.objects.filter(conversation=_HERE)), snoozed_until=None)
    # Locked: a live message that comes in at this moment must find it either open or properly closed.
    found = list(untouched.held())
    Closure.objects.bulk_create(Closure(conversation=one, at=one.last_at) for one in found)
    Conversation.objects.filter(pk__in=[one.pk for one in found]).update(status=Conversation.Status.CLOSED)
    for conversation in found:
        tell_screens(conversation)
    _move_along(imported)
    return len(found)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A whole conversation that another system had, with the address of the customer in it."""

    customer: Customer
    address: Address
    said: Sequence[InboundMessage]
    receipt: Receipt


@transaction.atomic
def take_in_dialogues(dialogues: Sequence[Dialogue], *, leave_open: bool = False) -> None:
    """Write whole conversations, none of which is here yet; each is complete in itself and has text alone."""
    rows = [(_conversation(dialogue, leave_open), dialogue) for dialogue in dialogues]
    messages = [message for conversation, dialogue in rows for message in _messages(conversation, dialogue)]
    Conversation.objects.bulk_create(conversation for conversation, _dialogue in rows)
    Message.objects.bulk_create(messages)
    Participant.objects.bulk_create(
        Participant(conversation=one, kind=told.address.kind, value=told.address.value, name=one.customer.name[:200])
        for one, told in rows
    )
    closed = [one for one, _dialogue in rows if not one.is_open]
    Closure.objects.bulk_create(Closure(conversation=one, at=one.last_at) for one in closed)


@transaction.atomic
def note_earlier(conversation: Conversation, *, person: Person, text: str, at: datetime) -> Message:
    return Message.objects.create(
        conversation=conversation,
        account_id=conversation.account_id,
        direction=Message.Direction.NOTE,
        text=text,
        occurred_at=at,
        is_import=True,
        **by(person),
    )


@transaction.atomic
def answer_earlier(conversation: Conversation, *, person: Person, text: str, at: datetime) -> Message:
    """An answer that the customer has read, in a conversation that has a message of theirs."""
    asked = conversation.messages.filter(direction=Message.Direction.INBOUND).latest("occurred_at")
    taker = Taker(Address(conversation.account.kind, asked.sender_address), asked.sender_name)
    external_id = f"ninelives.{new_id().hex}"
    delivery = channels.handed_over_earlier(conversation.account, Outbound(taker, text, external_id), at)
    message = Message.objects.create(
        conversation=conversation,
        account_id=conversation.account_id,
        direction=Message.Direction.OUTBOUND,
        delivery=delivery,
        external_id=external_id,
        recipient=asked.sender_address,
        text=text,
        occurred_at=at,
        is_import=True,
        **by(person),
    )
    _spoken(conversation, message)
    return message


def _spoken(conversation: Conversation, message: Message) -> None:
    """What a list shows, after an answer that may not be the last word."""
    later = conversation.messages.filter(direction=Message.Direction.INBOUND, occurred_at__gt=message.occurred_at)
    told: dict[str, object] = {"waiting_since": later.aggregate(first=Min("occurred_at"))["first"]}
    if message.occurred_at >= conversation.last_at:
        told |= {"last_at": message.occurred_at, "preview": preview(message.text)}
    Conversation.objects.filter(pk=conversation.pk).update(**told)


@transaction.atomic
def assign_earlier(conversation: Conversation, *, person: Person, at: datetime) -> bool:
    """False when somebody has it already."""
    if not Conversation.objects.filter(pk=conversation.pk, assignee=None).update(assignee=person):
        return False
    Assignment.objects.create(conversation=conversation, person=person, at=at, **by(person))
    return True


@transaction.atomic
def close_earlier(conversation: Conversation, *, person: Person, at: datetime) -> bool:
    """False when it was closed already."""
    is_open = Conversation.objects.filter(pk=conversation.pk, status=Conversation.Status.OPEN)
    if not is_open.update(status=Conversation.Status.CLOSED):
        return False
    Closure.objects.create(conversation=conversation, at=at, **by(person))
    return True


def _conversation(dialogue: Dialogue, leave_open: bool) -> Conversation:
    account = dialogue.receipt.account
    return Conversation(
        customer=dialogue.customer,
        account=account,
        brand_id=account.brand_id,
        subject=dialogue.said[0].subject[:500],
        status=Conversation.Status.OPEN if leave_open else Conversation.Status.CLOSED,
        preview=preview(dialogue.said[-1].text),
    )


def _messages(conversation: Conversation, dialogue: Dialogue) -> list[Message]:
    """In their order; the conversation learns from them when it was."""
    messages = [as_message(conversation, dialogue.customer, one, dialogue.receipt) for one in dialogue.said]
    _in_order(messages)
    conversation.created_at, conversation.last_at = messages[0].occurred_at, messages[-1].occurred_at
    if conversation.is_open and messages[-1].direction == Message.Direction.INBOUND:
        conversation.waiting_since = conversation.heard_at = messages[-1].occurred_at
    return messages


def _in_order(messages: Iterable[Message]) -> None:
    """The order in the file is the order in which it was said, also where two have one date or none."""
    last: datetime | None = None
    for message in messages:
        if last and message.occurred_at <= last:
            message.occurred_at = last + timedelta(milliseconds=1)
        last = message.occurred_at


def _only_imported(conversation_ids: Collection[UUID]) -> Conversations:
    live = Message.objects.filter(conversation=_HERE, is_import=False)
    return Conversation.objects.filter(~Exists(live), pk__in=conversation_ids)


def _move_along(imported: Conversations) -> None:
    ours = Closure.objects.filter(
        conversation__in=imported, by_person=None, by_token=None, reopened_at=None, at__lt=F("conversation__last_at")
    )
    last = Conversation.objects.filter(pk=OuterRef("conversation_id")).values("last_at")
    ours.update(at=Subquery(last))
