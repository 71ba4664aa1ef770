"""The right pane: who this is."""

from django.utils.http import urlencode

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.conversations.queries import of_customer
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.customers.queries import listed_addresses
from ninelives.foundation.address import Proof, shown
from ninelives.workspace import cases, details, promises, wording
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place, hue
from ninelives.workspace.screens.panes import AddressShown, CustomerPane
from ninelives.workspace.screens.timeline import Earlier
from ninelives.workspace.threads import EARLIER, story_of


def beside(person: Person, conversation: Conversation, place: Place) -> CustomerPane:
    """The pane beside a conversation."""
    record = conversation.customer.record
    return pane(person, record, story_of(person, record, place), place, conversation)


def pane(
    person: Person,
    customer: Customer,
    known: list[Earlier],
    place: Place,
    conversation: Conversation | None = None,
) -> CustomerPane:
    """`known`: the customer's conversations as `story_of` gives them."""
    count = len(known)
    if count > EARLIER:
        count = of_customer(person, customer).count()
    join = link("merges", customer.pk) if person.may(Permission.ANSWER) else ""
    back = urlencode({"next": place.url(conversation.pk)} if conversation else {"all": "1"})
    return CustomerPane(
        id=str(customer.pk),
        url=link("customer", customer.pk),
        name=customer.name,
        initials=customer.initials,
        hue=hue(customer.pk),
        kind=customer.kind,
        language=customer.language,
        since=customer.created_at,
        addresses=_each_once(listed_addresses(customer)),
        details=details.shown_of(customer),
        conversations=tuple(known[:EARLIER]),
        conversation_count=str(count),
        cases=cases.beside(person, customer, place.url(conversation.pk) if conversation else ""),
        promises=promises.beside(person, customer),
        pane_url=link("customer_beside", place.view, conversation.pk)
        if conversation
        else link("customer_pane", customer.pk),
        around_url=f"{link('around', customer.pk)}?{back}",
        join_url=f"{join}?{back}" if join and conversation else join,
    )


def _each_once(known: list[CustomerAddress]) -> tuple[AddressShown, ...]:
    """Two who turned out to be one often had the same address: it is read once, with the best proof there is."""
    best: dict[tuple[str, str], CustomerAddress] = {}
    for one in known:
        had = best.get((one.kind, one.value))
        if had is None or _strength(one) > _strength(had):
            best[one.kind, one.value] = one
    return tuple(_address(one) for one in best.values())


def _strength(one: CustomerAddress) -> tuple[int, bool]:
    return Proof(one.proof).strength, one.is_preferred


def _address(one: CustomerAddress) -> AddressShown:
    label = str(wording.ADDRESS_PROOFS[one.proof])
    return AddressShown(one.kind, shown(one.value), one.proof, label, one.is_preferred)
