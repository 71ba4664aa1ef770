"""Conversations that are to come back later."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from ninja import Router
from ninja.responses import Status

from ninelives.api import schemas
from ninelives.api.conversations import found, record, shown
from ninelives.api.idempotency import Key, once
from ninelives.api.problems import INVALID, NOT_OPEN, Problem, wrong_field
from ninelives.api.tokens import MAY_ANSWER, TokenRequest
from ninelives.conversations import actions

router = Router(tags=["conversations"])


@router.post("/{conversation_id}/snooze", response={201: schemas.Conversation}, auth=MAY_ANSWER)
def snooze_conversation(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.NewSnooze, idempotency_key: Key = ""
) -> HttpResponse:
    """Out of everybody's way until then, or until the customer writes. A snoozed one gets the new moment."""
    conversation = record(request.auth, conversation_id)

    def snooze() -> Status[Any]:
        try:
            is_open = actions.snooze(conversation, actor=request.auth, until=wanted.until)
        except actions.NoSuchMomentError as reason:
            words = gettext("This should be a moment still to come, within ten years.")
            raise Problem(INVALID, errors=[wrong_field("until", "no_such_moment", words)]) from reason
        if not is_open:
            raise Problem(NOT_OPEN)
        return Status(201, shown(found(request.auth, conversation.pk)))

    return once(request, idempotency_key, snooze)


@router.delete("/{conversation_id}/snooze", response=schemas.Conversation, auth=MAY_ANSWER)
def wake_conversation(request: TokenRequest, conversation_id: UUID) -> Any:
    """Bring it back; one that is not snoozed stays as it is."""
    conversation = record(request.auth, conversation_id)
    actions.wake(conversation, actor=request.auth)
    return shown(found(request.auth, conversation.pk))
