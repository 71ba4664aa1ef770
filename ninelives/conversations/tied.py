"""Reading what ties conversations to each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from ninelives.conversations.models import (
    Conversation,
    ConversationLink,
    ConversationMerge,
    Conversations,
    ConversationSplit,
    Message,
)

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

_WHO = ("by_person", "by_token", "undone_by", "undone_by_token")


def merges_of(conversation: Conversation) -> QuerySet[ConversationMerge]:
    """Of it with others, and of all that are one with it; undone ones too, oldest first."""
    here = _together(conversation)
    rows = ConversationMerge.objects.filter(Q(kept__in=here) | Q(merged__in=here)).order_by("at", "id")
    return rows.select_related("kept__root", "merged__root", *_WHO)


def splits_of(conversation: Conversation) -> QuerySet[ConversationSplit]:
    here = _together(conversation)
    rows = ConversationSplit.objects.filter(Q(source__in=here) | Q(made__in=here)).order_by("at", "id")
    return rows.select_related("source__root", "made__root", *_WHO).prefetch_related("took")


def links_of(actor: "Actor", conversation: Conversation) -> QuerySet[ConversationLink]:
    here = _together(conversation)
    rows = ConversationLink.objects.visible_to(actor).filter(Q(one__in=here) | Q(other__in=here)).order_by("at", "id")
    ends = (f"{end}__{what}" for end in ("one", "other") for what in _SHOWN)
    return rows.select_related(*ends, *_WHO)


_SHOWN = ("customer__root", "account", "root__customer__root", "root__account")


def other_end(link: ConversationLink, conversation: Conversation) -> Conversation:
    return link.other if link.one.record_id == conversation.record_id else link.one


def _together(conversation: Conversation) -> list[UUID]:
    if conversation.root_id is None:
        return [conversation.pk]
    return list(Conversation.objects.one_with(conversation).values_list("pk", flat=True))


def mergeable_with(actor: "Actor", conversation: Conversation) -> Conversations:
    """Others of the same customer at the same address of ours, newest first."""
    customer = conversation.customer
    theirs = Q(customer__root=customer.root_id) if customer.root_id else Q(customer=customer)
    rows = Conversation.objects.visible_to(actor).not_merged().filter(theirs, account=conversation.account_id)
    return rows.exclude(pk=conversation.pk).order_by("-last_at", "-id")


def numbered(actor: "Actor", number: int) -> Conversation | None:
    """As which the conversation with this number is read."""
    found = Conversation.objects.visible_to(actor).filter(number=number).select_related("root").first()
    return found.record if found else None


@dataclass(frozen=True, slots=True)
class Measured:
    """How much was said in a conversation, and from when until when."""

    messages: int
    notes: int
    first: datetime | None
    last: datetime | None


def measured(conversation: Conversation) -> Measured:
    is_note = Q(direction=Message.Direction.NOTE)
    counted = Message.objects.of(conversation).aggregate(
        messages=Count("pk", filter=~is_note),
        notes=Count("pk", filter=is_note),
        first=Min("occurred_at"),
        last=Max("occurred_at"),
    )
    return Measured(**counted)
