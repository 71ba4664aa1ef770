"""Files that a provider told of and did not send along."""

from django.db import models

from ninelives.channels.models.accounts import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File


class MediaFetch(models.Model):
    """One file to get from a provider. Whoever owns the file hears of its end as a fact."""

    class State(models.TextChoices):
        WAITING = "waiting"
        KEPT = "kept"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="fetches")
    # What the adapter gets it by; it may be a secret address of the provider's.
    reference = models.TextField()
    name = models.TextField(blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # While somebody tries, the moment at which it is thought to be dead.
    due_at = models.DateTimeField(default=now)
    attempts = models.SmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "media fetches"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="kept", file__isnull=False) | ~models.Q(state="kept") & models.Q(file=None),
                name="what_is_kept_has_a_file",
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="fetch_due")]
