"""Who has read how far."""

from django.db import models

from ninelives.accounts.models import Person
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.ids import new_id


class ReadMark(models.Model):
    """Up to which news of a customer (`Conversation.heard_at`) a person has read a conversation.

    Whoever has none has read nothing of it. An empty `up_to`: put back among the unread by hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="read_marks", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="read_marks")
    up_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "conversation"], name="one_read_mark_each")]
