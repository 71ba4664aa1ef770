"""The right pane: who this is."""

from django.urls import reverse

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.workspace import wording
from ninelives.workspace.lists import hue
from ninelives.workspace.screens import AddressShown, CustomerPane, Earlier
from ninelives.workspace.threads import EARLIER


def pane(person: Person, customer: Customer, known: list[Earlier]) -> CustomerPane:
    """`known`: the customer's conversations as `of_customer` gives them."""
    count = len(known)
    if count > EARLIER:
        count = Conversation.objects.visible_to(person).filter(customer=customer).count()
    return CustomerPane(
        id=str(customer.pk),
        url=reverse("workspace:customer", args=[customer.pk]),
        name=customer.name,
        initials=customer.initials,
        hue=hue(customer.pk),
        kind=customer.kind,
        language=customer.language,
        since=customer.created_at,
        addresses=tuple(
            AddressShown(one.kind, one.value, one.proof, str(wording.ADDRESS_PROOFS[one.proof]))
            for one in customer.addresses.order_by("created_at")
        ),
        conversations=tuple(known[:EARLIER]),
        conversation_count=str(count),
    )
