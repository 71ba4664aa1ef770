"""What the machines' door must remember."""

from django.db import models

from ninelives.accounts.models import Token
from ninelives.foundation.clock import now


class RememberedAnswer(models.Model):
    """The answer given to a request with an Idempotency-Key, to be given again when the request comes again."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # What was asked, so that one key cannot stand for two requests.
    request = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_once_per_key")]
