"""How asking a provider for things goes, of accounts that are asked by the clock."""

from django.db import models

from ninelives.channels.models.accounts import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class AccountLook(models.Model):
    """The last time that an account's provider was asked for one kind of thing, and what came of it."""

    class What(models.TextChoices):
        # What customers said, where the provider calls nobody.
        INPUT = "input"
        TEMPLATES = "templates"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="looks")
    what = models.CharField(max_length=12, choices=What)
    tried_at = models.DateTimeField(default=now)
    last_success_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    # A code of `remarks.py`, or what the provider said.
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "what"], name="look_once")]
