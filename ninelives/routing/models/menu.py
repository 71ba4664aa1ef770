"""The list of ways that somebody who waits was sent by message, and answers with a number."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.routing.models.placing import Placement


class Menu(models.Model):
    """Of a placement there is one, whatever becomes of it: nobody is sent a second list because work was put back."""

    class Step(models.TextChoices):
        # They are asked how they want to be served, when, and at which number.
        WAYS = "ways"
        SLOTS = "slots"
        PHONE = "phone"
        # They answered; 0 asks again.
        CHOSEN = "chosen"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placement = models.OneToOneField(Placement, models.CASCADE, related_name="menu")
    step = models.CharField(max_length=6, choices=Step, default=Step.WAYS)
    # What 1, 2, … stand for: ways, or moments at which slots begin. For a number: the way, and the slot.
    options = ArrayField(models.CharField(max_length=40), default=list)
    # When it was last said; what came in before answers nothing of it.
    at = models.DateTimeField(default=now)
    # How much was said by it: nobody is answered without end.
    said = models.SmallIntegerField(default=0)
    # The place is somebody's, or over.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(ended_at=None), name="menu_open")]
