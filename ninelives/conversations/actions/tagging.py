"""Putting tags on conversations and taking them off. Compare-and-set: of two at once, one does it."""

from uuid import UUID

from django.db import IntegrityError, transaction

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.accounts.permissions import Permission
from ninelives.conversations.actions.telling import tell_screens
from ninelives.conversations.events import ConversationTagged, ConversationUntagged
from ninelives.conversations.models import MOST_LETTERS, Conversation, Tag, Tagging
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable


class NoSuchTagError(Exception):
    """Nobody made it yet, and whoever acts may not."""


class NoTagError(Exception):
    """That cannot be the name of a tag: empty, too long, or with a / in it."""


def tag_named(name: str, *, actor: Actor) -> Tag:
    """The tag of this name, in whatever case; made where there is none, by who may.
    Raises NoTagError, NoSuchTagError."""
    name = " ".join(storable(name).split())
    # A / would part the addresses of the API.
    if not name or len(name) > MOST_LETTERS or "/" in name:
        raise NoTagError
    found = Tag.objects.filter(key=name.casefold()).first()
    if found:
        return found
    if not actor.may(Permission.MAKE_TAGS):
        raise NoSuchTagError
    return Tag.objects.get_or_create(key=name.casefold(), defaults={"name": name, **by(actor)})[0]


@transaction.atomic
def tag(conversation: Conversation, tag: Tag, *, actor: Actor) -> Tagging | None:
    """None when it was on it already."""
    try:
        with transaction.atomic():
            tagging = Tagging.objects.create(conversation=conversation, tag=tag, **by(actor))
    except IntegrityError:
        return None
    announce(ConversationTagged(conversation.pk, tag.name, str(actor.pk)))
    tell_screens(conversation)
    return tagging


@transaction.atomic
def untag(conversation: Conversation, tag_id: UUID, *, actor: Actor) -> bool:
    """False when it was not on it."""
    tagging = Tagging.objects.filter(conversation=conversation, tag=tag_id, ended_at=None).select_related("tag").first()
    return tagging is not None and end_tagging(tagging, conversation, actor=actor)


@transaction.atomic
def end_tagging(tagging: Tagging, conversation: Conversation, *, actor: Actor) -> bool:
    """False when it was taken off already."""
    ended = Tagging.objects.filter(pk=tagging.pk, ended_at=None).update(
        ended_at=now(),
        ended_by=actor if isinstance(actor, Person) else None,
        ended_by_token=actor if isinstance(actor, Token) else None,
    )
    if not ended:
        return False
    announce(ConversationUntagged(conversation.pk, tagging.tag.name, str(actor.pk)))
    tell_screens(conversation)
    return True
