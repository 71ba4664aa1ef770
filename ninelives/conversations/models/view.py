"""Lists of conversations that somebody made for themselves."""

from django.db import models

from ninelives.accounts.models import Brand, Person
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models.tag import Tag
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class PersonalView(models.Model):
    """Its fields are those of `filtering.Filter`. Removed ones can be put back for a while."""

    class Status(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        SNOOZED = "snoozed"

    class Whose(models.TextChoices):
        ANYONE = "anyone"
        ME = "me"
        NOBODY = "nobody"
        COLLEAGUE = "colleague"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="views", db_index=False)
    name = models.CharField(max_length=40)
    position = models.IntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    whose = models.CharField(max_length=10, choices=Whose, default=Whose.ANYONE)
    colleague = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey(ChannelAccount, models.CASCADE, null=True, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="+")
    is_waiting = models.BooleanField(default=False)
    is_unread = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(whose="colleague", colleague__isnull=False)
                | ~models.Q(whose="colleague") & models.Q(colleague=None),
                name="a_colleague_where_it_is_theirs",
            )
        ]
        indexes = [models.Index(fields=["person", "position"], name="views_of")]

    def __str__(self) -> str:
        return self.name
