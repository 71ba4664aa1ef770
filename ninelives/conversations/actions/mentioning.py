"""Calling a colleague to a note by @name."""

from collections.abc import Iterable

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.conversations.actions.telling import tell_person
from ninelives.conversations.company import colleagues
from ninelives.conversations.models import Conversation, Mention, Message
from ninelives.foundation.clock import now


def mention(note: Message, conversation: Conversation, *, by: Person | None) -> list[Person]:
    """Those whose @name stands in the note and who may read it. Runs in the transaction that writes the note."""
    if "@" not in note.text:
        return []
    named = [one for one in _named(note.text, colleagues(conversation)) if one != by]
    Mention.objects.bulk_create(Mention(message=note, person=person) for person in named)
    for person in named:
        tell_person(person.pk)
    return named


@transaction.atomic
def see_mentions(conversation: Conversation, *, person: Person) -> None:
    """The person has opened the conversation."""
    unseen = Mention.objects.filter(message__in=Message.objects.of(conversation), person=person, seen_at=None)
    if unseen.update(seen_at=now()):
        tell_person(person.pk)


def _named(text: str, people: Iterable[Person]) -> list[Person]:
    """The longest name first: @Eva Smit is no @Eva."""
    found = []
    for person in sorted(people, key=lambda one: -len(one.name)):
        if f"@{person.name}" in text:
            found.append(person)
            text = text.replace(f"@{person.name}", "")
    return found
