"""Customers that were merged, as the desk tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.customers.queries import merges_of
from ninelives.workspace.lines import line
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.timeline import Bubble


def lines(conversation: Conversation, person: Person | None, place: Place) -> list[Bubble]:
    """On the timeline. Whoever never took part in a merge costs no question."""
    if conversation.customer.root_id is None:
        return []
    may = person is not None and person.may(Permission.ANSWER)
    told: list[Bubble] = []
    for merge in merges_of(conversation.customer):
        undo_url = link("merge", place.view, conversation.pk, merge.pk) if may else ""
        told.append(line(merge.pk, merge.at, joined(merge), undo_url="" if merge.undone_at else undo_url))
        if merge.undone_at:
            told.append(line(merge.pk, merge.undone_at, parted(merge), "end"))
    return told


@dataclass(frozen=True, slots=True)
class Join:
    """One merge on the customer's page."""

    text: str
    at: datetime
    parted: str
    parted_at: datetime | None
    undo_url: str  # POST; "" when it is undone


def history(customer: Customer) -> tuple[Join, ...]:
    return tuple(
        Join(
            text=joined(merge),
            at=merge.at,
            parted=parted(merge) if merge.undone_at else "",
            parted_at=merge.undone_at,
            undo_url="" if merge.undone_at else link("undoing", customer.pk, merge.pk),
        )
        for merge in merges_of(customer)
    )


def joined(merge: CustomerMerge) -> str:
    named = {"who": merge.by_name, "one": merge.kept.name, "other": merge.merged.name}
    if not merge.by_name:
        return _("%(other)s turned out to be %(one)s, by an address that is proven") % named
    return _("%(who)s joined %(one)s and %(other)s: one customer") % named


def parted(merge: CustomerMerge) -> str:
    named = {"who": merge.undone_by_name, "one": merge.kept.name, "other": merge.merged.name}
    return _("%(who)s took %(one)s and %(other)s apart again") % named
