"""What ties conversations to each other: merges, splits and links. Each is a row that can be undone.

What follows from them is repeated where it is read: `Conversation.root` and its status from the merges,
`Message.conversation` from the splits.
"""

from typing import TYPE_CHECKING

from django.db import models

from ninelives.accounts.models import ActedBy, Person, Token
from ninelives.conversations.models.conversation import Conversation
from ninelives.conversations.models.message import Message
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


class Tie(ActedBy):
    """Made by somebody, and perhaps undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta(ActedBy.Meta):
        abstract = True

    @property
    def undone_by_name(self) -> str:
        return str(self.undone_by or self.undone_by_token or "")


class ConversationMerges(models.QuerySet["ConversationMerge"]):
    def visible_to(self, actor: "Actor") -> "ConversationMerges":
        return self.filter(kept__brand__in=actor.brand_ids)


class ConversationMerge(Tie):
    """`merged` is read as `kept`, until this is undone. Its messages know nothing of it.

    That both are of one account, and that there are no circles, follows from how merges are made: see `actions`.
    """

    kept = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    merged = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    objects = ConversationMerges.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="conversation_merged_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("merged")), name="conversation_merged_into_another"
            ),
        ]


class ConversationSplits(models.QuerySet["ConversationSplit"]):
    def visible_to(self, actor: "Actor") -> "ConversationSplits":
        return self.filter(source__brand__in=actor.brand_ids)


class ConversationSplit(Tie):
    """Messages of `source` stand in a conversation of their own, `made` for them, until this is undone."""

    source = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    made = models.OneToOneField(Conversation, models.CASCADE, related_name="+")

    objects = ConversationSplits.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=models.F("made")), name="conversation_split_into_another")
        ]


class SplitMessage(models.Model):
    """A message that a split took along, and the conversation that it stood in before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    split = models.ForeignKey(ConversationSplit, models.CASCADE, related_name="took", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    came_from = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["split", "message"], name="message_split_once_by_each")]


class ConversationLinks(models.QuerySet["ConversationLink"]):
    def visible_to(self, actor: "Actor") -> "ConversationLinks":
        """Whoever may not see both ends does not know of it."""
        return self.filter(one__brand__in=actor.brand_ids, other__brand__in=actor.brand_ids)


class ConversationLink(Tie):
    """Two conversations have to do with each other."""

    # The lower id first, so that a pair is one row.
    one = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    objects = ConversationLinks.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=models.Q(undone_at=None), name="conversations_linked_once_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="conversation_link_in_order"),
        ]
        indexes = [models.Index(fields=["one"], name="conversation_link_one")]
