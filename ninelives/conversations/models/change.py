"""What customers did to messages after they were sent."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import models

from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.conversations.models.message import Message
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


def reactions(made: Iterable["MessageChange"]) -> list["MessageChange"]:
    """The signs that stand now: of each customer the last one, unless it was taken back."""
    last: dict[UUID, MessageChange] = {}
    for change in sorted(made, key=attrgetter("at", "pk")):
        if change.kind == MessageChange.Kind.REACTED:
            last[change.customer_id] = change
    return [change for change in last.values() if change.text]


def edited_at(made: Iterable["MessageChange"]) -> datetime | None:
    return max((change.at for change in made if change.kind == MessageChange.Kind.EDITED), default=None)


class MessageChange(models.Model):
    """Edited, taken back, or a sign put to it. What comes before its message waits for that."""

    class Kind(models.TextChoices):
        EDITED = "edited"
        DELETED = "deleted"
        REACTED = "reacted"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", db_index=False)
    # The provider's id of the message, theirs or ours.
    target = models.TextField()
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="changes")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # The new text, or the sign ("": taken back); and of an edit, what stood there before.
    text = models.TextField(blank=True)
    before = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "fingerprint"], name="change_once")]
        indexes = [
            models.Index(fields=["account", "target"], condition=models.Q(message=None), name="change_waiting"),
        ]
