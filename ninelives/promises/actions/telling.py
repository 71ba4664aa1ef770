"""Screens that show a promise fetch themselves anew."""

from ninelives.accounts.models import Actor
from ninelives.conversations.actions import telling
from ninelives.foundation.live import signal
from ninelives.promises.models import Promise


def tell_screens(promise: Promise) -> None:
    """Its conversation with its timeline and row, whatever shows the customer, and the lists of promises."""
    if promise.conversation:
        telling.tell_screens(promise.conversation)
    audience = str(promise.brand_id)
    signal(f"customer:{promise.customer.root_id or promise.customer_id}", audience)
    signal("promises", audience)


def named(actor: Actor | None) -> str:
    """As a fact says who did it."""
    return str(actor.pk) if actor else ""
