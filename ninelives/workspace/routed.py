"""How a conversation came to whom, as lines on its timeline."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ninelives.conversations.models import Conversation
from ninelives.routing.models import Choice, Decision, Offer, Placement
from ninelives.routing.queries import placements_of
from ninelives.routing.sorting import descriptions
from ninelives.routing.wording import ENDS, OFFERS, explained, lasting, passed_because
from ninelives.ui.templatetags.ui import clock_words
from ninelives.workspace.lines import line
from ninelives.workspace.screens.timeline import Bubble
from ninelives.workspace.wording import kind_name

# An answer, a closure and whoever took it on are told by other lines.
_TOLD = (Placement.Why.LEFT, Placement.Why.WITHDRAWN)


def lines(conversation: Conversation) -> list[Bubble]:
    if not descriptions():
        return []
    return [told for placement in placements_of(conversation) for told in _lines(placement)]


def _lines(placement: Placement) -> Iterator[Bubble]:
    if placement.purpose == Placement.Purpose.CONSULT:
        yield line(placement.pk, placement.at, _("Somebody was asked in from %s") % placement.queue.name)
    elif placement.purpose == Placement.Purpose.PROMISE:
        yield line(placement.pk, placement.at, _("What was promised waits in the queue %s") % placement.queue.name)
    else:
        yield line(placement.pk, placement.at, _("Placed in the queue %s") % _first_queue(placement))
    yield from _chosen(placement)
    by_offer = {decision.offer_id: decision for decision in placement.decisions.all()}
    if waits := [one for one in placement.decisions.all() if one.person is None]:
        yield line(waits[0].pk, waits[0].at, _("Waits: %s") % explained(waits[0], kind_name))
    for offer in placement.offers.all():
        yield line(offer.pk, offer.at, _offered(offer, by_offer.get(offer.pk)))
        # Who took it is a line of its own.
        if offer.ended_at and offer.state not in (Offer.State.OPEN, Offer.State.ACCEPTED):
            yield line(offer.pk, offer.ended_at, _ended(offer), "end")
    if placement.ended_at and placement.why in _TOLD:
        yield line(placement.pk, placement.ended_at, str(ENDS[Placement.Why(placement.why)]), "end")


def _first_queue(placement: Placement) -> str:
    """Where it came in, if the customer went to experts from there."""
    left = (choice.stood_in.name for choice in placement.choices.all() if choice.stood_in)
    return next(left, placement.queue.name)


def _chosen(placement: Placement) -> Iterator[Bubble]:
    for choice in placement.choices.all():
        yield line(choice.pk, choice.at, _("The customer chose: %s") % chosen_words(choice))
        if choice.has_lapsed and choice.ended_at:
            told = _("What the customer chose is not possible any more; it waits where it stood")
            yield line(choice.pk, choice.ended_at, told, "end")


def chosen_words(choice: Choice) -> str:
    """How they want to be served."""
    address = choice.promise.address if choice.promise else ""
    if choice.what == Choice.What.CALL:
        return _("Call back: %s") % address
    if choice.what == Choice.What.SLOT and choice.starts and choice.ends:
        told = {"number": address, "from": clock_words(choice.starts), "until": clock_words(choice.ends)}
        return _("Call back between %(from)s and %(until)s: %(number)s") % told
    if choice.what == Choice.What.MESSAGE and choice.ends:
        told = {"due": clock_words(choice.ends), "address": address}
        if address:
            return _("Answer before %(due)s, at %(address)s; they need not be here") % told
        return _("Answer before %(due)s; they need not be here") % told
    if choice.what == Choice.What.EXPERT:
        return _("An expert: %s") % (choice.experts.name if choice.experts else "")
    return _("Whoever they know: %s") % (choice.person.name if choice.person else "")


def _offered(offer: Offer, decision: Decision | None) -> str:
    if decision is None:
        return _("Offered to %s") % offer.person.name
    told = {"who": offer.person.name, "after": lasting(decision.waited), "why": explained(decision, kind_name)}
    return _("Offered to %(who)s after %(after)s: %(why)s") % told


def _ended(offer: Offer) -> str:
    told = f"{offer.person.name} {OFFERS[Offer.State(offer.state)]}"
    return f"{told}: {passed_because(offer.reason)}" if offer.reason else told
