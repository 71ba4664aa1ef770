"""Whether a customer may still be answered freely, and what the provider approved beforehand."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from ninelives.channels.models import Delivery, MessageTemplate
from ninelives.channels.queries import abilities, reply_window
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now

_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def open_until(conversation: Conversation) -> datetime | None:
    """Until when a free answer is allowed; None where that does not end."""
    return _until(conversation, reply_window(conversation.account))


def _until(conversation: Conversation, window: timedelta | None) -> datetime | None:
    if window is None:
        return None
    said = Message.objects.of(conversation).filter(direction=Message.Direction.INBOUND, deleted_at=None)
    newest = said.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return newest + window if newest else conversation.created_at


def is_open(conversation: Conversation) -> bool:
    until = open_until(conversation)
    return until is None or until > now()


def is_open_to_machines(conversation: Conversation) -> bool:
    """For what no person writes: a longer window is for people alone."""
    until = _until(conversation, abilities(conversation.account.kind).reply_window)
    return until is None or until > now()


@dataclass(frozen=True, slots=True)
class Private:
    """Whether what was said last in public can be answered to the customer alone."""

    is_open: bool
    # None where that does not end.
    until: datetime | None = None
    was_used: bool = False


def private(conversation: Conversation) -> Private:
    allowed = abilities(conversation.account.kind)
    if not allowed.answers_privately:
        return Private(is_open=not allowed.public)
    newest = Message.objects.of(conversation).filter(direction=Message.Direction.INBOUND)
    said = newest.order_by("-occurred_at", "-id").values_list("occurred_at", "external_id").first()
    if allowed.private_within is None or said is None:
        return Private(is_open=said is not None)
    until = said[0] + allowed.private_within
    was_used = _was_answered_privately(conversation, said[1])
    return Private(is_open=until > now() and not was_used, until=until, was_used=was_used)


def said_privately(conversation: Conversation) -> set[UUID]:
    """The answers that went to the customer alone, of a conversation that everybody reads."""
    if not abilities(conversation.account.kind).answers_privately:
        return set()
    alone = Message.objects.of(conversation).filter(delivery__outbound__in_private=True)
    return set(alone.values_list("pk", flat=True))


def _was_answered_privately(conversation: Conversation, external_id: str) -> bool:
    told = Message.objects.of(conversation).filter(
        delivery__outbound__in_private=True, delivery__outbound__in_reply_to=external_id
    )
    return told.exclude(delivery__state__in=[Delivery.State.FAILED, Delivery.State.WITHDRAWN]).exists()


def templates_of(conversation: Conversation) -> QuerySet[MessageTemplate]:
    """Those that may be used now, in the customer's language first."""
    return MessageTemplate.objects.filter(account=conversation.account_id, is_approved=True).order_by(
        "name", "language"
    )


def places(template: str) -> list[str]:
    """The names of the places in a template, in the order in which values are given: {{1}} or {{name}}."""
    return list(dict.fromkeys(_PLACE.findall(template)))


def filled(template: str, values: tuple[str, ...]) -> str:
    """As the customer will read it."""
    known = dict(zip(places(template), values, strict=True))
    return _PLACE.sub(lambda found: known[found[1]], template)
