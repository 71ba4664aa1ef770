"""Whether a customer may still be answered freely, and what the provider approved beforehand."""

import re
from datetime import datetime

from django.db.models import QuerySet

from ninelives.channels.models import MessageTemplate
from ninelives.channels.queries import abilities
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now

_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def open_until(conversation: Conversation) -> datetime | None:
    """Until when a free answer is allowed; None where that does not end."""
    window = abilities(conversation.account.kind).reply_window
    if window is None:
        return None
    said = Message.objects.of(conversation).filter(direction=Message.Direction.INBOUND, deleted_at=None)
    newest = said.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return newest + window if newest else conversation.created_at


def is_open(conversation: Conversation) -> bool:
    until = open_until(conversation)
    return until is None or until > now()


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
