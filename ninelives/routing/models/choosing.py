"""How a customer who waits chose to be served."""

from django.db import models

from ninelives.accounts.models import Person
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.promises.models import Promise
from ninelives.routing.models.placing import Placement
from ninelives.routing.models.queue import Queue


class Choice(models.Model):
    """In force until they choose otherwise, and while its placement is open. To stay and wait is to have none."""

    class What(models.TextChoices):
        # Called when it is their turn: the placement stays where it stands.
        CALL = "call"
        # Called in a slot, from `starts` to `ends`.
        SLOT = "slot"
        # Answered before `ends`; they may leave.
        MESSAGE = "message"
        # Kept for somebody they know.
        KNOWN = "known"
        # Waits in the queue of experts, in its place.
        EXPERT = "expert"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="choices", db_index=False)
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(default=now)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    # For experts: theirs, and the one in which it stood.
    experts = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+", db_index=False)
    stood_in = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+", db_index=False)
    # What they were promised; its address is where they are called or answered.
    promise = models.ForeignKey(Promise, models.SET_NULL, null=True, related_name="choices")
    # Where the placement stood before, so that whoever chooses again loses nothing.
    stood_from = models.DateTimeField()
    stood_before = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # It ended as it was possible no more, and not by their choosing otherwise.
    has_lapsed = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement"], condition=models.Q(ended_at=None), name="one_choice_a_placement"
            ),
            models.CheckConstraint(
                condition=models.Q(what="known", person__isnull=False)
                | ~models.Q(what="known") & models.Q(person=None),
                name="choice_of_somebody_known",
            ),
            models.CheckConstraint(
                condition=models.Q(what="expert", experts__isnull=False, stood_in__isnull=False)
                | ~models.Q(what="expert") & models.Q(experts=None, stood_in=None),
                name="choice_of_experts",
            ),
            models.CheckConstraint(
                condition=~models.Q(what="slot") | models.Q(starts__lt=models.F("ends")), name="choice_of_a_slot"
            ),
        ]
        indexes = [models.Index(fields=["placement", "at"], name="choice_of_placement")]
