"""Recognising who this is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from ninelives.customers.actions.describing import AddressTakenError, add_address, known_address, strengthen
from ninelives.customers.actions.sharing import LINES, note_shown, tell_of_sharing
from ninelives.customers.candidates import known_of
from ninelives.customers.comparing import OF_A_NUMBER, Known, Reach, agree, contradict, took_over
from ninelives.customers.models import Customer, CustomerAddress, CustomerDetail
from ninelives.customers.queries import is_telephone
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.foundation.writing import insert, insert_new

MOST_NAMES = 6


def recognise(
    address: Address,
    *,
    base_id: UUID,
    proof: Proof,
    at: datetime,
    name: str = "",
    language: str = "",
    also: Sequence[Address] = (),
    source: str = "",
    is_stand_in: bool = False,
) -> Customer:
    """The customer with exactly this address, or a new one, known since `at`. A better proof is remembered.

    `is_stand_in`: the name is one of our own making, for whoever is new.

    `source`: how we come to know an address that is new: the kind of the channel, `import`.

    `also`: addresses proven to be the same sender's. They count where the first is unknown, and become this customer's.
    Those that are another's stay so: then the two may be one, which `sharing` looks at.

    A telephone may be a household's: who gives clearly another name on it is somebody else, and where several use it
    and no name is given, nobody knows who it is.
    """
    new = _New(address, base_id, proof, at, name, language, source)
    known = known_address(address, base_id)
    if known is None:
        customer = _met(new, also)
    elif address.kind in LINES and proof is Proof.PROVEN:
        customer = _on_the_line(known, new)
    else:
        strengthen(known, proof)
        customer = known.customer
    for other in also:
        try:
            add_address(customer, other, Proof.PROVEN, source=source)
        except AddressTakenError:
            note_shown(customer, other, source=source)
    return customer if is_stand_in else _named(customer, name)


@dataclass(frozen=True, slots=True)
class _New:
    address: Address
    base_id: UUID
    proof: Proof
    at: datetime
    name: str
    language: str
    source: str


def _met(new: _New, also: Sequence[Address]) -> Customer:
    """At an address that nobody has yet."""
    known = (known_address(address, new.base_id) for address in also)
    customer = next((row.customer for row in known if row and _is_theirs(row, new)), None)
    if customer is None:
        return _welcomed(new)
    add_address(customer, new.address, new.proof, source=new.source)
    return customer


def _is_theirs(known: CustomerAddress, new: _New) -> bool:
    """Whether somebody of this name, who has shown it to be theirs, is whose address we know it to be."""
    own = known_of([known.customer.record.pk])[known.customer.record.pk]
    if took_over(own, _at(new.address)):
        return False
    if new.name and new.name == known.customer.name:
        return True
    if known.kind not in LINES:
        return not contradict(own, _called(new.name))
    return agree(own, _called(new.name)) or (new.address.kind in OF_A_NUMBER and _wrote_alone(known, own))


def _wrote_alone(line: CustomerAddress, own: Known) -> bool:
    """Whoever has this number never gave a name, and nobody else has shown it to be theirs."""
    rows = CustomerAddress.objects.filter(base=line.base_id, value=line.value, proof=Proof.CLAIMED, kind=line.kind)
    return not own.names and not own.accounts_of_numbers() and not rows.exclude(proven_at=None).exists()


def _at(address: Address) -> Known:
    return Known(reaches=(Reach(address.kind, address.value, Proof.PROVEN, is_shown=True),))


def _called(name: str) -> Known:
    return Known(names=frozenset({name}))


def _on_the_line(line: CustomerAddress, new: _New) -> Customer:
    """Whoever of those that have this number goes by this name. Somebody new only claims it."""
    strengthen(line, new.proof)
    if new.name and new.name == line.customer.name:
        return line.customer
    rows = CustomerAddress.objects.filter(base=new.base_id, value=line.value, proof=Proof.CLAIMED, kind=line.kind)
    shown = rows.exclude(proven_at=None).select_related("customer__root").order_by("pk")
    sharing = [row.customer for row in shown if row.customer.record != line.customer.record]
    using = [line.customer, *sharing]
    known = known_of([one.record.pk for one in using])
    called = _called(new.name)
    for one in using:
        if agree(known[one.record.pk], called):
            return one
    if not sharing and not contradict(known[line.customer.record.pk], called):
        return line.customer
    return _unknown_user(sharing, new)


def _unknown_user(sharing: Sequence[Customer], new: _New) -> Customer:
    called = new.name or new.address.value
    for one in sharing:
        if one.name == called:
            return one
    customer = Customer.objects.create(base_id=new.base_id, name=called, language=new.language, created_at=new.at)
    note_shown(customer, new.address, source=new.source)
    return customer


def _welcomed(new: _New) -> Customer:
    called = new.name or new.address.value
    customer = Customer(base_id=new.base_id, name=called, language=new.language, created_at=new.at)
    where = {"kind": new.address.kind, "value": new.address.value, "proof": new.proof, "source": new.source}
    add = CustomerAddress(customer=customer, base_id=new.base_id, **where)
    add.proven_at = now() if new.proof is Proof.PROVEN else None
    with transaction.atomic(savepoint=False):
        # Before its customer, whom there is no need of where somebody else wrote from there at the same moment.
        if not insert_new([add]):
            return _just_met(new)
        insert(customer)
    tell_of_sharing(add)
    return customer


def _just_met(new: _New) -> Customer:
    known = known_address(new.address, new.base_id)
    if known is None:
        raise IntegrityError(f"somebody has {new.address.kind} address and is not found by it")
    strengthen(known, new.proof)
    return known.customer


def _named(customer: Customer, name: str) -> Customer:
    if not name or name == customer.name or "@" in name:
        return customer
    if "@" in customer.name or is_telephone(customer.name):
        # A customer first seen without a name was called by the address.
        Customer.objects.filter(pk=customer.pk, name=customer.name).update(name=name)
        customer.name = name
    else:
        _note_name(customer, name)
    return customer


def _note_name(customer: Customer, name: str) -> None:
    """What else they are called tells them from others. A few are enough, whoever sends under a new one each time."""
    known = CustomerDetail.objects.filter(customer=customer, kind=CustomerDetail.Kind.NAME)
    if len(found := set(known.values_list("value", flat=True))) < MOST_NAMES and name not in found:
        note = CustomerDetail(customer=customer, kind=CustomerDetail.Kind.NAME, value=storable(name), source="name")
        CustomerDetail.objects.bulk_create([note], ignore_conflicts=True)
