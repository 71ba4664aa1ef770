"""What somebody did with many conversations at once, kept so that it can be undone."""

from django.db import models

from ninelives.accounts.models import Person
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class BulkAction(models.Model):
    """One deed with many conversations; perhaps undone, by the same person."""

    class What(models.TextChoices):
        CLAIM = "claim"
        RELEASE = "release"
        CLOSE = "close"
        REOPEN = "reopen"
        SNOOZE = "snooze"
        TAG = "tag"
        READ = "read"
        UNREAD = "unread"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="bulk_actions", db_index=False)
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="bulk_actions_of")]


class BulkItem(models.Model):
    """One conversation that it changed, and how it was before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(BulkAction, models.CASCADE, related_name="items", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    # The row that it made, as a closure, or ended, as an assignment: while it is the last, nobody changed this since.
    row = models.UUIDField(null=True)
    # Until when it was snoozed before; or up to where it was read before and after, `row` being the mark from before.
    before = models.DateTimeField(null=True)
    after = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "conversation"], name="once_in_a_bulk_action")]
