"""Who may be the same as whom, by all that is known of both: names, addresses, details."""

from dataclasses import dataclass
from uuid import UUID

from ninelives.customers.candidates import MOST as MOST
from ninelives.customers.candidates import candidates, known_of
from ninelives.customers.comparing import Evidence, Known, are_named_alike, weigh
from ninelives.customers.comparing import Reason as Reason
from ninelives.customers.comparing import chance as chance
from ninelives.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that has something in common with a customer, and how much that says.

    `is_named_alike`: what else both said may be weighed too; without a name that is like it, it says nothing.
    """

    record: UUID
    evidence: tuple[Evidence, ...]
    is_named_alike: bool


def alike(customer: Customer) -> list[Alike]:
    """`customer` is read as itself."""
    own = known_of([customer.pk]).get(customer.pk, Known())
    found = candidates(customer, own)
    known = known_of([one.record for one in found]) if found else {}
    return [
        Alike(
            one.record,
            tuple(weigh(own, known[one.record], shared=one.shared)),
            are_named_alike(own, known[one.record]),
        )
        for one in found
        if one.record in known
    ]
