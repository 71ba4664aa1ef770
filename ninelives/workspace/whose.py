"""Asking whose a letter is."""

from django.utils.http import urlencode

from ninelives.channels.queries import address_kind, is_paper
from ninelives.conversations.models import Conversation, Participant
from ninelives.customers.queries import listed_addresses
from ninelives.workspace.links import link
from ninelives.workspace.screens.panes import Whose


def whose(conversation: Conversation) -> Whose | None:
    """Only of paper: whoever reaches us on another channel can be reached there."""
    kind = address_kind(conversation.account.kind)
    if not is_paper(conversation.account.kind):
        return None
    customer = conversation.customer.record
    if any(one.kind != kind for one in listed_addresses(customer)):
        return None
    # As whom it came in; whoever was given a name is somebody.
    came_as = Participant.objects.filter(conversation=conversation, kind=kind).values_list("name", flat=True)
    if customer.name not in came_as:
        return None
    query = urlencode({"next": link("conversation", "all", conversation.pk)})
    return Whose(f"{link('merges', customer.pk)}?{query}", link("customer", customer.pk))
