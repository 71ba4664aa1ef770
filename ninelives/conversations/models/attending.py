"""Who looks at a conversation at this moment, and who was called to it."""

from django.db import models

from ninelives.accounts.models import Person
from ninelives.conversations.models.conversation import Conversation
from ninelives.conversations.models.message import Message
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class Attendance(models.Model):
    """A colleague has the conversation open, and perhaps writes. Both lapse unless they are said again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="attendances")
    until = models.DateTimeField()
    typing_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "conversation"], name="one_attendance_each")]


class Mention(models.Model):
    """Somebody was named in a note, and is to read it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="mentions", db_index=False)
    at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="one_mention_each")]
        indexes = [
            models.Index(fields=["person", "-at"], name="mention_of"),
            models.Index(fields=["person"], condition=models.Q(seen_at=None), name="mention_unseen"),
        ]
