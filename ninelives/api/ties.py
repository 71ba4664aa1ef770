"""Merges, splits and links of conversations."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Router
from ninja.responses import Status

from ninelives.accounts.models import Token
from ninelives.api import tie_schemas as schemas
from ninelives.api.conversations import found, record
from ninelives.api.idempotency import Key, once
from ninelives.api.problems import INVALID, NOT_MERGEABLE, Kind, Problem, wrong_field
from ninelives.api.showing_ties import link_shown, merge_shown, split_shown
from ninelives.api.tokens import MAY_ANSWER, TokenRequest
from ninelives.conversations import actions, tied
from ninelives.conversations.models import Conversation, ConversationMerge, Message

router = Router(tags=["conversations"])

Merge, Split, Link = schemas.ConversationMerge, schemas.ConversationSplit, schemas.ConversationLink


@router.post("/{conversation_id}/merges", response={201: Merge, 200: Merge}, auth=MAY_ANSWER)
def merge_conversations(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.OtherConversation, idempotency_key: Key = ""
) -> HttpResponse:
    """Read `other` as this one. 201 when this merged them; 200 when just these two were merged already."""
    kept = found(request.auth, conversation_id)
    return once(request, idempotency_key, lambda: _merged(request.auth, kept, wanted.other))


@router.delete("/{conversation_id}/merges/{conversation_merge_id}", response=Merge, auth=MAY_ANSWER)
def unmerge_conversations(request: TokenRequest, conversation_id: UUID, conversation_merge_id: UUID) -> Any:
    """Make them two again; a merge that was undone stays so."""
    ties = tied.merges_of(found(request.auth, conversation_id))
    actions.unmerge(get_object_or_404(ties, pk=conversation_merge_id), actor=request.auth)
    return merge_shown(ties.get(pk=conversation_merge_id))


@router.post("/{conversation_id}/splits", response={201: Split}, auth=MAY_ANSWER)
def split_conversation(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.NewSplit, idempotency_key: Key = ""
) -> HttpResponse:
    """Give a message, and perhaps all that came after it, a conversation of its own."""
    conversation = record(request.auth, conversation_id)
    return once(request, idempotency_key, lambda: _split(request.auth, conversation, wanted))


@router.delete("/{conversation_id}/splits/{split_id}", response=Split, auth=MAY_ANSWER)
def undo_split(request: TokenRequest, conversation_id: UUID, split_id: UUID) -> Any:
    """Put each message back; a split that was undone stays so."""
    ties = tied.splits_of(record(request.auth, conversation_id))
    made = get_object_or_404(ties, pk=split_id)
    actions.unsplit(made, actor=request.auth)
    return split_shown(tied.splits_of(made.source).get(pk=split_id))


@router.post("/{conversation_id}/links", response={201: Link, 200: Link}, auth=MAY_ANSWER)
def link_conversations(
    request: TokenRequest, conversation_id: UUID, wanted: schemas.OtherConversation, idempotency_key: Key = ""
) -> HttpResponse:
    """Say that `other` has to do with this one. 200 when that was known already."""
    conversation = record(request.auth, conversation_id)
    return once(request, idempotency_key, lambda: _linked(request.auth, conversation, wanted.other))


@router.delete("/{conversation_id}/links/{link_id}", response=Link, auth=MAY_ANSWER)
def unlink_conversations(request: TokenRequest, conversation_id: UUID, link_id: UUID) -> Any:
    """No longer; a link that was undone stays so."""
    conversation = record(request.auth, conversation_id)
    ties = tied.links_of(request.auth, conversation)
    actions.unlink(get_object_or_404(ties, pk=link_id), actor=request.auth)
    return link_shown(ties.get(pk=link_id), conversation)


def _merged(token: Token, kept: Conversation, other_id: UUID) -> Status[Any]:
    other = _other(token, other_id, NOT_MERGEABLE)
    try:
        made, status = actions.merge(kept, other, actor=token), 201
    except actions.AlreadyOneError as reason:
        known = ConversationMerge.objects.filter(kept=kept, merged=other, undone_at=None).first()
        if known is None:
            raise _refused("already_one", gettext("These conversations are one already."), NOT_MERGEABLE) from reason
        made, status = known, 200
    except tuple(_REFUSALS) as reason:
        code, words = _REFUSALS[type(reason)]
        raise _refused(code, gettext(words), NOT_MERGEABLE) from reason
    return Status(status, merge_shown(tied.merges_of(made.kept).get(pk=made.pk)))


def _(words: str) -> str:
    """For the catalogue."""
    return words


_REFUSALS: dict[type[Exception], tuple[str, str]] = {
    actions.ItselfError: ("itself", _("A conversation cannot be merged with itself.")),
    actions.OtherAccountError: ("other_account", _("They came in at different addresses of ours.")),
    actions.OtherCustomerError: ("other_customer", _("They are of two customers; merge the customers first.")),
    actions.OtherVisitorError: ("other_visitor", _("These chats are with different visitors.")),
}


def _split(token: Token, conversation: Conversation, wanted: schemas.NewSplit) -> Status[Any]:
    message = Message.objects.of(conversation).filter(pk=wanted.message).first()
    try:
        if message is None:
            raise actions.NotInItError
        made = actions.split(conversation, message, actor=token, and_after=wanted.and_after, subject=wanted.subject)
    except actions.NotInItError as reason:
        words = gettext("This message does not stand in the conversation.")
        raise _refused("not_in_it", words, INVALID, "message") from reason
    except actions.NothingLeftError as reason:
        words = gettext("Nothing would be left in the conversation.")
        raise _refused("nothing_left", words, INVALID, "message") from reason
    return Status(201, split_shown(tied.splits_of(made.source).get(pk=made.pk)))


def _linked(token: Token, conversation: Conversation, other_id: UUID) -> Status[Any]:
    other = _other(token, other_id, INVALID)
    try:
        made, status = actions.link(conversation, other, actor=token), 201
    except actions.AlreadyLinkedError as known:
        made, status = known.link, 200
    except actions.ItselfError as reason:
        raise _refused("itself", gettext("A conversation cannot be linked with itself."), INVALID) from reason
    return Status(status, link_shown(tied.links_of(token, conversation).get(pk=made.pk), conversation))


def _other(token: Token, other_id: UUID, kind: Kind) -> Conversation:
    other = Conversation.objects.visible_to(token).select_related("root", "account", "customer").filter(pk=other_id)
    if not other:
        words = gettext("There is no such conversation, or it is not for this token to see.")
        raise _refused("not_found", words, kind)
    return other[0]


def _refused(code: str, words: str, kind: Kind, field: str = "other") -> Problem:
    return Problem(kind, errors=[wrong_field(field, code, words)])
