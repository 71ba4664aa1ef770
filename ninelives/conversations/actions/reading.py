"""Reading, and putting back among the unread. Each person's own: it concerns no colleague and is no fact."""

from datetime import datetime

from django.db import connection, transaction

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.actions.living import see
from ninelives.conversations.actions.telling import tell_screens_of
from ninelives.conversations.models import Conversation, ReadMark
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.ids import new_id


@again_if_crossed
@transaction.atomic
def mark_read(conversation: Conversation, *, person: Person, up_to: datetime) -> None:
    """The person has seen the news up to this moment. A mark only moves forward, and never past what came in."""
    if conversation.heard_at:
        _mark(conversation, person, min(up_to, conversation.heard_at))
        if person.may(Permission.ANSWER):
            see(conversation, min(up_to, conversation.heard_at))


@again_if_crossed
@transaction.atomic
def mark_unread(conversation: Conversation, *, person: Person) -> None:
    _mark(conversation, person, None)


@transaction.atomic
def put_mark_back(
    conversation: Conversation, *, person: Person, was: datetime | None, before: datetime | None, is_kept: bool
) -> bool:
    """As it was before, if it still stands where it `was` put; without `is_kept` there was none before."""
    marks = ReadMark.objects.filter(conversation=conversation, person=person, up_to=was)
    changed = marks.update(up_to=before) if is_kept else marks.delete()[0]
    if changed:
        tell_screens_of(person, conversation)
    return bool(changed)


def _mark(conversation: Conversation, person: Person, up_to: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, {"id": new_id(), "person": person.pk, "conversation": conversation.pk, "up_to": up_to})
        if cursor.rowcount:
            tell_screens_of(person, conversation)


# GREATEST passes over what is empty: a mark put back by hand moves on when it is read again.
_SET = """
    INSERT INTO conversations_readmark AS mark (id, person_id, conversation_id, up_to)
    VALUES (%(id)s, %(person)s, %(conversation)s, %(up_to)s)
    ON CONFLICT (person_id, conversation_id) DO UPDATE
        SET up_to = CASE WHEN EXCLUDED.up_to IS NULL THEN NULL ELSE greatest(mark.up_to, EXCLUDED.up_to) END
        WHERE mark.up_to IS DISTINCT FROM EXCLUDED.up_to
"""
