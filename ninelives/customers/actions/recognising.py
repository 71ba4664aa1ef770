"""Recognising who this is."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from ninelives.customers.actions.describing import strengthen
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now


def recognise(
    address: Address, *, base_id: UUID, proof: Proof, at: datetime, name: str = "", language: str = ""
) -> Customer:
    """The customer with exactly this address, or a new one, known since `at`. A better proof is remembered."""
    known = _known(address, base_id)
    if known is None:
        try:
            with transaction.atomic():
                return _welcome(address, base_id, proof, at, name, language)
        except IntegrityError:
            # Somebody else wrote from the same address at the same moment.
            known = CustomerAddress.objects.select_related("customer").get(
                base_id=base_id, kind=address.kind, value=address.value
            )
    strengthen(known, proof)
    return _named(known.customer, name)


def _known(address: Address, base_id: UUID) -> CustomerAddress | None:
    rows = CustomerAddress.objects.select_related("customer")
    return rows.filter(base_id=base_id, kind=address.kind, value=address.value).first()


def _welcome(address: Address, base_id: UUID, proof: Proof, at: datetime, name: str, language: str) -> Customer:
    customer = Customer.objects.create(base_id=base_id, name=name or address.value, language=language, created_at=at)
    add = CustomerAddress(customer=customer, base_id=base_id, kind=address.kind, value=address.value, proof=proof)
    add.proven_at = now() if proof is Proof.PROVEN else None
    add.save(force_insert=True)
    return customer


def _named(customer: Customer, name: str) -> Customer:
    # A customer first seen without a name was called by the address.
    if name and "@" in customer.name and "@" not in name:
        Customer.objects.filter(pk=customer.pk, name=customer.name).update(name=name)
        customer.name = name
    return customer
