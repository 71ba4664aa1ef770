"""Tags on conversations."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from ninja import Router
from ninja.responses import Status

from ninelives.api import schemas
from ninelives.api.conversations import found, record, shown
from ninelives.api.problems import INVALID, Problem, wrong_field
from ninelives.api.tokens import MAY_ANSWER, TokenRequest
from ninelives.conversations import actions
from ninelives.conversations.models import MOST_LETTERS, Tag

router = Router(tags=["conversations"])


@router.put(
    "/{conversation_id}/tags/{name}", response={201: schemas.Conversation, 200: schemas.Conversation}, auth=MAY_ANSWER
)
def tag_conversation(request: TokenRequest, conversation_id: UUID, name: str) -> Any:
    """201 when this put it on; 200 when it was on it already. A new tag is made by a token with `make_tags`."""
    conversation = record(request.auth, conversation_id)
    tagging = actions.tag(conversation, _named(request, name), actor=request.auth)
    return Status(201 if tagging else 200, shown(found(request.auth, conversation.pk)))


@router.delete("/{conversation_id}/tags/{name}", response=schemas.Conversation, auth=MAY_ANSWER)
def untag_conversation(request: TokenRequest, conversation_id: UUID, name: str) -> Any:
    """Take it off; where it is not on, nothing changes."""
    conversation = record(request.auth, conversation_id)
    tag = Tag.objects.filter(key=" ".join(name.split()).casefold()).first()
    if tag:
        actions.untag(conversation, tag.pk, actor=request.auth)
    return shown(found(request.auth, conversation.pk))


def _named(request: TokenRequest, name: str) -> Tag:
    try:
        return actions.tag_named(name, actor=request.auth)
    except actions.NoTagError as reason:
        words = gettext("A tag is one to %(most)s letters, without a /.") % {"most": MOST_LETTERS}
        raise Problem(INVALID, errors=[wrong_field("name", "no_tag", words, "path")]) from reason
    except actions.NoSuchTagError as reason:
        words = gettext("There is no such tag, and this token may not make one.")
        raise Problem(INVALID, errors=[wrong_field("name", "no_such_tag", words, "path")]) from reason
