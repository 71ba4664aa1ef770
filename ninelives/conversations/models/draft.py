"""What somebody is writing in a conversation."""

from django.db import models

from ninelives.accounts.models import Person
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File


class Draft(models.Model):
    """What somebody is writing. Kept as it is typed."""

    class Mode(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.REPLY)
    text = models.TextField(blank=True)
    version = models.IntegerField(default=0)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="one_draft_each")]


class DraftFile(models.Model):
    """A file that will go with a draft."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    name = models.TextField()
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
