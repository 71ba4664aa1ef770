"""Conversations that are to come back later."""

from django.db import models

from ninelives.accounts.models import ActedBy, Person, Token
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class Snooze(ActedBy):
    """Out of everybody's way until a moment, or until something happens; `why` it ended."""

    class Why(models.TextChoices):
        TIME = "time"
        CUSTOMER = "customer"
        PERSON = "person"
        CLOSED = "closed"
        DELIVERY = "delivery"
        MERGED = "merged"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="snoozes")
    at = models.DateTimeField(default=now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(ended_at=None), name="one_snooze_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, why="") | models.Q(ended_at__isnull=False) & ~models.Q(why=""),
                name="snooze_ends_for_a_reason",
            ),
        ]
