"""A customer has many addresses, each with the proof that it is theirs."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from ninelives.accounts.models import LANGUAGES, CustomerBase, initials
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


class Customers(models.QuerySet["Customer"]):
    def visible_to(self, actor: "Actor") -> "Customers":
        """Those whose base one of the actor's brands serves."""
        return self.filter(base__in=actor.base_ids)


class Customer(models.Model):
    """A person or an organisation."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="customers")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=LANGUAGES, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = Customers.as_manager()

    class Meta:
        indexes = [GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="customer_name_parts")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)


class CustomerAddress(models.Model):
    """Where a customer can be reached. One address belongs to one customer of a base."""

    class Proof(models.TextChoices):
        PROVEN = "proven"
        USUAL = "usual"
        CLAIMED = "claimed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    # Repeated from the customer, as only within a base an address is somebody's alone.
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    value = models.TextField()
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.USUAL)
    proven_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "customer addresses"
        constraints = [
            models.UniqueConstraint(fields=["base", "kind", "value"], name="address_once_per_base"),
            models.CheckConstraint(condition=~models.Q(value=""), name="address_not_empty"),
        ]
        indexes = [GinIndex(OpClass(Upper("value"), "gin_trgm_ops"), name="address_value_parts")]

    def __str__(self) -> str:
        return self.value
