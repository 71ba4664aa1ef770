"""Finding customers."""

from typing import TYPE_CHECKING

from django.db.models import Q

from ninelives.customers.models import Customer, CustomerAddress, Customers

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor


def find(actor: "Actor", *, q: str = "", address: str = "") -> Customers:
    """Customers whose name or address has these letters in it, or that have exactly this address."""
    found = Customer.objects.visible_to(actor)
    if address:
        found = found.filter(pk__in=CustomerAddress.objects.filter(value=address.strip().lower()).values("customer"))
    if q:
        named = Q(name__icontains=q)
        found = found.filter(named | Q(pk__in=CustomerAddress.objects.filter(value__icontains=q).values("customer")))
    return found
