"""A customer has many addresses, each with the proof that it is theirs."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from ninelives.accounts.models import LANGUAGES, ActedBy, CustomerBase, Person, Token, initials
from ninelives.customers.alike import TELEPHONE, AfterSign, DetailKey, Digits, LastDigits, NameKey
from ninelives.foundation.address import shown
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.text import Folded

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


class Customers(models.QuerySet["Customer"]):
    def visible_to(self, actor: "Actor") -> "Customers":
        """Those whose base one of the actor's brands serves."""
        return self.filter(base__in=actor.base_ids)

    def one_with(self, customer: "Customer") -> "Customers":
        """All that are read as one with this one, itself among them."""
        return self.filter(root=customer.root_id) if customer.root_id else self.filter(pk=customer.pk)


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
    # Follows from the merges. Empty: never took part in one. Itself: it is a root, perhaps of itself alone.
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="members", db_index=False, editable=False)

    objects = Customers.as_manager()

    class Meta:
        constraints = [
            # For foreign keys that stay within a base.
            models.UniqueConstraint(fields=["id", "base"], name="customer_in_base")
        ]
        indexes = [
            GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="customer_folded_name_parts"),
            GinIndex(models.Func("name", function="foundation_outlines"), name="customer_name_outlines"),
            models.Index(fields=["root"], condition=models.Q(root__isnull=False), name="customer_by_root"),
            models.Index(NameKey("name"), name="customer_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def record(self) -> "Customer":
        """As whom it is read: the root of what it was merged into."""
        return self.root if self.root and not self.is_record else self

    @property
    def is_record(self) -> bool:
        return self.root_id in (None, self.pk)


class CustomerAddress(models.Model):
    """Where a customer can be reached. One address belongs to one customer of a base; anybody may claim any."""

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
    # How it became known: the kind of a channel, `visitor` (claimed there), `agent`, `import`; "": before it was kept.
    source = models.CharField(max_length=20, blank=True, db_default="", default="")
    # Where the customer would rather be reached, as somebody here has been told.
    is_preferred = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "customer addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["base", "kind", "value"], condition=~models.Q(proof="claimed"), name="address_once_per_base"
            ),
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="address_once_per_customer"),
            models.CheckConstraint(condition=~models.Q(value=""), name="address_not_empty"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_preferred=True), name="one_preferred_address"
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("value"), "gin_trgm_ops"), name="address_value_parts"),
            models.Index(fields=["value"], condition=models.Q(proof="claimed"), name="address_claimed"),
            models.Index(
                LastDigits("value"), condition=models.Q(value__regex=TELEPHONE), name="address_by_last_digits"
            ),
            GinIndex(
                OpClass(Digits("value"), "gin_trgm_ops"),
                condition=models.Q(value__regex=TELEPHONE),
                name="address_digit_parts",
            ),
            models.Index(AfterSign("value", "@"), condition=models.Q(kind="mail"), name="address_by_domain"),
            models.Index(
                AfterSign("value", ":"),
                condition=models.Q(proof="proven", value__contains=":"),
                name="address_by_own_id",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.value)


class CustomerDetail(models.Model):
    """What tells one customer from another beside names and addresses. A postal address is its parts, as each may be
    mistyped by itself. Merged customers keep their own."""

    class Kind(models.TextChoices):
        BIRTH_DATE = "birth_date"
        STREET = "street"
        HOUSE_NUMBER = "house_number"
        POSTCODE = "postcode"
        CITY = "city"
        # Theirs in another system: of a customer, a contract, a member.
        NUMBER = "number"
        # What else they were called, on other channels or at other times.
        NAME = "name"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="details")
    kind = models.CharField(max_length=20, choices=Kind)
    value = models.TextField()
    # As with addresses.
    source = models.CharField(max_length=20, blank=True, default="")
    told_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="detail_once_per_customer"),
            models.CheckConstraint(condition=~models.Q(value=""), name="detail_not_empty"),
        ]
        indexes = [models.Index("kind", DetailKey("value"), name="detail_by_key")]


class CustomerMerges(models.QuerySet["CustomerMerge"]):
    def visible_to(self, actor: "Actor") -> "CustomerMerges":
        return self.filter(base__in=actor.base_ids)


class CustomerMerge(ActedBy):
    """`merged` is read as `kept`, until this is undone. Addresses, conversations and messages know nothing of it.

    Migration 0002 holds both to the base. That there are no circles follows from how merges are made: see `actions`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    objects = CustomerMerges.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="merged_into_one_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="merged_into_another"),
        ]

    @property
    def undone_by_name(self) -> str:
        return str(self.undone_by or self.undone_by_token or "")


class Distinction(ActedBy):
    """These two are not the same, somebody said: nobody is asked about them again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="+")
    # The lower id first, so that a pair is one row.
    one = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="distinguished_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="distinction_in_order"),
        ]


class Relation(ActedBy):
    """`who` belongs to the organisation `whom`, or acts for `whom`; since when, and until when."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        ACTS_FOR = "acts_for"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    who = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    whom = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "who", "whom"], condition=models.Q(ended_at=None), name="related_once_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(who=models.F("whom")), name="related_to_another"),
        ]
