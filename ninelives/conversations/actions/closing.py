"""Closing and reopening. Compare-and-set on the status: of two at once, one does it."""

from django.db import transaction

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.conversations.actions.snoozing import woken
from ninelives.conversations.actions.telling import tell_customer, tell_screens
from ninelives.conversations.events import ConversationClosed, ConversationReopened
from ninelives.conversations.models import Closure, Conversation, Message, Snooze
from ninelives.foundation.announcing import announce, told_together
from ninelives.foundation.clock import now
from ninelives.foundation.writing import insert

Status = Conversation.Status


@transaction.atomic
@told_together()
def close(conversation: Conversation, *, actor: Actor | None) -> bool:
    """False when it was closed already. Without an actor the customer did it."""
    if not _set(conversation, Status.OPEN, Status.CLOSED):
        return False
    woken(conversation, actor, Snooze.Why.CLOSED)
    insert(Closure(conversation=conversation, **by(actor)))
    announce(ConversationClosed(conversation.pk, str(actor.pk) if actor else ""))
    tell_screens(conversation)
    tell_customer(conversation, "state")
    return True


@transaction.atomic
def reopen(conversation: Conversation, *, actor: Actor | None, message: Message | None = None) -> bool:
    """False when it was open. Without an actor it was news: the customer's `message`, or that ours did not arrive."""
    if not _set(conversation, Status.CLOSED, Status.OPEN):
        return False
    Closure.objects.filter(conversation=conversation, reopened_at=None).update(
        reopened_at=now(),
        reopened_by=actor if isinstance(actor, Person) else None,
        reopened_by_token=actor if isinstance(actor, Token) else None,
        reopened_by_message=message,
    )
    announce(ConversationReopened(conversation.pk, str(actor.pk) if actor else ""))
    tell_screens(conversation)
    tell_customer(conversation, "state")
    return True


def _set(conversation: Conversation, before: str, after: str) -> bool:
    if not Conversation.objects.filter(pk=conversation.pk, status=before).update(status=after, snoozed_until=None):
        return False
    conversation.status, conversation.snoozed_until = after, None
    return True
