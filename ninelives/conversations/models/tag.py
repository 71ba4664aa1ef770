"""The organisation's words for what a conversation is about, and on which conversations they are."""

from django.db import models

from ninelives.accounts.models import ActedBy, Person, Token
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

MOST_LETTERS = 40


class Tag(ActedBy):
    """A word of the organisation's own, for all its brands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=MOST_LETTERS)
    # The name in whatever case it is written.
    key = models.CharField(max_length=2 * MOST_LETTERS, unique=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class Tagging(ActedBy):
    """A tag was put on a conversation, and perhaps taken off: by whom and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="taggings", db_index=False)
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="taggings", db_index=False)
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "tag"], condition=models.Q(ended_at=None), name="one_tagging_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "tag"], name="tagging_of"),
            models.Index(fields=["tag", "conversation"], condition=models.Q(ended_at=None), name="tagged"),
        ]
