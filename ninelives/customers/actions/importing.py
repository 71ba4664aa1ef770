"""Recognising very many at once, as an import does."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.address import Address, Proof


@transaction.atomic
def recognise_all(names: Mapping[Address, str], *, base_id: UUID, at: datetime) -> dict[Address, Customer]:
    """The customer with each of these addresses; those that nobody has yet get one of the name beside it.

    What is known stays as it is. The caller keeps others from importing the same at the same time.
    """
    known = _known(names, base_id)
    fresh = {
        address: Customer(base_id=base_id, name=name or address.value, created_at=at)
        for address, name in names.items()
        if address not in known
    }
    Customer.objects.bulk_create(fresh.values())
    CustomerAddress.objects.bulk_create(
        CustomerAddress(customer=customer, base_id=base_id, kind=address.kind, value=address.value, **_IMPORTED)
        for address, customer in fresh.items()
    )
    return known | fresh


_IMPORTED = {"proof": Proof.USUAL, "source": "import"}


def _known(names: Mapping[Address, str], base_id: UUID) -> dict[Address, Customer]:
    rows = CustomerAddress.objects.filter(base_id=base_id, value__in=[address.value for address in names])
    return {
        address: row.customer
        for row in rows.exclude(proof=Proof.CLAIMED).select_related("customer")
        if (address := Address(row.kind, row.value)) in names
    }
