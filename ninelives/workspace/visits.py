"""What an agent writes down that a customer did, such as a visit: chosen from what the channels offer."""

from dataclasses import dataclass
from uuid import UUID

from ninelives.accounts.models import Brand, Person
from ninelives.channels.actions import register
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Happened
from ninelives.channels.queries import choices_to_register, icon
from ninelives.customers.actions import add_address
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.customers.queries import listed_addresses
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now


class NoSuchChoiceError(Exception):
    """It is not offered, or not any more."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    icon: str
    what: str
    place: str


def choices(person: Person, customer: Customer) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{account.pk}:{what}", icon(account.kind), what or account.name, account.name if what else "")
        for account, what in _offered(person, customer)
    )


def write_down(person: Person, customer: Customer, chosen: str, key: UUID) -> str:
    """What was written down, for people. The same key again changes nothing. Raises NoSuchChoiceError."""
    offered = {f"{account.pk}:{what}": (account, what) for account, what in _offered(person, customer)}
    if chosen not in offered:
        raise NoSuchChoiceError
    account, what = offered[chosen]
    whose = _known_by(customer, account)
    register(account, Happened(str(key), what, whose, customer.name, account.name, person.name, now()))
    return f"{what}, {account.name}" if what else account.name


def _offered(person: Person, customer: Customer) -> list[tuple[ChannelAccount, str]]:
    """Of the brands that serve this customer and that this person works for."""
    brands = Brand.objects.filter(pk__in=person.brand_ids, base=customer.base_id).values_list("pk", flat=True)
    return choices_to_register(brands)


def _known_by(customer: Customer, account: ChannelAccount) -> Address:
    """The address by which this customer is surely met again; one that is only claimed may be another's as well."""
    known = [one for one in listed_addresses(customer) if one.proof != Proof.CLAIMED]
    if not known:
        # Whom an agent sees, the agent knows.
        known = [add_address(customer, Address(account.kind, f"{account.pk}:{customer.pk}"), Proof.USUAL)]
    best: CustomerAddress = max(known, key=lambda one: (Proof(one.proof).strength, one.created_at))
    return Address(best.kind, best.value)
