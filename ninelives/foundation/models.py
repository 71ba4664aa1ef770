"""Facts and files: what every room may write."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from ninelives.foundation.clock import now


class Fact(models.Model):
    """Something that happened, in the past tense, numbered.

    A lower number can commit after a higher one: whoever reads on stops at the oldest running transaction, as
    `reading.py` does.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    told = models.JSONField()
    occurred_at = models.DateTimeField(db_default=TransactionNow())
    transaction = models.BigIntegerField(
        db_default=models.Func(function="pg_current_xact_id", template="(%(function)s()::text)::bigint")
    )

    class Meta:
        indexes = [models.Index(fields=["transaction", "id"], name="fact_by_transaction")]


class Bookmark(models.Model):
    """How far somebody has read the facts: see `reading.py`, which alone writes it."""

    reader = models.CharField(primary_key=True, max_length=40)
    # The window that is being read: facts of transactions from … up to, and not with, ….
    window_from = models.BigIntegerField()
    window_to = models.BigIntegerField()
    # The last fact read in the window, the highest ever, and the one below which nothing is read any more.
    last = models.BigIntegerField(default=0)
    highest = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)


class File(models.Model):
    """One content, kept once under its hash. Its bytes stand in the data folder, not in the database."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)
