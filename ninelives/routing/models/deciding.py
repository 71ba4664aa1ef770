"""What was decided and why, kept so that it can be decided again to the bit; and what the rule remembers."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import Person
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.routing.models.placing import Offer, Placement
from ninelives.routing.models.queue import Queue


def name_of(queue: UUID, kind: str) -> str:
    """A class of contacts: those of one kind of channel in a queue."""
    return f"{queue}:{kind}"


class Routing(models.Model):
    """The one row that whoever matches holds: several workers may run, and one at a time decides.

    What the matcher learns is kept by class of contacts ("queue's id:kind"), as classes come and go.
    """

    # The only row there may be.
    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    # Another with every change of queues, skills or members: whoever remembers them reads them anew.
    version = models.UUIDField(default=new_id)
    multipliers = models.JSONField(default=dict)
    floors = models.JSONField(default=dict)
    paces = models.JSONField(default=dict)
    # When floors were last found, and of what: as live/rehearsing.py describes it.
    rehearsed_at = models.DateTimeField(null=True)
    rehearsed_for = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_routing")]


class PlanInForce(models.Model):
    """Prices and rates under which decisions were taken. `content`: the plan's arrays, as numpy keeps them (npz)."""

    name = models.CharField(max_length=16, primary_key=True)
    at = models.DateTimeField(default=now)
    content = models.BinaryField()
    # What the places in its arrays are called: queue's id:kind.
    classes = ArrayField(models.CharField(max_length=80))


class Decision(models.Model):
    """Who got what (`person` empty: it waits), whom it was weighed against, and what decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="decisions", db_index=False)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    offer = models.OneToOneField(Offer, models.SET_NULL, null=True, related_name="decision")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=now)
    waited = models.FloatField()
    # The plan's name, or empty where a person decided by hand.
    plan = models.CharField(max_length=16, blank=True)
    guard = models.CharField(max_length=20)
    # Of what was asked (the agent's next contact, or the contact's agent): an index in the plan and its score.
    asked = models.CharField(max_length=8)
    subject = models.IntegerField()
    winner = models.IntegerField(null=True)
    winner_score = models.FloatField(null=True)
    runner_up = models.IntegerField(null=True)
    runner_up_score = models.FloatField(null=True)
    # The runner-up in words: a queue's name, or that of somebody who could have had it.
    runner_up_name = models.CharField(max_length=120, blank=True)
    class_price = models.FloatField()
    profile_price = models.FloatField()
    figures = ArrayField(models.FloatField())
    lines = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["placement", "at"], name="decision_of_placement"),
            models.Index(fields=["at"], name="decision_at"),
        ]
