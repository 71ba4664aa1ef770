"""Answering on another of the customer's channels, as the desk shows it: the choice, and what left elsewhere."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from ninelives.channels.queries import abilities
from ninelives.conversations.actions import Chosen
from ninelives.conversations.models import Conversation
from ninelives.conversations.queries import written_elsewhere
from ninelives.conversations.ways import own_address, ways_of
from ninelives.foundation.address import shown
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.composing import WayShown
from ninelives.workspace.screens.timeline import Bubble


def ways(conversation: Conversation) -> tuple[WayShown, ...]:
    """The conversation's own is chosen until somebody chooses another; what the customer prefers comes first. Where
    nobody can be answered, the others are all there is."""
    others = [
        WayShown(
            value=f"{way.account.pk}:{way.address.pk}",
            label=f"{way.account.name}: {shown(way.address.value)}",
            is_preferred=way.address.is_preferred,
            max_length=abilities(way.account.kind).max_length or 0,
            counts_bytes=abilities(way.account.kind).counts_bytes,
        )
        for way in ways_of(conversation)
    ]
    if not others or not abilities(conversation.account.kind).answers:
        return tuple(others)
    label = ": ".join(filter(None, [conversation.account.name, shown(own_address(conversation))]))
    allowed = abilities(conversation.account.kind)
    own = WayShown("", label, False, allowed.max_length or 0, allowed.counts_bytes)
    return tuple(sorted([own, *others], key=lambda one: not one.is_preferred))


def chosen(via: str) -> Chosen | None:
    """The account and the address that a form names; None where it names none that could be."""
    try:
        account, address = via.split(":")
        return Chosen(UUID(account), UUID(address))
    except ValueError:
        return None


def marked(bubbles: list[Bubble], conversation: Conversation, place: Place) -> list[Bubble]:
    """What was written in another conversation says so."""
    others = {str(message): other for message, other in written_elsewhere(conversation).items()}
    return [_leads_to(one, others[one.id], place, _("Written in")) if one.id in others else one for one in bubbles]


def left(bubble: Bubble, other: Conversation, place: Place, account: str) -> Bubble:
    """What left in another one stands where it was written as well: under an id of its own."""
    told = _("Sent by %(account)s, in") % {"account": account}
    return _leads_to(replace(bubble, id=f"{bubble.id}-here"), other, place, told)


def _leads_to(bubble: Bubble, other: Conversation, place: Place, words: str) -> Bubble:
    named = f"{other.reference} {other.subject}".strip()
    return replace(bubble, elsewhere=words, link_url=place.url(other.pk), link_label=named)
