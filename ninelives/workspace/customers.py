"""The right pane: who this is."""

from ninelives.accounts.models import Person
from ninelives.conversations.queries import of_customer
from ninelives.customers.models import Customer
from ninelives.customers.queries import listed_addresses
from ninelives.foundation.address import shown
from ninelives.workspace import wording
from ninelives.workspace.links import link
from ninelives.workspace.lists import hue
from ninelives.workspace.screens import AddressShown, CustomerPane, Earlier
from ninelives.workspace.threads import EARLIER


def pane(person: Person, customer: Customer, known: list[Earlier]) -> CustomerPane:
    """`known`: the customer's conversations as `story_of` gives them."""
    count = len(known)
    if count > EARLIER:
        count = of_customer(person, customer).count()
    return CustomerPane(
        id=str(customer.pk),
        url=link("customer", customer.pk),
        name=customer.name,
        initials=customer.initials,
        hue=hue(customer.pk),
        kind=customer.kind,
        language=customer.language,
        since=customer.created_at,
        addresses=tuple(
            AddressShown(one.kind, shown(one.value), one.proof, str(wording.ADDRESS_PROOFS[one.proof]))
            for one in listed_addresses(customer)
        ),
        conversations=tuple(known[:EARLIER]),
        conversation_count=str(count),
    )
