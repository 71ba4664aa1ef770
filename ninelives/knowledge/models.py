"""What the organisation knows to say. First: answers that are written once and used often."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from ninelives.accounts.models import LANGUAGES, ActedBy, Brand
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


class CannedAnswers(models.QuerySet["CannedAnswer"]):
    def visible_to(self, actor: "Actor") -> "CannedAnswers":
        """Those for every brand, and those of the actor's brands."""
        return self.filter(models.Q(brand=None) | models.Q(brand__in=actor.brand_ids), retired_at=None)


class CannedAnswer(ActedBy):
    """A text with fields (`{customer.first_name}`), found by its shortcut, its title or its words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # None: for every brand.
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    # Empty: for every language.
    language = models.CharField(max_length=5, choices=LANGUAGES, blank=True)
    shortcut = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    text = models.TextField()
    changed_at = models.DateTimeField(default=now)
    # Set instead of deleted: what was sent with it stays explainable.
    retired_at = models.DateTimeField(null=True)

    objects = CannedAnswers.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("shortcut"),
                "language",
                "brand",
                condition=models.Q(retired_at=None),
                nulls_distinct=False,
                name="shortcut_once",
            )
        ]

    def __str__(self) -> str:
        return self.title
