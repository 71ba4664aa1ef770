"""One thread with one customer on one channel account, whose it is, and who takes part."""

from collections.abc import Collection
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from ninelives.accounts.models import ActedBy, Brand, Person, Token
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models.case import Case
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


# Whoever types says so again before this is over.
TYPING_LASTS = timedelta(seconds=8)


class Conversations(models.QuerySet["Conversation"]):
    def visible_to(self, actor: "Actor") -> "Conversations":
        return self.of_brands(actor.brand_ids)

    def of_brands(self, brand_ids: Collection[UUID]) -> "Conversations":
        """For reads that are put into SQL once, before anybody asks."""
        return self.filter(brand__in=brand_ids)

    def not_merged(self) -> "Conversations":
        """Those that are read as themselves."""
        return self.exclude(status=Conversation.Status.MERGED)

    def held(self, *, skip_locked: bool = False) -> "Conversations":
        """Locked against whoever changes them: held before whatever hangs on them, as drafts and deliveries, so that no
        two who hold the one want the other."""
        # Not against new rows that point at them: a key never changes, and the first saving of a draft would wait for
        # us with the draft that we want.
        return self.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)

    def one_with(self, conversation: "Conversation") -> "Conversations":
        """All that are read as one with this one, itself among them."""
        return self.filter(root=conversation.root_id) if conversation.root_id else self.filter(pk=conversation.pk)

    def read_by(self, person_id: UUID) -> "Conversations":
        """With how far this person has read, for `is_unread`."""
        mark = models.FilteredRelation("read_marks", condition=models.Q(read_marks__person=person_id))
        known: dict[str, Any] = {"mark_id": models.F("mark__id"), "read_up_to": models.F("mark__up_to")}
        return self.alias(mark=mark).annotate(**known)


class Conversation(models.Model):
    """One thread. Status, assignee and snooze are repeated here from their rows, so that a list is one read."""

    class Status(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        # Read as another one. What it is besides, open or closed, its closures say.
        MERGED = "merged"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(
            models.Value("conversation_number"), function="nextval", output_field=models.BigIntegerField()
        ),
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="conversations")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="conversations")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="conversations")
    subject = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="conversations")
    created_at = models.DateTimeField(default=now)
    # Until when it is out of everybody's way; then it comes back by itself.
    snoozed_until = models.DateTimeField(null=True)
    # The last thing said by either side, or when it came back from a snooze; lists are in this order.
    last_at = models.DateTimeField(default=now)
    # Since when the customer waits for an answer; empty while we spoke last.
    waiting_since = models.DateTimeField(null=True)
    # When the customer's newest message was taken in, whatever its own date; an imported one on its own date.
    heard_at = models.DateTimeField(null=True)
    preview = models.CharField(max_length=200, blank=True)
    is_automatic = models.BooleanField(default=False)
    # Up to when somebody here has seen what the customer said; kept where the customer's side listens.
    seen_at = models.DateTimeField(null=True)
    # A conversation this may belong to: named as an answer to it by somebody who takes no part in it.
    related = models.ForeignKey("self", models.SET_NULL, null=True, related_name="relations")
    # Follows from the merges. Empty: never took part in one. Itself: it is a root, perhaps of itself alone.
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="members", db_index=False, editable=False)
    # It was merged, split, linked or put in a case at some time. Most never were: then nobody need look for that.
    has_ties = models.BooleanField(default=False, db_default=False)
    # Of a merged one, the case that it comes back to when it is a conversation of its own again.
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="conversations", db_index=False)

    objects = Conversations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(snoozed_until=None) | models.Q(status="open"), name="only_open_ones_are_snoozed"
            ),
            models.CheckConstraint(
                condition=models.Q(status="merged", root__isnull=False) & ~models.Q(root=models.F("id"))
                | ~models.Q(status="merged") & (models.Q(root=None) | models.Q(root=models.F("id"))),
                name="merged_ones_are_read_as_another",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-last_at", "-id"], name="conversation_list"),
            models.Index(fields=["assignee", "status", "-last_at"], name="conversation_mine"),
            models.Index(
                fields=["-last_at", "-id"],
                condition=models.Q(status="open", assignee=None),
                name="conversation_unassigned",
            ),
            models.Index(fields=["customer", "-last_at"], name="conversation_of_customer"),
            models.Index(fields=["-last_at", "-id"], name="conversation_newest"),
            models.Index(
                fields=["snoozed_until", "id"],
                condition=models.Q(snoozed_until__isnull=False),
                name="conversation_snoozed",
            ),
            models.Index(fields=["root"], condition=models.Q(root__isnull=False), name="conversation_by_root"),
            models.Index(fields=["case"], condition=models.Q(case__isnull=False), name="conversation_by_case"),
        ]

    @property
    def reference(self) -> str:
        return f"#{self.number}"

    @property
    def tags(self) -> list[str]:
        """In the order in which they were put on. See `tagged.with_tags` for many at once."""
        on = [one for one in self.taggings.all() if one.ended_at is None]
        return [one.tag.name for one in sorted(on, key=attrgetter("at", "pk"))]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_merged(self) -> bool:
        return self.root_id not in (None, self.pk)

    @property
    def record_id(self) -> UUID:
        """As which it is read."""
        return self.root_id or self.pk

    @property
    def record(self) -> "Conversation":
        return self.root if self.root and self.is_merged else self

    def moment_for(self, at: datetime) -> datetime:
        """When something that is said now was said: after what was said last, also if the clock was put back since."""
        return self.last_at + timedelta(microseconds=1) if self.last_at > now() else at

    # What `read_by` knows of the reader.
    mark_id: UUID | None = None
    read_up_to: datetime | None = None

    @property
    def is_unread(self) -> bool:
        """Closed is closed, whoever read it."""
        if not self.is_open:
            return False
        if self.mark_id is None or self.read_up_to is None:
            return self.mark_id is not None or self.heard_at is not None
        return self.heard_at is not None and self.heard_at > self.read_up_to


class Closure(ActedBy):
    """The conversation was closed, and perhaps reopened: by whom and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="closures")
    at = models.DateTimeField(default=now)
    reopened_at = models.DateTimeField(null=True)
    # Both empty once reopened: the customer's own message did it.
    reopened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopened_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")
    # The customer's message that did it: they came to us anew.
    reopened_by_message = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(reopened_at=None), name="one_closure_at_a_time"
            )
        ]
        indexes = [
            models.Index(
                fields=["reopened_by_message"],
                condition=models.Q(reopened_by_message__isnull=False),
                name="closure_by_message",
            )
        ]


class Assignment(ActedBy):
    """Whose conversation it is, from when until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(ended_at=None), name="one_assignment_at_a_time"
            )
        ]


class Participant(models.Model):
    """An address that takes part: it wrote, or a message was addressed to it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    kind = models.CharField(max_length=20)
    value = models.TextField()
    name = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind", "value"], name="participant_once")]
        indexes = [models.Index(fields=["kind", "value"], name="participant_address")]


class Typing(models.Model):
    """The customer is writing, and is thought to be until then. Lost with the database's memory: nobody minds."""

    conversation = models.OneToOneField(Conversation, models.CASCADE, primary_key=True, related_name="typing")
    until = models.DateTimeField()
