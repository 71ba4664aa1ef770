"""A customer edits a message, takes it back, or puts a sign to one. Twice the same changes nothing, and what comes
before its message waits for that."""

from datetime import datetime

from django.db import connection, transaction

from ninelives.channels.models import Receipt
from ninelives.channels.protocol import InboundChange
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.events import MessageChanged
from ninelives.conversations.models import Conversation, Message, MessageChange, preview
from ninelives.conversations.threading import by_provider_id
from ninelives.customers.models import Customer
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable

Kind = MessageChange.Kind


@transaction.atomic(savepoint=False)
def take_change(customer: Customer, inbound: InboundChange, receipt: Receipt) -> bool:
    """False when it was here already."""
    message = by_provider_id(receipt.account, inbound.external_id)
    change = MessageChange(
        account=receipt.account,
        target=storable(inbound.external_id),
        message=message,
        customer=customer,
        receipt=receipt,
        kind=inbound.change,
        text=storable(inbound.text),
        fingerprint=inbound.fingerprint,
        at=min(inbound.written_at or receipt.received_at, receipt.received_at),
    )
    MessageChange.objects.bulk_create([change], ignore_conflicts=True)
    if not MessageChange.objects.filter(pk=change.pk).exists():
        return False
    if message:
        _apply(change, message)
    return True


def adopt_changes(message: Message) -> None:
    """What was done to it before it was here."""
    if not message.external_id:
        return
    early = MessageChange.objects.filter(account=message.account_id, target=message.external_id, message=None)
    for change in early.order_by("at", "id"):
        MessageChange.objects.filter(pk=change.pk).update(message=message)
        _apply(change, message)


def _apply(change: MessageChange, message: Message) -> None:
    if change.kind != Kind.REACTED and message.direction != Message.Direction.INBOUND:
        # Only who wrote it can change it.
        return
    changed: dict[str, object] = {"has_changes": True}
    if change.kind == Kind.DELETED:
        changed["deleted_at"] = change.at
    elif change.kind == Kind.EDITED and not _later_edit(change, message):
        MessageChange.objects.filter(pk=change.pk).update(before=message.text)
        changed |= {"text": change.text, "own_text": ""}
    Message.objects.filter(pk=message.pk).update(**changed)
    for name, value in changed.items():
        setattr(message, name, value)
    if "text" in changed:
        _learn_words(message)
    if change.kind != Kind.EDITED or "text" in changed:
        announce(MessageChanged(change.pk, message.pk, message.conversation_id, change.kind))
    _tell(message, change)


def _learn_words(message: Message) -> None:
    """A trigger does it of what is said; of what was said anew, nobody else would find parts of words."""
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, [message.pk])


_LEARN = """
    SELECT conversations_learn(tsvector_to_array(words), false),
           conversations_learn(foundation_numbers(subject, text), true)
    FROM conversations_message WHERE id = %s
"""


def _later_edit(change: MessageChange, message: Message) -> bool:
    """They came in the other order: what stands there now is newer."""
    later = MessageChange.objects.filter(message=message, kind=Kind.EDITED, at__gt=change.at)
    return later.exclude(pk=change.pk).exists()


def _tell(message: Message, change: MessageChange) -> None:
    conversation = message.conversation.record
    if change.kind != Kind.REACTED:
        Conversation.objects.filter(pk=conversation.pk).update(heard_at=now())
        _freshen(conversation, message)
    tell_screens(conversation)


def _freshen(conversation: Conversation, message: Message) -> None:
    said = Message.objects.of(conversation).exclude(direction=Message.Direction.NOTE)
    newest: datetime | None = said.order_by("-occurred_at", "-id").values_list("occurred_at", flat=True).first()
    if newest == message.occurred_at:
        # What was taken back is not read aloud in a list.
        shown = "" if message.deleted_at else preview(message.shown_text)
        Conversation.objects.filter(pk=conversation.pk).update(preview=shown)
