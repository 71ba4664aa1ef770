"""Visitors of the chat and users of an app: who they are, their browsers, the files they are about to send, and how
much they may ask."""

from django.db import models

from ninelives.channels.models import ChannelAccount
from ninelives.foundation.address import Address
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File


class Visitor(models.Model):
    """Somebody who opened the chat. Proven: the organisation's own site signed who they are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="visitors")
    # The address on the channel: `<account>:<their id at the site>`, or `<account>/<our id>` of one without a name.
    address = models.TextField()
    is_proven = models.BooleanField(default=False)
    name = models.TextField(blank=True)
    email = models.TextField(blank=True)
    email_is_proven = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)
    # Who this one turned out to be, by signing in at the site.
    became = models.ForeignKey("self", models.CASCADE, null=True, related_name="was")
    created_at = models.DateTimeField(default=now)
    # No column: addresses of those who became this one, once somebody has looked.
    earlier: list[str] | None = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "address"], name="visitor_once")]

    @property
    def channel_address(self) -> Address:
        return Address(self.account.kind, self.address)


class VisitorSession(models.Model):
    """A visitor's browser. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(default=now, db_index=True)


class Upload(models.Model):
    """A file that a visitor is about to send with a message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="uploads")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    name = models.TextField()
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(default=now, db_index=True)


class AppConversation(models.Model):
    """A conversation that an app began: its number is promised before anything was said in it."""

    number = models.BigIntegerField(primary_key=True)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="app_conversations")
    created_at = models.DateTimeField(default=now)


class Spending(models.Model):
    """How much of something was asked for in the time that began then; the key is a hash of who asks for what."""

    key = models.CharField(max_length=32, primary_key=True)
    began = models.BigIntegerField(db_index=True)
    spent = models.BigIntegerField()
