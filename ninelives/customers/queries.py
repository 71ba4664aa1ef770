"""Finding customers, and what belongs to them."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from ninelives.customers import naming
from ninelives.customers.alike import TELEPHONE
from ninelives.customers.models import (
    Customer,
    CustomerAddress,
    CustomerDetail,
    CustomerMerge,
    CustomerMerges,
    Customers,
    Distinction,
    Relation,
)
from ninelives.foundation import asking
from ninelives.foundation.compiling import compiled
from ninelives.foundation.text import literally

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


def is_telephone(value: str) -> bool:
    """Whether it can be a telephone number, in whatever writing."""
    return re.fullmatch(TELEPHONE, value) is not None


def find(actor: "Actor", *, q: str = "", address: str = "") -> Customers:
    """Customers whose name has these words or parts of words in it, in any order and without minding accents; whose
    address has these letters, or whose telephone number these digits, in any writing; or that have just this address.

    Who was merged is found as the one they are read as.
    """
    found = Customer.objects.visible_to(actor).filter(Q(root=None) | Q(root=F("pk")))
    if address:
        exactly = address.strip().lower()
        found = found.filter(pk__in=RawSQL(_AT_ADDRESS, [literally(exactly.upper()), exactly]))  # noqa: S611 - a constant
    if q:
        asked = asking.read(q)
        named = _NAMED.replace("NAMED", naming.named(asked)).replace("REACHED", naming.reached(asked))
        found = found.filter(pk__in=RawSQL(*naming.positional(named, naming.given(asked))))  # noqa: S611 - put together from constants
    return found


def find_nearly(actor: "Actor", q: str) -> list[Customer]:
    """Those whose names are written nearly so, the nearest first."""
    ids = naming.nearly(asking.read(q), list(actor.base_ids))
    found = Customer.objects.visible_to(actor).select_related("root").in_bulk(ids)
    return list(dict.fromkeys(found[id_].record for id_ in ids if id_ in found))


_AT_ADDRESS = """
    SELECT coalesce(root_id, id) FROM customers_customer
    WHERE id IN (SELECT customer_id FROM customers_customeraddress WHERE upper(value) LIKE %s AND value = %s)
"""
# A union of narrow reads, each with an index of its own: an OR over them would read a table whole.
_NAMED = """
    SELECT coalesce(root_id, id) FROM customers_customer WHERE id IN (
        SELECT id FROM customers_customer WHERE NAMED
        UNION
        SELECT customer_id FROM customers_customeraddress WHERE REACHED
    )
"""


def merges_of(customer: Customer) -> CustomerMerges:
    """What was merged with this one, or with what is one with it; undone ones too, oldest first."""
    if customer.root_id is None:
        return CustomerMerge.objects.none()
    together = Customer.objects.one_with(customer).values("pk")
    rows = CustomerMerge.objects.filter(Q(kept__in=together) | Q(merged__in=together)).order_by("at", "id")
    return rows.select_related("kept", "merged", "by_person", "by_token", "undone_by", "undone_by_token")


def addresses_of(customer: Customer) -> QuerySet[CustomerAddress]:
    """Of all that are one with it, in the order in which they became known."""
    return CustomerAddress.objects.filter(customer__in=Customer.objects.one_with(customer)).order_by("created_at", "id")


def listed_addresses(customer: Customer) -> list[CustomerAddress]:
    """The same, read."""
    return _listed(None if customer.root_id else customer.pk, customer.root_id)


@compiled
def _listed(customer: UUID | None, root: UUID | None) -> QuerySet[CustomerAddress]:
    return addresses_of(Customer(pk=customer, root_id=root))


def details_of(customer: Customer) -> list[CustomerDetail]:
    """Of all that are one with it, in the order in which they were told."""
    return _detailed(None if customer.root_id else customer.pk, customer.root_id)


@compiled
def _detailed(customer: UUID | None, root: UUID | None) -> QuerySet[CustomerDetail]:
    together = Customer.objects.one_with(Customer(pk=customer, root_id=root))
    return CustomerDetail.objects.filter(customer__in=together).order_by("told_at", "id")


def relations_of(customer: Customer) -> QuerySet[Relation]:
    """In both directions, as they are now, oldest first."""
    together = Customer.objects.one_with(customer).values("pk")
    rows = Relation.objects.filter(Q(who__in=together) | Q(whom__in=together), ended_at=None).order_by("at", "id")
    return rows.select_related("who__root", "whom__root", "by_person", "by_token")


def distinctions_of(customer: Customer) -> QuerySet[Distinction]:
    """From whom this one was told apart, newest first."""
    together = Customer.objects.one_with(customer).values("pk")
    rows = Distinction.objects.filter(Q(one__in=together) | Q(other__in=together)).order_by("-at", "-id")
    return rows.select_related("one__root", "other__root", "by_person", "by_token")
