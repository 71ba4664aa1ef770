"""Conversations that have to do with each other, of whatever customers: each stays what it is."""

from django.db import IntegrityError, transaction

from ninelives.accounts.models import Actor, by
from ninelives.conversations.actions.merging import ItselfError
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.actions.tying import undone
from ninelives.conversations.events import ConversationsLinked, ConversationsUnlinked
from ninelives.conversations.models import Conversation, ConversationLink
from ninelives.foundation.announcing import announce


class AlreadyLinkedError(Exception):
    def __init__(self, link: ConversationLink) -> None:
        super().__init__(str(link.pk))
        self.link = link


@transaction.atomic
def link(conversation: Conversation, other: Conversation, *, actor: Actor) -> ConversationLink:
    """Raises ItselfError, AlreadyLinkedError."""
    if conversation.record_id == other.record_id:
        raise ItselfError
    one, two = sorted((conversation.record, other.record), key=lambda each: each.pk)
    try:
        with transaction.atomic():
            made = ConversationLink.objects.create(one=one, other=two, **by(actor))
    except IntegrityError as reason:
        # Of two at once, the second is told of the first.
        raise AlreadyLinkedError(ConversationLink.objects.get(one=one, other=two, undone_at=None)) from reason
    Conversation.objects.filter(pk__in=[one.pk, two.pk], has_ties=False).update(has_ties=True)
    announce(ConversationsLinked(made.pk, one.pk, two.pk, str(actor.pk)))
    for each in (one, two):
        tell_screens(each)
    return made


@transaction.atomic
def unlink(link: ConversationLink, *, actor: Actor) -> bool:
    """False when they were apart already."""
    if not undone(ConversationLink, link.pk, actor):
        return False
    announce(ConversationsUnlinked(link.pk, link.one_id, link.other_id, str(actor.pk)))
    for each in (link.one, link.other):
        tell_screens(each)
    return True
