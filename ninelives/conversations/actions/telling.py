"""Telling open screens that a conversation changed."""

from ninelives.conversations.models import Conversation
from ninelives.foundation.live import signal


def tell_screens(conversation: Conversation) -> None:
    signal(f"conversation:{conversation.pk}", str(conversation.brand_id))
