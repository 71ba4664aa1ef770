"""Recognising who this is."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from ninelives.customers.actions.describing import AddressTakenError, add_address, known_address, strengthen
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now


def recognise(
    address: Address,
    *,
    base_id: UUID,
    proof: Proof,
    at: datetime,
    name: str = "",
    language: str = "",
    also: Sequence[Address] = (),
) -> Customer:
    """The customer with exactly this address, or a new one, known since `at`. A better proof is remembered.

    `also`: addresses proven to be the same sender's. They count where the first is unknown, and become this customer's
    unless they are another's: that is for people to judge.
    """
    known = known_address(address, base_id)
    customer = known.customer if known else _customer_with(also, base_id)
    if customer is None:
        customer = _welcomed(address, base_id, proof, at, name, language)
    elif known:
        strengthen(known, proof)
    else:
        add_address(customer, address, proof)
    for other in also:
        with suppress(AddressTakenError):
            add_address(customer, other, Proof.PROVEN)
    return _named(customer, name)


def _customer_with(addresses: Sequence[Address], base_id: UUID) -> Customer | None:
    known = (known_address(address, base_id) for address in addresses)
    return next((row.customer for row in known if row), None)


def _welcomed(address: Address, base_id: UUID, proof: Proof, at: datetime, name: str, language: str) -> Customer:
    try:
        with transaction.atomic():
            return _welcome(address, base_id, proof, at, name, language)
    except IntegrityError:
        # Somebody else wrote from the same address at the same moment.
        known = known_address(address, base_id)
        if known is None:
            raise
        strengthen(known, proof)
        return known.customer


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
