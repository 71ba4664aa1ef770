"""The events that can be told, by their names for ever. docs/reference/webhooks.md has a heading for each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYTHING = "*"
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    words: Promise
    # What colleagues tell each other: told only to whom it was promised by name.
    is_internal: bool = False


EVENTS = {
    event.name: event
    for event in (
        Event("conversation.opened", _("A conversation began")),
        Event("conversation.assigned", _("A conversation became somebody's, or nobody's")),
        Event("conversation.closed", _("A conversation was closed")),
        Event("conversation.reopened", _("A conversation was opened again")),
        Event("conversation.snoozed", _("A conversation was snoozed")),
        Event("conversation.woken", _("A snoozed conversation came back")),
        Event("conversation.merged", _("Two conversations are read as one")),
        Event("conversation.unmerged", _("Two merged conversations are two again")),
        Event("conversation.split", _("Messages got a conversation of their own")),
        Event("conversation.unsplit", _("What was split off was put back")),
        Event("conversation.tagged", _("A tag was put on a conversation")),
        Event("conversation.untagged", _("A tag was taken off a conversation")),
        Event("case.opened", _("A case began")),
        Event("case.joined", _("A conversation was put in a case")),
        Event("case.left", _("A conversation was taken out of a case")),
        Event("case.contacted", _("A customer came back about a case")),
        Event("case.closed", _("A case was closed")),
        Event("case.reopened", _("A case was opened again")),
        Event("promise.made", _("Something was promised to a customer")),
        Event("promise.moved", _("A customer agreed to another window for a promise")),
        Event("promise.nearly_late", _("A promise is nearly late")),
        Event("promise.late", _("A promise is late")),
        Event("promise.kept", _("A promise was kept")),
        Event("promise.withdrawn", _("A promise was withdrawn")),
        Event("promise.reopened", _("A promise that was kept or withdrawn is open again")),
        Event("message.received", _("A customer wrote")),
        Event("message.edited", _("A customer edited a message")),
        Event("message.deleted", _("A customer took a message back")),
        Event("message.reacted", _("A customer put a sign to a message, or took it away")),
        Event("message.sent", _("Something of ours left for the customer")),
        Event("note.written", _("A colleague wrote a note"), is_internal=True),
        Event("delivery.settled", _("There is news of something we sent")),
        Event("customer.merged", _("Two customers are read as one")),
        Event("customer.unmerged", _("Two merged customers are two again")),
    )
}


def is_wanted(event: str, wanted: Iterable[str]) -> bool:
    return event in wanted or (EVERYTHING in wanted and not EVENTS[event].is_internal)
