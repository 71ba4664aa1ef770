"""Telling open screens that a conversation changed."""

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.foundation.live import signal


def tell_screens(conversation: Conversation) -> None:
    signal(f"conversation:{conversation.pk}", str(conversation.brand_id))


def tell_screens_of(person: Person, conversation: Conversation) -> None:
    """Only this person's: what changed is how they see it in their list."""
    signal(f"row:{conversation.pk}", str(person.pk))
