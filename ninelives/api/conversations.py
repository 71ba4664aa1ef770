"""Conversations, what is said in them, and their closure."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Token
from ninelives.api import schemas
from ninelives.api.idempotency import Key, fingerprint, once
from ninelives.api.paging import by_channel, page
from ninelives.api.problems import NOT_SENDABLE, Problem, wrong_field
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, TokenRequest
from ninelives.channels.models import Delivery, DeliveryAttempt
from ninelives.conversations import actions
from ninelives.conversations.actions.answering import NoAddressError
from ninelives.conversations.models import Attachment, Conversation, Conversations, Message
from ninelives.conversations.queries import search

router = Router(tags=["conversations"])

_TAKEN = {Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.READ}


@router.get("", response=schemas.Page[schemas.Conversation], auth=MAY_READ)
def list_conversations(request: TokenRequest, asked: Query[schemas.ConversationsAsked]) -> Any:
    """Newest first by what was said last."""
    return page(_asked(request.auth, asked), asked, _shown, moment="last_at")


@router.get("/{conversation_id}", response=schemas.WholeConversation, auth=MAY_READ)
def read_conversation(request: TokenRequest, conversation_id: UUID) -> Any:
    """With everything said in it, oldest first."""
    conversation = _found(request.auth, conversation_id)
    note_viewing(
        request.auth, customer=conversation.customer_id, subject="conversation", subject_id=conversation.pk
    )
    messages = [_said(request, message) for message in _messages(conversation)]
    return schemas.WholeConversation(**dict(_shown(conversation)), messages=messages)


@router.post("/{conversation_id}/messages", response={201: schemas.Message}, auth=MAY_ANSWER)
def write_message(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.NewMessage, idempotency_key: Key = ""
) -> HttpResponse:
    """Answer the customer, or write a note. Without an Idempotency-Key, sending this twice says it twice."""
    conversation = _found(request.auth, conversation_id)

    def work() -> Status[Any]:
        written = _write(conversation, request, wanted, idempotency_key)
        return Status(201, _said(request, _messages(conversation).get(pk=written.pk)))

    return once(request, idempotency_key, work)


@router.post("/{conversation_id}/closure", response={200: schemas.Conversation, 201: schemas.Conversation}, auth=MAY_ANSWER)
def close_conversation(request: TokenRequest, conversation_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """201 when this closed it, 200 when it was closed already."""
    conversation = _found(request.auth, conversation_id)

    def work() -> Status[Any]:
        closed = actions.close(conversation, actor=request.auth)
        return Status(201 if closed else 200, _shown(_found(request.auth, conversation_id)))

    return once(request, idempotency_key, work)


@router.delete("/{conversation_id}/closure", response=schemas.Conversation, auth=MAY_ANSWER)
def reopen_conversation(request: TokenRequest, conversation_id: UUID) -> Any:
    """Open it again; an open one stays as it is."""
    actions.reopen(_found(request.auth, conversation_id), actor=request.auth)
    return _shown(_found(request.auth, conversation_id))


def _asked(token: Token, asked: schemas.ConversationsAsked) -> QuerySet[Conversation]:
    rows = search(token, asked.q) if asked.q else Conversation.objects.all()
    rows = rows.filter(pk__in=[]) if False else rows
    return rows


def _found(token: Token, conversation_id: UUID) -> Conversation:
    return get_object_or_404(_whole(Conversation.objects.visible_to(token)), pk=conversation_id)
