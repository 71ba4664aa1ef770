"""What merging and splitting share: one after the other, what is locked in which order, and a row that is right again.

Within a channel account one tie comes after the other, by a lock on the row of the account. A message that is taken in
locks its own conversation and then the one it is read as; here, too, what is read as another is locked before its root.
So whoever waits, waits in one direction.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ninelives.accounts.models import Actor, Person, Token
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import (
    Conversation,
    ConversationLink,
    ConversationMerge,
    ConversationSplit,
    Message,
    ReadMark,
    preview,
)
from ninelives.foundation.clock import now

Direction = Message.Direction


def one_after_the_other(account_id: UUID) -> None:
    # Two merges at once could tie a circle, or tie one tree under two. Nothing that is taken in waits for this lock.
    ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)


def record_id_of(conversation_id: UUID) -> UUID:
    """As it is now: the row at hand may have been read before somebody else's merge."""
    return Conversation.objects.values_list("root_id", flat=True).get(pk=conversation_id) or conversation_id


def locked(*record_ids: UUID) -> list[Conversation]:
    """These records, with all that is read as them locked first."""
    members = Conversation.objects.filter(root__in=record_ids).exclude(pk__in=record_ids)
    # Against messages that are taken in at this moment, which read and write the row.
    list(members.held().order_by("pk").values_list("pk", flat=True))
    rows = Conversation.objects.select_related("account", "assignee", "customer")
    return [rows.held().get(pk=record_id) for record_id in record_ids]


def undone(ties: type[ConversationMerge | ConversationSplit | ConversationLink], tie_id: UUID, actor: Actor) -> bool:
    """Compare-and-set: of two at once, one undoes it."""
    changed = ties._default_manager.filter(pk=tie_id, undone_at=None).update(
        undone_at=now(),
        undone_by=actor if isinstance(actor, Person) else None,
        undone_by_token=actor if isinstance(actor, Token) else None,
    )
    return bool(changed)


def refresh(conversation_id: UUID) -> None:
    """What a list shows of it, from what is said in it now."""
    conversation = Conversation.objects.get(pk=conversation_id)
    said = list(
        Message.objects.of(conversation)
        .exclude(direction=Direction.NOTE)
        .only("occurred_at", "received_at", "direction", "machine", "is_import", "is_automatic")
        .order_by("occurred_at", "pk")
    )
    inbound = [one for one in said if one.direction == Direction.INBOUND]
    answered_at = max((one.occurred_at for one in said if _is_answer(one)), default=None)
    last = next((one for one in reversed(said) if not one.is_automatic), None)
    conversation.last_at = last.occurred_at if last else conversation.created_at
    conversation.preview = preview(last.shown_text) if last else ""
    conversation.waiting_since = next((one.occurred_at for one in inbound if _waits(one, answered_at)), None)
    conversation.heard_at = max(filter(None, (_heard_at(one, answered_at) for one in inbound)), default=None)
    conversation.is_automatic = bool(inbound) and all(one.machine for one in inbound)
    conversation.save(update_fields=["last_at", "preview", "waiting_since", "heard_at", "is_automatic"])


def _is_answer(message: Message) -> bool:
    return message.direction == Direction.OUTBOUND and not message.is_automatic


def _waits(message: Message, answered_at: datetime | None) -> bool:
    return not message.machine and (answered_at is None or message.occurred_at > answered_at)


def _heard_at(message: Message, answered_at: datetime | None) -> datetime | None:
    if not message.is_import:
        return message.received_at
    # Whoever answered of old had read what came before.
    return message.occurred_at if answered_at is None or message.occurred_at > answered_at else None


def read_as_far(source_id: UUID, target_id: UUID) -> None:
    """Whoever has read the one has read the other up to the same moment: they were shown as one."""
    known = dict(ReadMark.objects.filter(conversation=target_id).values_list("person_id", "up_to"))
    set_marks(
        ReadMark(person_id=one.person_id, conversation_id=target_id, up_to=_later(one.up_to, known.get(one.person_id)))
        for one in ReadMark.objects.filter(conversation=source_id, up_to__isnull=False)
    )


def set_marks(marks: Iterable[ReadMark]) -> None:
    ReadMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["person", "conversation"], update_fields=["up_to"]
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
