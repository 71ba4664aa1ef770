"""Whether somebody takes work, and for which channels."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import ActedBy, Person
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class Presence(ActedBy):
    """A state of a person, from when until when. Nobody without one that runs is given work."""

    class State(models.TextChoices):
        AVAILABLE = "available"
        # Finishing off what was just ended; over by itself at `until`.
        WRAP_UP = "wrap_up"
        BREAK = "break"
        # At work, and not to be given any: a meeting, training.
        BUSY = "busy"
        AWAY = "away"

    class Why(models.TextChoices):
        CHOSEN = "chosen"
        # An offer ran out: nobody seems to be there.
        UNANSWERED = "unanswered"
        # The browser is gone, or the line is.
        LOST = "lost"
        FINISHED = "finished"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="presences", db_index=False)
    state = models.CharField(max_length=12, choices=State)
    why = models.CharField(max_length=12, choices=Why, default=Why.CHOSEN)
    # In the person's own words, such as lunch.
    reason = models.CharField(max_length=80, blank=True)
    # Kinds of channel that are not wanted now.
    without = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    at = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Since when nothing was given: who is idle longest comes first.
    idle_since = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(ended_at=None), name="one_presence_at_a_time")
        ]
        indexes = [models.Index(fields=["person", "-at"], name="presence_of")]


class Beat(models.Model):
    """When a person's desk last said that it is there. None: they work by another program, which need not."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(default=now)


class Listener(models.Model):
    """A process that desks can say so to: from when on without a pause, and when it last did. Where none listens,
    nobody is gone because nothing was heard of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    since = models.DateTimeField(default=now)
    at = models.DateTimeField(default=now)
