"""Merges, splits and links as they go over the line."""

from typing import Any

from ninelives.accounts.models import Token
from ninelives.api import tie_schemas as schemas
from ninelives.conversations import tied
from ninelives.conversations.models import Conversation, ConversationLink, ConversationMerge, ConversationSplit


def merge_shown(made: ConversationMerge) -> schemas.ConversationMerge:
    return schemas.ConversationMerge(
        id=made.pk,
        kept=thread_shown(made.kept),
        merged=thread_shown(made.merged),
        by=made.by_name,
        at=made.at,
        undone_at=made.undone_at,
    )


def split_shown(made: ConversationSplit) -> schemas.ConversationSplit:
    return schemas.ConversationSplit(
        id=made.pk,
        source=thread_shown(made.source),
        made=thread_shown(made.made),
        messages=[one.message_id for one in made.took.all()],
        by=made.by_name,
        at=made.at,
        undone_at=made.undone_at,
    )


def link_shown(made: ConversationLink, conversation: Conversation) -> schemas.ConversationLink:
    other = tied.other_end(made, conversation).record
    return schemas.ConversationLink(
        id=made.pk, other=thread_shown(other), by=made.by_name, at=made.at, undone_at=made.undone_at
    )


def all_shown(token: Token, conversation: Conversation) -> dict[str, Any]:
    """Those that hold now. What never had any costs no question."""
    if not conversation.has_ties:
        return {"merges": [], "splits": [], "links": []}
    return {
        "merges": [merge_shown(one) for one in tied.merges_of(conversation).filter(undone_at=None)],
        "splits": [split_shown(one) for one in tied.splits_of(conversation).filter(undone_at=None)],
        "links": [link_shown(one, conversation) for one in tied.links_of(token, conversation).filter(undone_at=None)],
    }


def thread_shown(one: Conversation) -> schemas.Thread:
    return schemas.Thread(id=one.pk, reference=one.reference, subject=one.subject, status=one.status)
