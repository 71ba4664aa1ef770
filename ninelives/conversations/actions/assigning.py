"""Claiming is an atomic compare-and-set: two people never both get it."""

from django.db import transaction

from ninelives.accounts.models import Actor, Person, by
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.events import ConversationAssigned
from ninelives.conversations.models import Assignment, Conversation
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.writing import insert


@transaction.atomic
def claim(conversation: Conversation, *, person: Person) -> bool:
    """Take what is nobody's. False when somebody else was first; true when it is theirs already."""
    if not Conversation.objects.filter(pk=conversation.pk, assignee=None).update(assignee=person):
        return Conversation.objects.filter(pk=conversation.pk, assignee=person).exists()
    insert(Assignment(conversation=conversation, person=person, **by(person)))
    conversation.assignee = person
    tell_assigned(conversation, person, person)
    return True


@transaction.atomic
def release(conversation: Conversation, *, actor: Actor | None) -> bool:
    """Let it go back to everybody. Without an actor whoever had it is not there. False when it was nobody's."""
    if not Conversation.objects.filter(pk=conversation.pk).exclude(assignee=None).update(assignee=None):
        return False
    Assignment.objects.filter(conversation=conversation, ended_at=None).update(ended_at=now())
    conversation.assignee = None
    tell_assigned(conversation, None, actor)
    return True


def tell_assigned(conversation: Conversation, person: Person | None, actor: Actor | None) -> None:
    announce(ConversationAssigned(conversation.pk, person.pk if person else None, str(actor.pk) if actor else ""))
    tell_screens(conversation)
