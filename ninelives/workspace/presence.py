"""The state of whoever sits here, and what they are offered, as the frame of every page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.queries import kinds_of
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.promises.models import Promise
from ninelives.routing import queries
from ninelives.routing.choices import choice_of
from ninelives.routing.models import Offer, Placement, Presence
from ninelives.routing.sorting import descriptions
from ninelives.routing.wording import STATES, WHY_AWAY, WHY_PASSED, explained, lasting
from ninelives.ui.templatetags.ui import clock_words
from ninelives.workspace.links import link
from ninelives.workspace.routed import chosen_words
from ninelives.workspace.wording import kind_name

# What is offered shows so much of what the customer says.
_MOST_WORDS = 320
# Chosen most; anything else can be typed.
CHOSEN = (Presence.State.AVAILABLE, Presence.State.BREAK, Presence.State.BUSY, Presence.State.AWAY)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class State:
    state: str
    label: str
    why: str
    reason: str
    since: datetime | None
    until: datetime | None
    states: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    url: str
    # Where the desk says that it is there; empty while nobody needs to know.
    beat_url: str


@dataclass(frozen=True, slots=True)
class OfferShown:
    id: UUID
    customer: str
    kind: str
    kind_label: str
    queue: str
    subject: str
    words: str
    waited: str
    before: int
    why: str
    expires_at: datetime
    # Seconds that are left, and that it stands in all.
    left: float
    stands: float
    is_consult: bool
    promised: str
    accept_url: str
    pass_url: str
    # What is kept, and its words.
    why_pass: tuple[tuple[str, str], ...]


def takes_work(person: Person) -> bool:
    """Whether there is a queue that they could be offered something from."""
    return person.may(Permission.ANSWER) and any(one.queue.brand_id in person.brand_ids for one in descriptions())


def state_of(person: Person) -> State:
    presence = queries.presence_of(person)
    state = Presence.State(presence.state) if presence else Presence.State.AWAY
    without = set(presence.without) if presence else set()
    return State(
        state=state,
        label=str(STATES[state]),
        why=str(WHY_AWAY.get(Presence.Why(presence.why), "")) if presence else "",
        reason=presence.reason if presence else "",
        since=presence.at if presence else None,
        until=presence.until if presence else None,
        states=tuple(Choice(one, str(STATES[one]), one == state) for one in CHOSEN),
        kinds=tuple(Choice(kind, kind_name(kind), kind not in without) for kind in kinds_of(person.brand_ids)),
        url=link("presence"),
        beat_url="/live/beat/" if _beats(presence) else "",
    )


def _beats(presence: Presence | None) -> bool:
    return presence is not None and (presence.state != Presence.State.AWAY or presence.why == Presence.Why.LOST)


def offer_of(person: Person) -> OfferShown | None:
    offer = queries.open_offer(person)
    return offer_shown(offer) if offer else None


def offer_shown(offer: Offer) -> OfferShown:
    placement, moment = offer.placement, now()
    conversation = placement.conversation
    decision = getattr(offer, "decision", None)
    return OfferShown(
        id=offer.pk,
        customer=conversation.customer.record.name or conversation.customer.name,
        kind=placement.kind,
        kind_label=kind_name(placement.kind),
        queue=placement.queue.name,
        subject=conversation.subject,
        words=_words(conversation),
        waited=lasting((moment - placement.since).total_seconds()),
        before=_before(conversation),
        why=explained(decision, kind_name) if decision else "",
        expires_at=offer.expires_at,
        left=max(0.0, (offer.expires_at - moment).total_seconds()),
        stands=(offer.expires_at - offer.at).total_seconds(),
        promised=_promised(placement),
        is_consult=placement.purpose == Placement.Purpose.CONSULT,
        accept_url=link("acceptance", offer.pk),
        pass_url=link("passing", offer.pk),
        why_pass=tuple((kept, str(words)) for kept, words in WHY_PASSED.items()),
    )


def _words(conversation: Conversation) -> str:
    last = next(iter(_said_last(conversation.pk, is_root=conversation.root_id == conversation.pk)), None)
    text = " ".join(last.shown_text.split()) if last else conversation.preview
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS].rstrip()}…"


def _before(conversation: Conversation) -> int:
    """How often they came before."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [conversation.customer_id, conversation.pk])
        (count,) = cursor.fetchone() or (0,)
        return int(count)


_BEFORE = "SELECT count(*) FROM conversations_conversation WHERE customer_id = %s AND id <> %s"


@compiled
def _said_last(conversation: UUID, *, is_root: bool) -> QuerySet[Message]:
    said = Message.objects.of(Conversation(pk=conversation, root_id=conversation if is_root else None))
    return said.filter(direction=Message.Direction.INBOUND).order_by("-occurred_at")[:1]


def _promised(placement: Placement) -> str:
    promise = placement.promise
    if promise is None:
        choice = choice_of(placement)
        return chosen_words(choice) if choice else ""
    due = clock_words(promise.due_by)
    if promise.kind == Promise.Kind.CALLBACK:
        return _("Promised: to call %(number)s before %(due)s") % {"number": promise.address, "due": due}
    if promise.kind == Promise.Kind.ANSWER:
        return _("Promised: to answer before %s") % due
    return _("Promised before %(due)s: %(what)s") % {"what": promise.what, "due": due}
