"""Saying who a customer is, and where they can be reached."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ninelives.customers.actions.sharing import tell_of_sharing
from ninelives.customers.actions.telling import tell_screens
from ninelives.customers.models import Customer, CustomerAddress, CustomerDetail
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.text import storable


class AddressTakenError(Exception):
    """The address is another customer's."""


@transaction.atomic
def describe(customer: Customer, *, name: str, kind: str, language: str) -> None:
    """Say who a customer is: a colleague knows better than the mail's header."""
    Customer.objects.filter(pk=customer.pk).update(name=storable(name), kind=kind, language=language)
    tell_screens(customer.base_id, customer.pk)


def rename(customer: Customer, before: str, after: str) -> None:
    """Call them by a better name, unless somebody has given them one of their own."""
    Customer.objects.filter(pk=customer.pk, name=before).update(name=storable(after))


def add_address(customer: Customer, address: Address, proof: Proof, *, source: str = "") -> CustomerAddress:
    """Give a customer another address; `source` is how we know it. Raises AddressTakenError."""
    row = known_address(address, customer.base_id) or _give(customer, address, proof, source)
    if row.customer.record != customer.record:
        raise AddressTakenError(address.value)
    strengthen(row, proof)
    return row


@transaction.atomic
def tell(customer: Customer, told: Mapping[str, Sequence[str]], *, source: str) -> None:
    """What else is known of them, by the kind of detail: what was known of these kinds gives way.

    A birth date may settle whether whoever shares an address with them is the same person.
    """
    wanted = {(kind, value) for kind, values in told.items() for each in values if (value := storable(each).strip())}
    known = {(row.kind, row.value): row for row in CustomerDetail.objects.filter(customer=customer, kind__in=told)}
    CustomerDetail.objects.filter(pk__in=[row.pk for what, row in known.items() if what not in wanted]).delete()
    new = [what for what in sorted(wanted) if what not in known]
    CustomerDetail.objects.bulk_create(
        [CustomerDetail(customer=customer, kind=kind, value=value, source=source) for kind, value in new],
        ignore_conflicts=True,
    )
    tell_screens(customer.base_id, customer.record.pk)
    if any(kind == CustomerDetail.Kind.BIRTH_DATE for kind, _ in new):
        _tell_of_sharing_again(customer)


def _tell_of_sharing_again(customer: Customer) -> None:
    for shown in CustomerAddress.objects.filter(customer=customer).exclude(proven_at=None).select_related("customer"):
        tell_of_sharing(shown)


def claim(customer: Customer, address: Address, *, source: str = "visitor") -> None:
    """Somebody says that this address is theirs. It recognises nobody, whoever says so."""
    CustomerAddress.objects.get_or_create(
        customer=customer,
        kind=address.kind,
        value=address.value,
        defaults={"base_id": customer.base_id, "proof": Proof.CLAIMED, "source": source},
    )


@transaction.atomic
def prefer(customer: Customer, address: CustomerAddress | None) -> None:
    """Where the customer would rather be reached: one address of all that are one with them, or no matter which."""
    # Two who choose at once choose one after the other, for whoever is one with the customer by now.
    customer = Customer.objects.get(pk=customer.pk).record
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    theirs = CustomerAddress.objects.filter(customer__in=Customer.objects.one_with(customer))
    chosen = [address.pk] if address else []
    changed = theirs.filter(is_preferred=True).exclude(pk__in=chosen).update(is_preferred=False)
    if changed + theirs.filter(pk__in=chosen, is_preferred=False).update(is_preferred=True):
        tell_screens(customer.base_id, customer.pk)


def strengthen(address: CustomerAddress, proof: Proof) -> None:
    """Proof only grows: a later mail without proof takes nothing away."""
    if proof.strength > Proof(address.proof).strength:
        address.proof = proof
        address.proven_at = now() if proof is Proof.PROVEN else None
        address.save(update_fields=["proof", "proven_at"])
        tell_of_sharing(address)


def known_address(address: Address, base_id: UUID) -> CustomerAddress | None:
    """The one row that tells whose this address is. What is only claimed tells nothing: anybody may claim any."""
    return next(iter(_known(base_id, address.kind, address.value)), None)


@compiled
def _known(base_id: UUID, kind: str, value: str) -> QuerySet[CustomerAddress]:
    rows = CustomerAddress.objects.exclude(proof=Proof.CLAIMED).select_related("customer")
    return rows.filter(base_id=base_id, kind=kind, value=value).order_by("pk")[:1]


def _give(customer: Customer, address: Address, proof: Proof, source: str) -> CustomerAddress:
    told = {"kind": address.kind, "value": address.value}
    row = CustomerAddress.objects.filter(customer=customer, **told).first()
    row = row or CustomerAddress(customer=customer, base_id=customer.base_id, **told)
    row.proof, row.proven_at, row.source = proof, now() if proof is Proof.PROVEN else None, source
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Somebody else was given it at the same moment.
        return known_address(address, customer.base_id) or row
    tell_of_sharing(row)
    return row
