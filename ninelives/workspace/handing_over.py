"""To whom a conversation can be handed over, and who can be asked in."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.foundation.compiling import compiled
from ninelives.routing import queries
from ninelives.routing.models import Placement, Presence, Queue
from ninelives.routing.sorting import descriptions
from ninelives.routing.wording import STATES
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.panes import Consult


@dataclass(frozen=True, slots=True)
class Taker:
    id: UUID
    name: str
    state: str
    about: str


@dataclass(frozen=True, slots=True)
class HandingOver:
    url: str
    back: str
    reference: str
    queues: tuple[Taker, ...]
    people: tuple[Taker, ...]


def handing_over(person: Person, conversation: Conversation, place: Place) -> HandingOver:
    return HandingOver(
        url=link("hand_over", place.view, conversation.pk),
        back=place.url(conversation.pk),
        reference=conversation.reference,
        queues=tuple(_queues(conversation)),
        people=tuple(_people(person, conversation)),
    )


def _queues(conversation: Conversation) -> list[Taker]:
    found = Queue.objects.in_use().filter(brand=conversation.brand_id).order_by("position")
    told = []
    for one in queries.queues_now(found):
        waiting = ngettext("%d waits", "%d wait", one.waiting) % one.waiting if one.waiting else _("Nobody waits")
        told.append(Taker(one.queue.pk, one.queue.name, "", waiting))
    return told


def _people(person: Person, conversation: Conversation) -> list[Taker]:
    """Those who are there first."""
    others = queries.agents(person).filter(brands=conversation.brand_id).exclude(pk=person.pk).order_by("name")
    told = [
        Taker(one.person.pk, one.person.name, one.state, f"{STATES[Presence.State(one.state)]} · {one.load} %")
        for one in queries.agents_now(others)
    ]
    return sorted(told, key=_rank)


def _rank(taker: Taker) -> int:
    order = [Presence.State.AVAILABLE, Presence.State.WRAP_UP, Presence.State.BUSY, Presence.State.BREAK]
    return order.index(Presence.State(taker.state)) if taker.state in order else len(order)


def consult_of(conversation: Conversation, place: Place) -> Consult | None:
    """Who was asked in, and whether they came."""
    if not descriptions():
        return None
    one = next(iter(_asked_in(conversation.pk)), None)
    if one is None:
        return None
    came = one.person and one.state == Placement.State.ACCEPTED
    text = (
        _("%s helps with this.") % one.person.name
        if one.person and came
        else _("Somebody is asked in from %s.") % one.queue.name
    )
    return Consult(text, link("consult", place.view, conversation.pk))


@compiled
def _asked_in(conversation: UUID) -> QuerySet[Placement]:
    asked = Placement.objects.open().filter(conversation=conversation, purpose=Placement.Purpose.CONSULT)
    return asked.select_related("person", "queue")


def may_hand_over(person: Person, conversation: Conversation) -> bool:
    return person.may(Permission.ANSWER) and any(one.queue.brand_id == conversation.brand_id for one in descriptions())
