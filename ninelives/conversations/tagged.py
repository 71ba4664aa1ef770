"""Which tags are on a conversation."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Coalesce

from ninelives.conversations.models import Conversation, Conversations, Tagging
from ninelives.foundation.compiling import compiled


def tags_of(conversation: Conversation) -> list[tuple[UUID, str, str, datetime]]:
    """In the order in which they were put on: id, name, by whom, when."""
    return _tags(conversation.pk)


def with_tags(rows: Conversations) -> Conversations:
    """Ready for `Conversation.tags`."""
    return rows.prefetch_related(Prefetch("taggings", Tagging.objects.filter(ended_at=None).select_related("tag")))


@compiled
def _tags(conversation_id: UUID) -> QuerySet[Tagging, tuple[UUID, str, str, datetime]]:
    rows = Tagging.objects.filter(conversation=conversation_id, ended_at=None).order_by("at", "id")
    return rows.values_list("tag_id", "tag__name", Coalesce("by_person__name", "by_token__name"), "at")
