"""Reading conversations: the views of the desk, and one conversation. What is searched for: `searching`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from ninelives.channels.models import Delivery
from ninelives.conversations.listing import IS_UNREAD
from ninelives.conversations.models import (
    TYPING_LASTS,
    AnswerElsewhere,
    Attachment,
    Closure,
    Conversation,
    Conversations,
    Draft,
    Message,
    Typing,
)
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor, Person


def conversation(person: "Person", conversation_id: UUID) -> Conversation | None:
    """With its customer, its account and its assignee, and how far this person read it; None if it is not theirs.

    Of a merged one, that as which it is read.
    """
    found = next(iter(_conversation(person.brand_ids, conversation_id, person.pk)), None)
    return conversation(person, found.record_id) if found and found.is_merged else found


@compiled
def _conversation(brand_ids: Collection[UUID], conversation_id: UUID, person_id: UUID) -> QuerySet[Conversation]:
    rows = Conversation.objects.of_brands(brand_ids).filter(pk=conversation_id)
    return rows.select_related("customer__root", "account", "assignee", "case").read_by(person_id)


def waits_since(conversation: Conversation) -> datetime | None:
    """Since when who wrote waits to be answered; None where nobody does.

    What was closed unanswered was done with: whoever writes again after that begins to wait then, while
    `waiting_since` tells of all that is unanswered. A closure that one of us took back did not happen.
    """
    since = conversation.waiting_since
    came_anew = next(iter(_came_anew(conversation.pk)), None) if since else None
    return max(since, came_anew) if since and came_anew else since


@compiled
def _came_anew(conversation_id: UUID) -> "QuerySet[Closure, datetime | None]":
    closures = Closure.objects.filter(conversation=conversation_id, reopened_by_message__isnull=False)
    return closures.order_by("-at").values_list("reopened_by_message__occurred_at", flat=True)[:1]


def draft_of(person: "Person", conversation: Conversation) -> Draft | None:
    return next(iter(_draft(conversation.pk, person.pk)), None)


@compiled
def _draft(conversation_id: UUID, person_id: UUID) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation=conversation_id, person=person_id).prefetch_related("files")


def of_customer(actor: "Actor", customer: Customer) -> Conversations:
    """With this customer, and with whoever is one with it."""
    return _with(Conversation.objects.visible_to(actor), customer.pk, customer.root_id).not_merged()


def story_of(actor: "Actor", customer: Customer, *, most: int) -> list[tuple[Any, ...]]:
    """The same, newest first: id, subject, number, preview, when last, kind of channel, status."""
    return _story(actor.brand_ids, None if customer.root_id else customer.pk, customer.root_id, most=most)


@compiled
def _story(
    brand_ids: Collection[UUID], customer: UUID | None, root: UUID | None, *, most: int
) -> QuerySet[Conversation, tuple[Any, ...]]:
    rows = _with(Conversation.objects.of_brands(brand_ids), customer, root).not_merged().order_by("-last_at", "-id")
    return rows.values_list("id", "subject", "number", "preview", "last_at", "account__kind", "status")[:most]


def _with(rows: Conversations, customer: UUID | None, root: UUID | None) -> Conversations:
    return rows.filter(customer__root=root) if root else rows.filter(customer=customer)


def counts(person: "Person", most: int) -> dict[str, int]:
    """How many are in the views that an agent works from, and unread among their own, each counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"brands": list(person.brand_ids), "person": person.pk, "most": most})
        return dict(zip(("unread", "mine", "unassigned", "all", "snoozed"), cursor.fetchone() or (), strict=True))


_OURS = "FROM conversations_conversation WHERE brand_id = ANY(%(brands)s::uuid[])"
_OPEN = f"{_OURS} AND status = 'open' AND snoozed_until IS NULL"
_MY_UNREAD = f"""FROM conversations_conversation c
    LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = %(person)s
    WHERE c.assignee_id = %(person)s AND c.brand_id = ANY(%(brands)s::uuid[]) AND c.snoozed_until IS NULL
        AND {IS_UNREAD}"""
_COUNTS = f"""
    SELECT (SELECT count(*) FROM (SELECT 1 {_MY_UNREAD} LIMIT %(most)s) AS unread),
           (SELECT count(*) FROM (SELECT 1 {_OPEN} AND assignee_id = %(person)s LIMIT %(most)s) AS mine),
           (SELECT count(*) FROM (SELECT 1 {_OPEN} AND assignee_id IS NULL LIMIT %(most)s) AS unassigned),
           (SELECT count(*) FROM (SELECT 1 {_OPEN} LIMIT %(most)s) AS every),
           (SELECT count(*) FROM (SELECT 1 {_OURS} AND snoozed_until IS NOT NULL LIMIT %(most)s) AS snoozed)
"""  # noqa: S608 - put together from constants alone


def files_of(actor: "Actor") -> QuerySet[Attachment]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("message__conversation"))
    return Attachment.objects.filter(Exists(visible))


def messages_of(actor: "Actor") -> QuerySet[Message]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("conversation"))
    return Message.objects.filter(Exists(visible))


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a timeline shows it, with its author's name and how its delivery is doing."""

    message: Message
    author: str
    delivery: Delivery | None


def said(conversation: Conversation, most: int) -> list[Said]:
    """The newest messages of a conversation that somebody may see, newest first."""
    is_root = conversation.root_id == conversation.pk
    return [
        Said(message, told.said_by, _delivery(told) if message.delivery_id else None)
        for message in _said(None if is_root else conversation.pk, conversation.pk if is_root else None, most=most)
        for told in (cast(Any, message),)
    ]


@compiled
def _said(conversation_id: UUID | None, root: UUID | None, *, most: int) -> QuerySet[Message]:
    named = Coalesce(
        "by_person__name", "by_token__name", NullIf("sender_name", Value("", TextField())), "sender_address"
    )
    delivered = {f"delivery_{name}": F(f"delivery__{name}") for name in ("state", "due_at", "attempts", "reason")}
    place = {"conversation__root": root} if root else {"conversation": conversation_id}
    rows = Message.objects.filter(**place).defer("words").annotate(said_by=named, **delivered)
    return rows.order_by("-occurred_at", "-id")[:most]


@dataclass(frozen=True, slots=True)
class SaidElsewhere:
    """An answer that was written in one conversation and left in another; `other` is the one that it is not read in."""

    said: Said
    other: Conversation


def left_elsewhere(conversation: Conversation) -> list[SaidElsewhere]:
    """Written in this one, and in what is read as it."""
    rows = AnswerElsewhere.objects.filter(written_in__in=Conversation.objects.one_with(conversation).values("pk"))
    whole = ("conversation__root", "account", "by_person", "by_token", "delivery")
    return [
        SaidElsewhere(Said(one.message, one.message.author, one.message.delivery), one.message.conversation.record)
        for one in rows.select_related(*(f"message__{what}" for what in whole)).order_by("message__occurred_at")
    ]


def written_elsewhere(conversation: Conversation) -> dict[UUID, Conversation]:
    """By message of this one, the conversation in which it was written."""
    here = Message.objects.of(conversation).values("pk")
    rows = AnswerElsewhere.objects.filter(message__in=here).select_related("written_in__root")
    return {one.message_id: one.written_in.record for one in rows}


def _delivery(told: Any) -> Delivery:
    return Delivery(
        id=told.delivery_id,
        state=told.delivery_state,
        due_at=told.delivery_due_at,
        attempts=told.delivery_attempts,
        reason=told.delivery_reason,
    )


def answer_is_being_written(conversation: Conversation) -> bool:
    """Whether a colleague types an answer at this moment."""
    lately = now() - TYPING_LASTS
    drafts = Draft.objects.filter(conversation=conversation, mode=Draft.Mode.REPLY, updated_at__gt=lately)
    return drafts.exclude(text="").exists()


def typing_until(conversation: Conversation) -> datetime | None:
    """Up to when the customer is thought to be typing."""
    typing = Typing.objects.filter(conversation=conversation, until__gt=now())
    return typing.values_list("until", flat=True).first()


def message_of_receipt(receipt_id: UUID) -> Message | None:
    return Message.objects.filter(receipt=receipt_id).order_by("received_at").first()
