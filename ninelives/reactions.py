"""Who reacts to which fact: all of it. Each reaction is a task, so it runs later, is retried, and must bear being run
twice."""

from ninelives.channels.events import DeliverySettled, MediaFetched
from ninelives.customers.events import AddressShared

REACTIONS: dict[type, tuple[str, ...]] = {
    AddressShared: ("customers.join_if_safe",),
    DeliverySettled: ("conversations.tell_of_delivery",),
    MediaFetched: ("conversations.take_fetched",),
}
