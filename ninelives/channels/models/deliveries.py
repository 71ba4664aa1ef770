"""Everything that goes out, the tries, and news of it."""

from django.db import models
from django.db.models.fields.json import KT

from ninelives.channels.models.accounts import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

# What other systems are told of a delivery's state.
TOLD = {
    "waiting": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "refused",
    "uncertain": "uncertain",
    "held": "held",
    "withdrawn": "withdrawn",
}


class Delivery(models.Model):
    """One message on its way out, complete in itself. Whoever owns the message hears its news as a fact."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        READ = "read"
        FAILED = "failed"
        UNCERTAIN = "uncertain"
        HELD = "held"
        WITHDRAWN = "withdrawn"

    # The address that it goes to.
    TO = KT("outbound__to__address__value")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="deliveries")
    external_id = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # An `Outbound` as a versioned document (see `documents.py`).
    outbound = models.JSONField()
    # When it may go: later than now while it can be undone, or after TryLater.
    due_at = models.DateTimeField(default=now)
    attempts = models.SmallIntegerField(default=0)
    provider_id = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="delivery_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["due_at"], condition=models.Q(state="sending"), name="delivery_under_way"),
            models.Index(fields=["account", "provider_id"], name="delivery_by_provider"),
            # News that holds for all that was sent to somebody finds it here.
            models.Index(
                "account",
                KT("outbound__to__address__value"),
                name="delivery_sent_to",
                condition=models.Q(state__in=["sending", "sent", "delivered"]),
            ),
        ]

    @property
    def told_state(self) -> str:
        """As other systems are told: on its way is on its way, whoever has it at the moment."""
        return TOLD[self.state]


class DeliveryAttempt(models.Model):
    """One try, written down before the call is made. No end: we were killed in the middle."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)


class EarlyNews(models.Model):
    """News of something whose sending had not ended here yet: providers tell "delivered" before they answer the call.

    It is told again when the answer comes; a day later nothing of ours will ever have that id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="+")
    provider_id = models.TextField()
    news = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        verbose_name_plural = "early news"
        constraints = [
            models.UniqueConstraint(fields=["account", "provider_id", "news"], name="early_news_once"),
        ]
