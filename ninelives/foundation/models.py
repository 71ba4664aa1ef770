"""Facts and files: what every room may write."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from ninelives.foundation.clock import now


class Fact(models.Model):
    """Something that happened, in the past tense, numbered.

    A lower number can commit after a higher one: whoever reads on from a number stops at the oldest running
    transaction (`transaction` < pg_snapshot_xmin).
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    told = models.JSONField()
    occurred_at = models.DateTimeField(db_default=TransactionNow())
    transaction = models.BigIntegerField(
        db_default=models.Func(function="pg_current_xact_id", template="(%(function)s()::text)::bigint")
    )


class File(models.Model):
    """One content, kept once under its hash. Its bytes stand in the data folder, not in the database."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)
