"""Telling open screens about offers, states and queues, and the matcher that there is something to decide."""

from uuid import UUID

from ninelives.foundation import live
from ninelives.foundation.live import signal

ROUTING = "routing"
# As whom the worker reads the facts.
READER = "routing"


def tell_offers(person_id: UUID) -> None:
    signal("offers", str(person_id))


def tell_queue(brand_id: UUID) -> None:
    """The wall, and whoever looks at who waits."""
    signal("queues", str(brand_id))


def wake_matcher() -> None:
    live.wake(ROUTING)
