"""What was said in a conversation, and the files that came with it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Left

from ninelives.accounts.models import ActedBy
from ninelives.channels.models import ChannelAccount, Delivery, MediaFetch, Receipt
from ninelives.conversations.models.conversation import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.models import File
from ninelives.foundation.text import Folded

# A text search vector may hold 1 MB; words beyond this are not found, the text is kept.
SEARCHED_CHARACTERS = 60_000


def preview(text: str) -> str:
    """The beginning of a message, on one line of a list."""
    return " ".join(text[:400].split())[:200]


class Messages(models.QuerySet["Message"]):
    def of(self, conversation: Conversation) -> "Messages":
        """Said in it and in what was merged into it; of a merged one, in itself alone."""
        if conversation.root_id == conversation.pk:
            return self.filter(conversation__root=conversation.pk)
        return self.filter(conversation=conversation.pk)


class Message(ActedBy):
    """Something said or noted."""

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"
        NOTE = "note"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Where it was said, or where a split took it; merges leave it alone.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    # By which it came or left: an external id or a fingerprint is somebody's only within an account. What came by a
    # form stands in a conversation of the account that answers it.
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=Direction)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="messages")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="messages")
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="+")
    sender_name = models.TextField(blank=True)
    sender_address = models.TextField(blank=True)
    # Of what we send, the address it goes to; of what comes in, our own address that it was sent to.
    recipient = models.TextField(blank=True)
    # Which message it answers, where the customer pointed at one.
    answers = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    # Whom the sender asked to answer instead.
    reply_to = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # Without quotes and signature; empty where nothing was folded.
    own_text = models.TextField(blank=True)
    own_html = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    occurred_at = models.DateTimeField(default=now)
    received_at = models.DateTimeField(default=now)
    external_id = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    # Filled where equal content may be said twice (see threading.occurrence).
    occurrence = models.CharField(max_length=32, blank=True)
    # From the sender's browser or program, so that one click is one message.
    key = models.CharField(max_length=80, blank=True)
    # Written by us without a person: a confirmation.
    is_automatic = models.BooleanField(default=False)
    is_import = models.BooleanField(default=False)
    machine = models.CharField(max_length=12, blank=True)
    proof = models.CharField(max_length=10, blank=True)
    dkim = models.CharField(max_length=12, blank=True)
    spf = models.CharField(max_length=12, blank=True)
    dmarc = models.CharField(max_length=12, blank=True)
    # The customer changed it since, or somebody put a sign to it. Most have none, and then nobody need look for them.
    has_changes = models.BooleanField(default=False, db_default=False)
    # The customer took it back.
    deleted_at = models.DateTimeField(null=True)
    # Most have none, and then nobody need look for them.
    has_files = models.BooleanField(default=False)
    # Of what was written on a web page: `url`, `title` and `context`, pairs of words that the page told along.
    page = models.JSONField(null=True)
    remarks = ArrayField(models.TextField(), default=list, blank=True)
    words = models.GeneratedField(
        expression=SearchVector(Left("subject", 1000), Left("text", SEARCHED_CHARACTERS), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = Messages.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "fingerprint", "occurrence"],
                condition=~models.Q(fingerprint=""),
                name="message_once",
            ),
            models.UniqueConstraint(
                # What is said by itself with a key is said once for each key.
                fields=["conversation"],
                condition=models.Q(is_automatic=True, key=""),
                name="one_confirmation",
            ),
            models.UniqueConstraint(
                fields=["conversation", "key"], condition=~models.Q(key=""), name="message_once_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "occurred_at"], name="message_timeline"),
            models.Index(
                fields=["answers"], condition=models.Q(answers__isnull=False), name="message_by_what_it_answers"
            ),
            models.Index(fields=["external_id"], condition=~models.Q(external_id=""), name="message_by_external_id"),
            models.Index(
                fields=["recipient", "occurred_at"], condition=models.Q(is_automatic=True), name="message_automatic_to"
            ),
            GinIndex(fields=["words"], name="message_words", fastupdate=False),
            GinIndex(
                models.Func("subject", "text", function="foundation_numbers"), name="message_numbers", fastupdate=False
            ),
        ]

    @property
    def shown_text(self) -> str:
        return self.own_text or self.text

    @property
    def checked(self) -> bool:
        """Whether anybody looked at the sender's proof."""
        return bool(self.dkim or self.spf or self.dmarc)

    @property
    def provider_id(self) -> str:
        """As its provider knows it; of what was not sent yet, as we shall."""
        sent_as = self.delivery.provider_id if self.delivery else ""
        return sent_as or self.external_id

    @property
    def author(self) -> str:
        return self.by_name or self.sender_name or self.sender_address


class Attachment(models.Model):
    """A file that came or went with a message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    # None while it is fetched from the provider, and where that cannot be done.
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    fetch = models.OneToOneField(MediaFetch, models.PROTECT, null=True, related_name="+")
    position = models.SmallIntegerField(default=0)
    name = models.TextField()
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    # Set for pictures that the text shows in place.
    content_id = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | models.Q(fetch__isnull=False), name="attachment_comes_from"
            )
        ]
        indexes = [GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="attachment_name_parts")]

    @property
    def state(self) -> str:
        """kept, waiting (it is being fetched from the provider) or failed (that could not be done)."""
        if self.file_id or self.fetch is None:
            return "kept"
        # What has come and is not taken over yet could not be shown.
        return "waiting" if self.fetch.state == "kept" else self.fetch.state
