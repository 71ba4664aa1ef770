"""A promise, and what became of it: attempts, keepings, withdrawals, other windows, other owners. Each is a row."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from ninelives.accounts.models import ActedBy, Brand, Person, Token
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# By telephone, which a person dials; every other channel is a kind of the registry.
PHONE = "phone"
# A warning comes when a quarter of the window is left: at most an hour before, and at least five minutes.
WARNS_AT_MOST = timedelta(hours=1)
WARNS_AT_LEAST = timedelta(minutes=5)


class State:
    """As people and machines name it. `late`: open, and past its due."""

    OPEN = "open"
    LATE = "late"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    ALL: ClassVar = (OPEN, LATE, KEPT, WITHDRAWN)


class Promises(models.QuerySet["Promise"]):
    def visible_to(self, actor: "Actor") -> "Promises":
        return self.of_brands(actor.brand_ids)

    def of_brands(self, brand_ids: Collection[UUID]) -> "Promises":
        """For reads that are put into SQL once, before anybody asks."""
        return self.filter(brand__in=brand_ids)

    def open(self) -> "Promises":
        """Neither kept nor withdrawn, late ones too."""
        return self.filter(outcome=Promise.Outcome.OPEN)

    def in_state(self, state: str, at: datetime | None = None) -> "Promises":
        at = at or now()
        if state == State.OPEN:
            return self.open().filter(due_by__gte=at)
        if state == State.LATE:
            return self.open().filter(due_by__lt=at)
        return self.filter(outcome=state)

    def of_customer(self, customer: Customer) -> "Promises":
        """Of whoever is one with this customer."""
        return self.filter(customer__in=Customer.objects.one_with(customer))

    def of_conversation(self, conversation: Conversation) -> "Promises":
        """Made in it, or in what is read as one with it."""
        return self.filter(conversation__in=Conversation.objects.one_with(conversation))

    def named(self) -> "Promises":
        """With everybody and everything that a promise names."""
        return self.select_related("customer__root", "conversation__root", "brand", "owner", "by_person", "by_token")


class Promise(ActedBy):
    """Its outcome is repeated here from its rows, so that a list is one read. By nobody: the customer chose it."""

    class Kind(models.TextChoices):
        ANSWER = "answer"
        CALLBACK = "callback"
        OTHER = "other"

    class Source(models.TextChoices):
        AGENT = "agent"
        CUSTOMER = "customer"
        RULE = "rule"

    class Outcome(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(
            models.Value("promise_number"), function="nextval", output_field=models.BigIntegerField()
        ),
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    # Whose conversation it was made in: it belongs to whom that customer is read as.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="promises")
    # Where it was made. A conversation that an undone answer began goes with that; the promise stays.
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="promises")
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=500, blank=True)
    # By which it shall be kept, and where: a kind of channel and an address there.
    channel = models.CharField(max_length=20)
    address = models.TextField(blank=True)
    # Empty: whoever of the brand's people is free.
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="promises")
    source = models.CharField(max_length=10, choices=Source, default=Source.AGENT)
    at = models.DateTimeField(default=now)
    # Empty: at once.
    due_from = models.DateTimeField(null=True)
    due_by = models.DateTimeField()
    # When it warns, follows from the window; and when it did, once for each window.
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    # When it was noticed that this window passed.
    late_at = models.DateTimeField(null=True)
    # How many windows had passed before the customer agreed to another one.
    missed = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    settled_at = models.DateTimeField(null=True)
    attempts_made = models.SmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    # Up to then, the next answer of whoever made it tells the customer of it, and keeps nothing.
    tell_until = models.DateTimeField(null=True)
    # The message that did; by id alone, as a send may be undone, and takes its message away.
    told_in = models.UUIDField(null=True)

    objects = Promises.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_from=None) | Q(due_from__lt=models.F("due_by")), name="promise_window_begins_first"
            ),
            models.CheckConstraint(condition=Q(warn_at__lte=models.F("due_by")), name="promise_warns_before_it_is_due"),
            models.CheckConstraint(
                condition=Q(outcome="open", settled_at=None) | ~Q(outcome="open") & Q(settled_at__isnull=False),
                name="promise_is_open_or_settled",
            ),
            models.CheckConstraint(condition=~Q(kind="other", what=""), name="promise_says_what"),
            models.CheckConstraint(condition=~Q(kind="callback", address=""), name="promise_to_call_somewhere"),
            models.CheckConstraint(
                condition=~Q(source="agent") | Q(by_person__isnull=False) | Q(by_token__isnull=False),
                name="promise_of_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_by", "id"], condition=Q(outcome="open"), name="promise_open"),
            models.Index(fields=["warn_at"], condition=Q(outcome="open", warned_at=None), name="promise_to_warn"),
            models.Index(fields=["due_by"], condition=Q(outcome="open", late_at=None), name="promise_to_be_late"),
            models.Index(fields=["brand", "due_by"], name="promise_of_brand"),
        ]

    @property
    def reference(self) -> str:
        return f"P-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN

    @property
    def is_late(self) -> bool:
        """A window passed before it was kept: now, at the end, or before the customer agreed to another."""
        return self.missed > 0 or (self.settled_at or now()) > self.due_by

    @property
    def is_nearly_late(self) -> bool:
        return self.is_open and self.warn_at <= now() <= self.due_by

    @property
    def is_told(self) -> bool:
        """The customer knows of it, as far as we know."""
        return self.tell_until is None or self.told_in is not None

    @property
    def state(self) -> str:
        return State.LATE if self.is_open and now() > self.due_by else self.outcome


def warning(begins: datetime, due_by: datetime) -> datetime:
    """When to warn of a window that begins and ends so; never before it begins."""
    ahead = min(max((due_by - begins) / 4, WARNS_AT_LEAST), WARNS_AT_MOST)
    return max(due_by - ahead, min(begins, due_by))


class Attempt(ActedBy):
    """Somebody tried to keep it, and what came of it."""

    class Outcome(models.TextChoices):
        REACHED = "reached"
        NO_ANSWER = "no_answer"
        BUSY = "busy"
        LEFT_MESSAGE = "left_message"
        WRONG_NUMBER = "wrong_number"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=15, choices=Outcome)
    note = models.TextField(blank=True)


class Undoable(ActedBy):
    """It settled a promise, until somebody took that back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    # Both empty once undone: the message that kept it was taken back.
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Keeping(Undoable):
    """It was kept: by a message of ours, an attempt that reached the customer, or because somebody says so."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="keepings")
    # By id alone, as a send may be undone, and takes its message away.
    message = models.UUIDField(null=True)
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="keepings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise"], condition=Q(undone_at=None), name="one_keeping_at_a_time")
        ]
        indexes = [models.Index(fields=["message"], condition=Q(message__isnull=False), name="keeping_by_message")]


class Withdrawal(Undoable):
    """We take it back, and say why."""

    class Because(models.TextChoices):
        # It is not needed any more: the customer said so.
        CUSTOMER = "customer"
        # We cannot, or will not.
        OURS = "ours"
        # Nobody was promised anything: it was entered by mistake, and taken back at once.
        MISTAKE = "mistake"

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="withdrawals")
    because = models.CharField(max_length=10, choices=Because)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise"], condition=Q(undone_at=None), name="one_withdrawal_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_says_why"),
        ]


class Move(ActedBy):
    """The customer agreed to another window. The old one stays known, and whether it had passed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="moves")
    at = models.DateTimeField(default=now)
    was_from = models.DateTimeField(null=True)
    was_by = models.DateTimeField()
    due_from = models.DateTimeField(null=True)
    due_by = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_from=None) | Q(due_from__lt=models.F("due_by")), name="moved_window_begins_first"
            )
        ]

    @property
    def was_late(self) -> bool:
        return self.at > self.was_by


class Handover(ActedBy):
    """It became somebody's, or (`person` empty) the team's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="handovers")
    at = models.DateTimeField(default=now)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
