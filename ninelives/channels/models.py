"""The organisation's own addresses on each channel, everything that came in raw, and everything that goes out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import Brand
from ninelives.channels.protocol import AccountView, Envelope
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File
from ninelives.foundation.secrets import unseal

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# Of raw input that could not be fetched: what is left out, and that somebody wants another try.
NOT_FETCHED, ASKED_AGAIN = "not_fetched", "asked_again"


class ChannelAccount(models.Model):
    """A mailbox, a number, a page: one address of ours on one channel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    name = models.TextField()
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="channel_accounts")
    address = models.TextField(blank=True)
    # Takes what is addressed to nobody we know (a mailbox on the inbound port).
    takes_all = models.BooleanField(default=False)
    # Tells a customer once per conversation that the message came in.
    confirms = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"], condition=~models.Q(address=""), name="account_address_once"
            ),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(takes_all=True), name="one_takes_all_per_kind"),
            models.UniqueConstraint(fields=["kind", "name"], name="account_name_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def view(self) -> AccountView:
        """What the adapter may know, secrets included: make it where it is used and keep it out of logs."""
        return AccountView(
            id=str(self.pk), address=self.address, display_name=self.brand.name, settings=self._settings()
        )

    def _settings(self) -> Mapping[str, str]:
        is_here = "settings" in getattr(self, "_prefetched_objects_cache", {})
        rows = self.settings.all() if is_here else _settings_of(self.pk)
        told = {row.name: unseal(row.value) if row.is_secret else row.value for row in rows}
        return {**settings.CHANNEL_DEFAULTS.get(self.kind, {}), **told}


class AccountSetting(models.Model):
    """One thing an account was told. The adapter says which there are; a secret one is sealed (`key-id:…`)."""

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="settings")
    name = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="setting_once")]


@compiled
def _settings_of(account: UUID) -> models.QuerySet[AccountSetting]:
    return AccountSetting.objects.filter(account=account)


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
        return Envelope(self.envelope_from, tuple(self.envelope_to), self.peer_ip, self.helo)


class MailboxPosition(models.Model):
    """How far a folder of a mailbox has been fetched, and how it goes. Moves in the transaction that keeps the mails.

    Mails are numbered upwards by the mail server. What came in lately is fetched first: `split` parts the numbers in
    two stretches, `new` and `old`, each with its own place: a new mail never waits for fifty thousand old ones.
    """

    class State(models.TextChoices):
        NEW = "new"
        FETCHING = "fetching"
        WATCHING = "watching"
        FAILING = "failing"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="positions")
    folder = models.TextField()
    # What the numbers belong to: the user and server, and the validity that the server gives them.
    server = models.TextField(blank=True)
    validity = models.BigIntegerField(default=0)
    # From this number on everything came in after we first looked.
    boundary = models.BigIntegerField(default=0)
    split = models.BigIntegerField(default=0)
    # Of each stretch: the highest number that is done; how often fetching was begun since without an end; and up to
    # which number it therefore goes on one by one.
    new_done = models.BigIntegerField(default=0)
    new_tries = models.SmallIntegerField(default=0)
    new_suspect = models.BigIntegerField(default=0)
    old_done = models.BigIntegerField(default=0)
    old_tries = models.SmallIntegerField(default=0)
    old_suspect = models.BigIntegerField(default=0)
    # Of the mails that were there or came: all, those that are done, and of these those that were here already.
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    # A code of `remarks.py`.
    problem = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "folder"], name="one_position_per_folder")]


class Imprint(models.Model):
    """How something that was fetched is known again: a keyed hash, which tells nothing to anybody without the key.

    It outlives what it is the imprint of. Without the receipt it says: this was erased here, and stays away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    # No foreign key: whoever erases a receipt need not know of this.
    receipt_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="imprint_once")]


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
        ]


class DeliveryAttempt(models.Model):
    """One try, written down before the call is made. No end: we were killed in the middle."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
