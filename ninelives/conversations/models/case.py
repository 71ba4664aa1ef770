"""A customer's question, over as many conversations and channels as it takes. Which ones: `CaseMembership`."""

from typing import TYPE_CHECKING

from django.db import models

from ninelives.accounts.models import ActedBy, Brand, Person, Token
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# At so many contacts about one question somebody should ask what would solve it for good.
MANY_CONTACTS = 3


class Cases(models.QuerySet["Case"]):
    def visible_to(self, actor: "Actor") -> "Cases":
        return self.filter(brand__in=actor.brand_ids)


class Case(ActedBy):
    """Status and the number of contacts are repeated here, so that a list is one read."""

    class Status(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(models.Value("case_number"), function="nextval", output_field=models.BigIntegerField()),
    )
    # Whose conversation it began with: it belongs to whom that customer is read as.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="cases")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    contacts = models.IntegerField(default=0)
    at = models.DateTimeField(default=now)

    objects = Cases.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="case_has_a_title")]

    @property
    def reference(self) -> str:
        return f"C-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def took_many(self) -> bool:
        return self.contacts >= MANY_CONTACTS


class CaseClosure(ActedBy):
    """The case was closed, and perhaps reopened: by whom and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="closures")
    at = models.DateTimeField(default=now)
    reopened_at = models.DateTimeField(null=True)
    # Both empty once reopened: the customer came back about it.
    reopened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopened_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(reopened_at=None), name="one_case_closure_at_a_time"
            )
        ]

    @property
    def reopened_by_name(self) -> str:
        return str(self.reopened_by or self.reopened_by_token or "")
