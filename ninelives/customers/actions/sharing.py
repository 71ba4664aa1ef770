"""One address that two customers have shown to be theirs: they are one, or a household shares it."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from ninelives.customers.actions.merging import AlreadyOneError, merge
from ninelives.customers.alike import TELEPHONE, Digits, LastDigits
from ninelives.customers.candidates import known_of
from ninelives.customers.comparing import OF_A_NUMBER, agree, contradict, took_over
from ninelives.customers.events import AddressShared
from ninelives.customers.models import Customer, CustomerAddress, CustomerMerge, Distinction
from ninelives.customers.queries import is_telephone
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled

# Kinds of addresses that a household may have together. A number is a line; mail and accounts are somebody's own.
LINES = frozenset({"phone"})


def note_shown(customer: Customer, address: Address, *, source: str) -> CustomerAddress:
    """They have shown it to be theirs, and another customer has it: it stays that one's, and recognises nobody else."""
    row, _ = CustomerAddress.objects.get_or_create(
        customer=customer,
        kind=address.kind,
        value=address.value,
        defaults={"base_id": customer.base_id, "proof": Proof.CLAIMED, "source": source},
    )
    if row.proven_at is None:
        row.proven_at = now()
        row.save(update_fields=["proven_at"])
        tell_of_sharing(row)
    return row


def tell_of_sharing(row: CustomerAddress) -> None:
    """If another customer has shown the same. What follows is not for whoever waits for a message to be taken in."""
    if row.proven_at is None:
        return
    own = row.customer.record
    for record in {other.customer.record for other in _others_with(row)} - {own}:
        announce(AddressShared(own.pk, record.pk))


@transaction.atomic
def join_if_safe(customer_id: UUID, other_id: UUID) -> CustomerMerge | None:
    """Read two as one who have shown the same address to be theirs, unless something speaks against it: other given
    names, other birth dates, or a person who said that they are two. A telephone number is not enough by itself.
    Whoever is not joined is suggested, to be judged."""
    found = Customer.objects.select_related("root").in_bulk([customer_id, other_id])
    records = sorted({one.record for one in found.values()}, key=lambda one: (one.created_at, one.pk))
    if len(records) < 2 or records[0].base_id != records[1].base_id:
        return None
    kept, merged = records
    shared = _shared(kept, merged)
    if not shared or _was_judged(kept, merged) or not _may_be_one(kept, merged, shared):
        return None
    try:
        return merge(kept, merged, actor=None)
    except AlreadyOneError:
        return None


def _others_with(row: CustomerAddress) -> "QuerySet[CustomerAddress]":
    customer, base, value = row.customer_id, row.base_id, row.value
    found = _with_address(base, row.kind, value, customer)
    if is_telephone(value):
        digits = "".join(letter for letter in value if letter.isdigit())
        found = [*found, *_with_number(base, digits[-9:], digits, customer)]
    return CustomerAddress.objects.filter(pk__in=found).select_related("customer__root")


@compiled
def _with_address(base: UUID, kind: str, value: str, customer: UUID) -> "QuerySet[CustomerAddress, UUID]":
    """Shown by others. Each part is written as the condition of its index is."""
    shown = CustomerAddress.objects.filter(base=base, kind=kind, value=value, proven_at__isnull=False)
    shown = shown.exclude(customer=customer).order_by()
    known, claimed = shown.exclude(proof=Proof.CLAIMED), shown.filter(proof=Proof.CLAIMED)
    return known.values_list("pk", flat=True).union(claimed.values_list("pk", flat=True), all=True)


@compiled
def _with_number(base: UUID, ending: str, number: str, customer: UUID) -> "QuerySet[CustomerAddress, UUID]":
    """On another channel, written otherwise. What is proven was given by a provider, with its country."""
    shown = CustomerAddress.objects.filter(base=base, proven_at__isnull=False, value__regex=TELEPHONE)
    shown = shown.alias(ending=LastDigits("value"), digits=Digits("value")).exclude(customer=customer)
    return shown.filter(ending=ending, digits=number).values_list("pk", flat=True)


def _shared(one: Customer, other: Customer) -> set[str]:
    """Kinds of what both have shown still: an address may have been taken away since it was told."""
    rows = CustomerAddress.objects.filter(customer__in=Customer.objects.one_with(one), proven_at__isnull=False)
    theirs = set(Customer.objects.one_with(other).values_list("pk", flat=True))
    return {row.kind for row in rows for found in _others_with(row) if found.customer_id in theirs}


def _was_judged(one: Customer, other: Customer) -> bool:
    """Somebody said that they are not the same, or took them apart."""
    mine, theirs = Customer.objects.one_with(one).values("pk"), Customer.objects.one_with(other).values("pk")
    apart = Distinction.objects.filter(Q(one__in=mine, other__in=theirs) | Q(one__in=theirs, other__in=mine))
    undone = CustomerMerge.objects.exclude(undone_at=None)
    undone = undone.filter(Q(kept__in=mine, merged__in=theirs) | Q(kept__in=theirs, merged__in=mine))
    return apart.exists() or undone.exists()


def _may_be_one(one: Customer, other: Customer, shared: set[str]) -> bool:
    """What is somebody's own is enough if nothing speaks against it. A telephone number is a household's."""
    known = known_of([one.pk, other.pk])
    sides = known[one.pk], known[other.pk]
    if shared <= LINES | OF_A_NUMBER and took_over(*sides):
        return False
    return agree(*sides) if shared <= LINES else not contradict(*sides)
