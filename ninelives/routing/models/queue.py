"""Queues as a team lead describes them: what comes into one, who may take it, and what it is to be held to."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ninelives.accounts.models import LANGUAGES, ActedBy, Brand, Person
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Tag
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# The highest level of a skill.
MOST = 5


class Queues(models.QuerySet["Queue"]):
    def visible_to(self, actor: "Actor") -> "Queues":
        return self.filter(brand__in=actor.brand_ids)

    def in_use(self) -> "Queues":
        return self.filter(is_active=True)


class Queue(models.Model):
    """Of several that take a conversation, the first by position gets it. What is left empty takes all."""

    class Outside(models.TextChoices):
        # Nobody is offered it until the queue opens; it keeps its place.
        WAIT = "wait"
        # Whoever has taken up work gets it, at whatever hour.
        WORK = "work"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="queues")
    name = models.CharField(max_length=80)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    # What comes into it.
    kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=5, choices=LANGUAGES), default=list, blank=True)
    accounts = models.ManyToManyField(ChannelAccount, related_name="+", blank=True)
    tags = models.ManyToManyField(Tag, related_name="+", blank=True)
    # As accounts/hours.py writes them; empty: the brand's own hours.
    hours = models.TextField(blank=True)
    outside = models.CharField(max_length=10, choices=Outside, default=Outside.WAIT)
    # What it is to be held to: answered within so many seconds, this share of them. Without a floor of its own a queue
    # may fall a little below what first come, first served would give it.
    within = models.IntegerField(default=20)
    floor = models.FloatField(null=True, blank=True)
    # What losing one costs, beside the others.
    value = models.FloatField(default=1.0)
    # As a planner expects them until enough was seen: seconds of work, and seconds until a customer gives up waiting.
    handling = models.IntegerField(default=300)
    patience = models.IntegerField(default=180)
    # Seconds that an offer stands, and that are left for finishing off after a live conversation.
    offer_stands = models.IntegerField(default=30)
    wrap_up = models.IntegerField(default=0)
    # Whoever waits here may choose to wait there instead.
    experts = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    # Whoever waits on a channel of messages is told how long it takes and may choose: each message may cost money.
    lets_choose = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now)

    objects = Queues.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="one_queue_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(within__gt=0, handling__gt=0, patience__gt=0, offer_stands__range=(5, 3600)),
                name="seconds_of_a_queue_are_some",
            ),
            models.CheckConstraint(condition=models.Q(wrap_up__range=(0, 3600)), name="wrap_up_ends"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="value_of_a_queue_is_some"),
            models.CheckConstraint(
                condition=models.Q(floor=None) | models.Q(floor__range=(0.0, 1.0)), name="floor_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(experts=None) | ~models.Q(experts=models.F("id")), name="experts_are_another_queue"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def leads_to(self, other: "Queue") -> bool:
        """Whether it is that one, or whoever chooses experts again and again comes there."""
        met: set[UUID] = set()
        at: Queue | None = self
        while at and at.pk not in met:
            if at.pk == other.pk:
                return True
            met.add(at.pk)
            at = at.experts
        return False


class Skill(models.Model):
    """Something that a person can do more or less well: a language, a product, a kind of question."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class SkillLevel(models.Model):
    """How well: from 1 to 5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="levels")
    person = models.ForeignKey(Person, models.CASCADE, related_name="skill_levels", db_index=False)
    level = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="one_level_of_a_skill"),
            models.CheckConstraint(condition=models.Q(level__range=(1, MOST)), name="level_from_1_to_5"),
        ]


class Requirement(models.Model):
    """A ring: from so many seconds of waiting on, at least this level is asked. Level 0: no longer asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="requirements", db_index=False)
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="requirements")
    after = models.IntegerField(default=0)
    level = models.SmallIntegerField()

    class Meta:
        ordering = ("skill__name", "after")
        constraints = [
            models.UniqueConstraint(fields=["queue", "skill", "after"], name="one_level_a_ring"),
            models.CheckConstraint(
                condition=models.Q(level__range=(0, MOST), after__gte=0), name="level_asked_from_0_to_5"
            ),
        ]


class QueueMember(ActedBy):
    """Who works in a queue, from when until when. A queue that never had one is everybody's of its brand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="queue_members")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "person"], condition=models.Q(ended_at=None), name="member_of_a_queue_once"
            )
        ]


class ChannelLoad(models.Model):
    """How much of a person one conversation of a channel takes. A person has 100."""

    kind = models.CharField(max_length=30, primary_key=True)
    # So many at once at most, whatever they weigh.
    most = models.SmallIntegerField()
    weight = models.SmallIntegerField()
    # It may come while somebody works on what does not interrupt: that can lie for a moment.
    interrupts = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most__range=(0, 100), weight__range=(1, 100)), name="load_of_a_channel"
            )
        ]
