"""Which other systems are told of what, every call to them, and every try of a call."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import ActedBy, Brand
from ninelives.accounts.queries import works_everywhere
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


class Webhooks(models.QuerySet["Webhook"]):
    def visible_to(self, actor: "Actor") -> "Webhooks":
        """What is told of every brand is only for those who work for every brand."""
        return self.all() if works_everywhere(actor) else self.filter(brand__in=actor.brand_ids)


class Webhook(ActedBy):
    """An address of another system, and what it wants to be told of. Made by a person or a token."""

    class Reason(models.TextChoices):
        """Why it is not called."""

        PAUSED = "paused"
        GONE = "gone"
        FAILING = "failing"
        SECRET_LOST = "secret_lost"  # noqa: S105 - a reason, no secret

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url = models.TextField()
    # Names of `catalogue.py`; "*" is all that are not internal, later ones too.
    events = ArrayField(models.CharField(max_length=40))
    # None: every brand, later ones too.
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="webhooks")
    # Sealed, as is the one that signs along for a while after a rotation.
    secret = models.TextField()
    earlier_secret = models.TextField(blank=True)
    earlier_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    created_at = models.DateTimeField(default=now)
    # What happened before is not told.
    listens_since = models.DateTimeField(default=now)
    # Since when no try has succeeded; empty while all is well.
    failing_since = models.DateTimeField(null=True)
    # It asked for some rest (Retry-After).
    rests_until = models.DateTimeField(null=True)

    objects = Webhooks.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=True, reason="") | (models.Q(is_active=False) & ~models.Q(reason="")),
                name="webhook_inactive_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.url


class Call(models.Model):
    """One thing told to one webhook. Its id is the `webhook-id`, the same at every try."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CALLING = "calling"
        # Tried in vain; will be tried again.
        FAILED = "failed"
        SUCCEEDED = "succeeded"
        GAVE_UP = "gave_up"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    event = models.CharField(max_length=40)
    # The number of the fact; empty: somebody asked for a test.
    fact = models.BigIntegerField(null=True)
    # What is told of one of these is told in order. A conversation's id, or nothing.
    lane = models.CharField(max_length=40, blank=True)
    # Whom it is about. By id alone, so that an erasure finds it.
    customer = models.UUIDField(null=True)
    # The body, to the octet as it is signed and sent.
    payload = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # When it may be tried, or until when whoever tries it has it.
    due_at = models.DateTimeField(default=now)
    # Tries since it was last asked for; all of them are rows of `Attempt`.
    attempts = models.SmallIntegerField(default=0)
    occurred_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # However often a fact is read.
            models.UniqueConstraint(
                fields=["webhook", "fact", "event"], condition=models.Q(fact__isnull=False), name="call_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["webhook", "due_at", "id"],
                condition=models.Q(state__in=["waiting", "failed"]),
                name="call_due",
            ),
            models.Index(
                fields=["webhook", "lane", "id"],
                condition=models.Q(state__in=["waiting", "calling"]),
                name="call_lane",
            ),
            models.Index(fields=["due_at"], condition=models.Q(state="calling"), name="call_under_way"),
            models.Index(fields=["webhook", "-id"], name="call_list"),
            models.Index(fields=["webhook", "state", "-id"], name="call_list_of_state"),
            models.Index(fields=["customer"], condition=models.Q(customer__isnull=False), name="call_of_customer"),
        ]

    @property
    def next_at(self) -> datetime | None:
        """When it is tried again."""
        return self.due_at if self.state in (self.State.WAITING, self.State.FAILED) else None


class Attempt(models.Model):
    """One try, written down before it is made. No end: we were killed in the middle."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="tries")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    # The HTTP status; empty: no answer came.
    status = models.SmallIntegerField(null=True)
    # A code of `remarks.py`; empty: it succeeded.
    reason = models.CharField(max_length=20, blank=True)
    detail = models.TextField(blank=True)
    # The beginning of what was answered.
    answer = models.TextField(blank=True)

    @property
    def milliseconds(self) -> int | None:
        return round((self.ended_at - self.started_at).total_seconds() * 1000) if self.ended_at else None
