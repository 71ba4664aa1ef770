"""Mailboxes that are fetched, and how what was fetched is known again."""

from django.db import models

from ninelives.channels.models.accounts import ChannelAccount
from ninelives.foundation.ids import new_id


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
