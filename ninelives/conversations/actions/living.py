"""What happens while both sides are there: who types, what was seen, and who a visitor turns out to be."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ninelives.channels.queries import abilities
from ninelives.conversations.actions.telling import tell_customer, tell_screens
from ninelives.conversations.models import TYPING_LASTS, Conversation, Message, Participant, Typing
from ninelives.foundation.address import Address
from ninelives.foundation.clock import now
from ninelives.foundation.live import signal
from ninelives.foundation.text import storable


@transaction.atomic(savepoint=False)
def note_typing(conversation: Conversation, is_typing: bool) -> None:
    """The customer types, or stopped."""
    if is_typing:
        # In one statement: whoever types fast stops and begins at once.
        Typing.objects.bulk_create(
            [Typing(conversation=conversation, until=now() + TYPING_LASTS)],
            update_conflicts=True,
            unique_fields=["conversation"],
            update_fields=["until"],
        )
    elif not Typing.objects.filter(conversation=conversation).delete()[0]:
        return
    signal(f"typing:{conversation.pk}", str(conversation.brand_id))


def tell_typing(conversation: Conversation, is_typing: bool) -> None:
    """Somebody here writes an answer."""
    tell_customer(conversation, "typing on" if is_typing else "typing off")


@transaction.atomic
def see(conversation: Conversation, until: datetime) -> None:
    """Somebody here has seen what was said; a customer who listens hears that."""
    if not abilities(conversation.account.kind).live:
        return
    unseen = Q(seen_at=None) | Q(seen_at__lt=until)
    if Conversation.objects.one_with(conversation).filter(unseen).update(seen_at=until):
        tell_customer(conversation, "seen")


@transaction.atomic
def go_on_as(conversation: Conversation, address: Address, *, name: str) -> None:
    """Who began it turned out to be whoever has this address: what they write from there joins it."""
    Participant.objects.get_or_create(
        conversation=conversation, kind=address.kind, value=address.value, defaults={"name": name[:200]}
    )
    tell_screens(conversation)


@transaction.atomic
def name_sender(message: Message, name: str) -> None:
    """What whoever wrote this is called came to be known after they wrote."""
    who = {"conversation": message.conversation_id, "sender_address": message.sender_address, "sender_name": ""}
    Message.objects.filter(**who).update(sender_name=storable(name))
    tell_screens(message.conversation)
