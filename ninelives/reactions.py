"""Who reacts to which fact: all of it. Each reaction is a task, so it runs later, is retried, and must bear being run
twice."""

from ninelives.channels.events import DeliverySettled, MediaFetched
from ninelives.conversations.events import MessageUnsent, MessageWritten
from ninelives.customers.events import AddressShared

REACTIONS: dict[type, tuple[str, ...]] = {
    AddressShared: ("customers.join_if_safe",),
    DeliverySettled: ("conversations.tell_of_delivery", "promises.settle_by_delivery"),
    MediaFetched: ("conversations.take_fetched",),
    MessageUnsent: ("promises.undo_by_message",),
    MessageWritten: ("promises.keep_by_answer",),
}
