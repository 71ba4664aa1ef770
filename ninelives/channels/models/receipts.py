"""Everything that came in, raw."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.channels.models.accounts import ChannelAccount
from ninelives.channels.protocol import Envelope
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# Of raw input that could not be fetched: what is left out, and that somebody wants another try.
NOT_FETCHED, ASKED_AGAIN = "not_fetched", "asked_again"


class Receipts(models.QuerySet["Receipt"]):
    def visible_to(self, actor: "Actor") -> "Receipts":
        return self.filter(account__brand__in=actor.brand_ids)


class Receipt(models.Model):
    """Raw input as it came, kept before it is acknowledged and processed after."""

    class State(models.TextChoices):
        STORED = "stored"
        PROCESSED = "processed"
        DUPLICATE = "duplicate"
        QUARANTINED = "quarantined"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="receipts")
    # The provider's id of this call, or one of our own where it has none.
    key = models.CharField(max_length=200)
    # Input of one lane is processed in order.
    lane = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State, default=State.STORED)
    is_import = models.BooleanField(default=False)
    # Old: nobody waits for an answer to it any more, so its conversation comes in closed.
    closes = models.BooleanField(default=False, db_default=False)
    # A code of `remarks.py`, where this is only the beginning of what there was.
    left_out = models.CharField(max_length=60, blank=True, default="", db_default="")
    # Small input stands here, large input in a file.
    raw = models.BinaryField(null=True)
    raw_file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    size = models.BigIntegerField()
    envelope_from = models.TextField(blank=True)
    envelope_to = ArrayField(models.TextField(), default=list, blank=True)
    peer_ip = models.CharField(max_length=45, blank=True)
    helo = models.TextField(blank=True)
    file_name = models.TextField(blank=True, default="", db_default="")
    received_at = models.DateTimeField(default=now)
    attempts = models.SmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)
    # A code of `remarks.py`, and what the machine said.
    reason = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="duplicates")

    objects = Receipts.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="receipt_once")]
        indexes = [
            models.Index(fields=["is_import", "id"], condition=models.Q(state="stored"), name="receipt_waiting"),
            models.Index(fields=["lane", "id"], condition=models.Q(state="stored"), name="receipt_lane"),
            models.Index(fields=["state", "-id"], name="receipt_ledger"),
        ]

    @property
    def content(self) -> bytes:
        if self.raw is not None:
            return bytes(self.raw)
        return files.content(self.raw_file_id or "")

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.envelope_from, tuple(self.envelope_to), self.peer_ip, self.helo, self.file_name)
