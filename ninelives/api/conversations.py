"""Conversations, what is said in them, and their closure."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Token
from ninelives.api import messages, schemas, tie_schemas
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import Searched, by_channel, of_channel, page, page_of_found
from ninelives.api.showing_ties import all_shown
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, TokenRequest
from ninelives.channels.models import ChannelAccount
from ninelives.conversations import actions, searching
from ninelives.conversations.models import Conversation, Conversations, Tagging
from ninelives.conversations.roads import Moment, Narrowed
from ninelives.conversations.tagged import with_tags
from ninelives.customers.models import Customer

router = Router(tags=["conversations"])


@router.get("", response=schemas.Conversations, auth=MAY_READ)
def list_conversations(request: TokenRequest, asked: Query[schemas.ConversationsAsked]) -> Any:
    """Newest first, by what was said last."""
    if asked.q:
        return page_of_found(schemas.Conversations, _searched(request.auth, asked), asked, shown)
    return page(schemas.Conversations, _asked(request.auth, asked), asked, shown, moment="last_at")


@router.get("/{conversation_id}", response=tie_schemas.WholeConversation, auth=MAY_READ)
def read_conversation(request: TokenRequest, conversation_id: UUID) -> Any:
    """With everything said in it, oldest first. That this token read it is logged."""
    conversation = found(request.auth, conversation_id)
    note_viewing(request.auth, customer=conversation.customer_id, subject="conversation", subject_id=conversation.pk)
    said = [messages.shown(request, message) for message in messages.of(conversation)]
    ties = all_shown(request.auth, conversation)
    return tie_schemas.WholeConversation(**dict(shown(conversation)), messages=said, **ties)


@router.post("/{conversation_id}/messages", response={201: schemas.Message}, auth=MAY_ANSWER)
def write_message(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.NewMessage, idempotency_key: Key = ""
) -> HttpResponse:
    """Answer the customer, or write a note. Without an Idempotency-Key, sending this twice says it twice."""
    conversation = record(request.auth, conversation_id)
    return once(
        request, idempotency_key, lambda: Status(201, messages.write(conversation, request, wanted, idempotency_key))
    )


@router.post(
    "/{conversation_id}/closure", response={201: schemas.Conversation, 200: schemas.Conversation}, auth=MAY_ANSWER
)
def close_conversation(request: TokenRequest, conversation_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """201 when this closed it; 200 when it was closed already, and nothing changed."""
    conversation = record(request.auth, conversation_id)

    def close() -> Status[Any]:
        closed = actions.close(conversation, actor=request.auth)
        return Status(201 if closed else 200, shown(found(request.auth, conversation.pk)))

    return once(request, idempotency_key, close)


@router.delete("/{conversation_id}/closure", response=schemas.Conversation, auth=MAY_ANSWER)
def reopen_conversation(request: TokenRequest, conversation_id: UUID) -> Any:
    """Open it again; an open one stays as it is."""
    conversation = record(request.auth, conversation_id)
    actions.reopen(conversation, actor=request.auth)
    return shown(found(request.auth, conversation.pk))


def _asked(token: Token, asked: schemas.ConversationsAsked) -> Conversations:
    rows = Conversation.objects.visible_to(token)
    if asked.status != "merged":
        rows = rows.not_merged()
    if asked.customer:
        rows = rows.filter(customer__in=Customer.objects.one_with(_customer(token, asked.customer)))
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.snoozed is not None:
        rows = rows.filter(snoozed_until__isnull=not asked.snoozed)
    if asked.tag:
        rows = rows.filter(Exists(Tagging.objects.filter(conversation=OuterRef("pk"), **_is_on(asked.tag))))
    if asked.channel:
        rows = rows.filter(by_channel(asked.channel))
    return _with_names(rows)


def _is_on(tag: str) -> dict[str, Any]:
    return {"tag__key": _key(tag), "ended_at": None}


def _key(tag: str) -> str:
    return " ".join(tag.split()).casefold()


def _searched(token: Token, asked: schemas.ConversationsAsked) -> Searched[Conversation]:
    customers = accounts = None
    if asked.customer:
        customers = tuple(Customer.objects.one_with(_customer(token, asked.customer)).values_list("pk", flat=True))
    if asked.channel:
        accounts = tuple(ChannelAccount.objects.filter(of_channel(asked.channel)).values_list("pk", flat=True))
    tag = _key(asked.tag) if asked.tag else None
    narrowed = Narrowed(asked.status, asked.snoozed, customers, accounts, tag)

    def search(most: int, after: Moment | tuple[None, None]) -> tuple[list[UUID], bool]:
        # What is written nearly so is for people to judge.
        found = searching.newest(token, asked.q, most=most, after=after, narrowed=narrowed, nearly=False)
        return found.ids, found.is_whole

    return Searched(search, _with_names(Conversation.objects.visible_to(token)))


def _customer(token: Token, customer_id: UUID) -> Customer:
    """Of one that this token may not see, the list is empty."""
    return Customer.objects.visible_to(token).filter(pk=customer_id).first() or Customer(pk=customer_id)


def found(token: Token, conversation_id: UUID) -> Conversation:
    return get_object_or_404(_with_names(Conversation.objects.visible_to(token)), pk=conversation_id)


def record(token: Token, conversation_id: UUID) -> Conversation:
    """What is done to a merged one is done to that as which it is read."""
    one = found(token, conversation_id)
    return found(token, one.record_id) if one.is_merged else one


def _with_names(rows: Conversations) -> Conversations:
    return with_tags(rows.select_related("customer__root", "account", "brand", "assignee", "case"))


def shown(conversation: Conversation) -> schemas.Conversation:
    assignee, customer, case = conversation.assignee, conversation.customer.record, conversation.case
    return schemas.Conversation(
        id=conversation.pk,
        reference=conversation.reference,
        customer=schemas.Named(id=customer.pk, name=customer.name),
        status=conversation.status,
        subject=conversation.subject,
        channel=conversation.account.kind,
        account=schemas.Named(id=conversation.account_id, name=conversation.account.name),
        assignee=schemas.Named(id=assignee.pk, name=assignee.name) if assignee else None,
        brand=schemas.Named(id=conversation.brand_id, name=conversation.brand.name),
        created_at=conversation.created_at,
        last_at=conversation.last_at,
        snoozed_until=conversation.snoozed_until,
        merged_into=conversation.root_id if conversation.is_merged else None,
        case=schemas.Referenced(id=case.pk, reference=case.reference) if case else None,
        tags=conversation.tags,
    )
