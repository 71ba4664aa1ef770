"""Customers and their addresses."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from ninelives.accounts.actions import note_viewing
from ninelives.api import schemas
from ninelives.api.paging import page
from ninelives.api.tokens import MAY_READ, TokenRequest
from ninelives.customers.models import Customer
from ninelives.customers.queries import find

router = Router(tags=["customers"])


@router.get("", response=schemas.Customers, auth=MAY_READ)
def list_customers(request: TokenRequest, asked: Query[schemas.CustomersAsked]) -> Any:
    """Newest first."""
    found = find(request.auth, q=asked.q, address=asked.address)
    return page(schemas.Customers, found.prefetch_related("addresses"), asked, _shown)


@router.get("/{customer_id}", response=schemas.Customer, auth=MAY_READ)
def read_customer(request: TokenRequest, customer_id: UUID) -> Any:
    """That this token read it is logged."""
    visible = Customer.objects.visible_to(request.auth).prefetch_related("addresses")
    customer = get_object_or_404(visible, pk=customer_id)
    note_viewing(request.auth, customer=customer.pk, subject="customer", subject_id=customer.pk)
    return _shown(customer)


def _shown(customer: Customer) -> schemas.Customer:
    addresses = sorted(customer.addresses.all(), key=lambda address: address.pk)
    return schemas.Customer(
        id=customer.pk,
        kind=customer.kind,
        name=customer.name,
        language=customer.language,
        created_at=customer.created_at,
        addresses=[schemas.Address(kind=one.kind, value=one.value, proof=one.proof) for one in addresses],
    )
