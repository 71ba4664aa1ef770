"""Telling open screens that a conversation changed, and a customer whose side listens."""

from uuid import UUID

from ninelives.accounts.models import Person
from ninelives.channels.queries import abilities
from ninelives.conversations.models import Case, Conversation, Participant
from ninelives.foundation.address import Address
from ninelives.foundation.live import audience_of, signal


def tell_screens(conversation: Conversation) -> None:
    signal(f"conversation:{conversation.record_id}", str(conversation.brand_id))


def tell_lists(conversation: Conversation) -> None:
    """Of this very one, whatever it is read as: it comes into a list, or leaves it."""
    signal(f"conversation:{conversation.pk}", str(conversation.brand_id))


def tell_timelines(conversation: Conversation) -> None:
    """What it says in the list and over the conversation is as it was; how a message of it is doing is not."""
    signal(f"conversation:{conversation.record_id}:messages", str(conversation.brand_id))


def tell_panes(changed: Conversation | Case) -> None:
    """Whatever shows this customer shows what they have: heads, timelines, rows, the pane beside them."""
    signal(f"customer:{changed.customer.root_id or changed.customer_id}", str(changed.brand_id))


def tell_screens_of(person: Person, conversation: Conversation) -> None:
    """Only this person's: what changed is how they see it in their list."""
    signal(f"row:{conversation.pk}", str(person.pk))


def tell_customer(conversation: Conversation, topic: str) -> None:
    """Nothing where the channel has nobody who listens."""
    kind = conversation.account.kind
    if abilities(kind).live:
        for value in Participant.objects.filter(conversation=conversation, kind=kind).values_list("value", flat=True):
            signal(topic, audience_of(Address(kind, value)))


def tell_person(person_id: UUID) -> None:
    """There is something new for this person: a mention, a customer of theirs who wrote."""
    signal("notice", str(person_id))
