"""A conversation's place in a queue, and whom it was offered."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import ActedBy, Person
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.promises.models import Promise
from ninelives.routing.models.queue import Queue

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

_OPEN = models.Q(ended_at=None)


class Placements(models.QuerySet["Placement"]):
    def visible_to(self, actor: "Actor") -> "Placements":
        return self.filter(queue__brand__in=actor.brand_ids)

    def open(self) -> "Placements":
        return self.filter(_OPEN)


class Placement(ActedBy):
    """It waits, is offered, or is somebody's work. `since` is kept whatever happens to it meanwhile."""

    class State(models.TextChoices):
        WAITING = "waiting"
        OFFERED = "offered"
        ACCEPTED = "accepted"
        ENDED = "ended"

    class Purpose(models.TextChoices):
        SERVE = "serve"
        # Somebody who knows more comes in; whoever has it keeps it.
        CONSULT = "consult"
        # What was promised is to be kept, whoever has the conversation.
        PROMISE = "promise"

    class Why(models.TextChoices):
        ANSWERED = "answered"
        CLOSED = "closed"
        SNOOZED = "snoozed"
        MERGED = "merged"
        # The customer left before anybody came.
        LEFT = "left"
        # It went to another queue or person, where it has a placement of its own.
        MOVED = "moved"
        # What was asked for was there, or is wanted no more.
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="placements")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="placements", db_index=False)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.SERVE)
    promise = models.ForeignKey(Promise, models.SET_NULL, null=True, related_name="placements")
    # The channel's, repeated from the conversation: with the queue it makes the class of contacts.
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    since = models.DateTimeField()
    # How the matcher counts its waiting: earlier than it began where a promise is due.
    counts_from = models.DateTimeField()
    at = models.DateTimeField(default=now)
    # Whose work it is, or to whom it is offered.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="placements", db_index=False)
    # Who knows the customer, and until when it is kept for them alone.
    known = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    held_until = models.DateTimeField(null=True)
    # Not offered before: a call-back's slot, a queue that is closed.
    not_before = models.DateTimeField(null=True)
    # Who is not asked again.
    passed = ArrayField(models.UUIDField(), default=list, blank=True)
    # Whether the matcher has looked at it.
    is_considered = models.BooleanField(default=False)
    # What the customer was told when it came: seconds, of which eight in ten wait between the last two.
    told_mean = models.FloatField(null=True)
    told_low = models.FloatField(null=True)
    told_high = models.FloatField(null=True)
    # When the customer's side of a live conversation last listened; empty where nobody can tell.
    listened_at = models.DateTimeField(null=True)
    # Since when it is offered to nobody, as the customer seems to have gone.
    parked_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    # What the rule learns from its end it has learnt.
    is_learnt = models.BooleanField(default=False)

    objects = Placements.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "purpose"], condition=_OPEN, name="one_placement_each"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", person=None, ended_at=None)
                | models.Q(state__in=["offered", "accepted"], person__isnull=False, ended_at=None)
                | models.Q(state="ended", ended_at__isnull=False),
                name="state_of_a_placement_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "kind", "counts_from"], condition=models.Q(state="waiting"), name="placement_waiting"
            ),
            models.Index(
                fields=["person"], condition=models.Q(state__in=["offered", "accepted"]), name="placement_held"
            ),
            models.Index(fields=["at"], condition=models.Q(is_considered=False, ended_at=None), name="placement_new"),
            models.Index(
                fields=["ended_at"], condition=models.Q(ended_at__isnull=False, is_learnt=False), name="placement_learn"
            ),
            models.Index(fields=["queue", "at"], name="placement_of_queue"),
            models.Index(
                fields=["listened_at"],
                condition=models.Q(state="waiting", listened_at__isnull=False),
                name="placement_listens",
            ),
        ]


class Offer(models.Model):
    """Somebody is asked whether they take it, until a moment."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        PASSED = "passed"
        EXPIRED = "expired"
        # Whoever was asked went away.
        LOST = "lost"
        # It was taken, closed or moved meanwhile.
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="offers", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="offers", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Why it was passed on, in the person's words.
    reason = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement"], condition=models.Q(state="open"), name="one_offer_a_placement"
            ),
            models.UniqueConstraint(fields=["person"], condition=models.Q(state="open"), name="one_offer_a_person"),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | ~models.Q(state="open") & models.Q(ended_at__isnull=False),
                name="offers_that_ended_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["placement", "at"], name="offer_of_placement"),
            models.Index(fields=["person", "at"], name="offer_to"),
        ]
