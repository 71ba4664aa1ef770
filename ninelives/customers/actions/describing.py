"""Saying who a customer is, and where they can be reached."""

from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable


class AddressTakenError(Exception):
    """The address is another customer's."""


def describe(customer: Customer, *, name: str, kind: str, language: str) -> None:
    """Say who a customer is: a colleague knows better than the mail's header."""
    Customer.objects.filter(pk=customer.pk).update(name=storable(name), kind=kind, language=language)


def add_address(customer: Customer, address: Address, proof: Proof) -> CustomerAddress:
    """Give a customer another address. Raises AddressTakenError."""
    row, _ = CustomerAddress.objects.get_or_create(
        base_id=customer.base_id,
        kind=address.kind,
        value=address.value,
        defaults={"customer": customer, "proof": proof, "proven_at": now() if proof is Proof.PROVEN else None},
    )
    if row.customer_id != customer.pk:
        raise AddressTakenError(address.value)
    return row


def strengthen(address: CustomerAddress, proof: Proof) -> None:
    """Proof only grows: a later mail without proof takes nothing away."""
    if proof.strength > Proof(address.proof).strength:
        address.proof = proof
        address.proven_at = now() if proof is Proof.PROVEN else None
        address.save(update_fields=["proof", "proven_at"])
