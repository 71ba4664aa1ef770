"""What was done with a conversation: every row of its history, in one statement."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from ninelives.conversations.models import Conversation


@dataclass(frozen=True, slots=True)
class Happening:
    what: str
    id: UUID
    at: datetime
    # Of what has an end.
    ended_at: datetime | None
    who: str
    ended_by: str
    why: str
    until: datetime | None
    # The number of what was merged into it, where it happened to that.
    number: int | None = None


def happened(conversation: Conversation) -> list[Happening]:
    """To it, and to what was merged into it."""
    told = _happened(conversation.pk)
    if conversation.root_id == conversation.pk:
        others = Conversation.objects.one_with(conversation).exclude(pk=conversation.pk)
        for pk, number in others.values_list("pk", "number"):
            told += [replace(one, number=number) for one in _happened(pk)]
    return told


def _happened(conversation_id: UUID) -> list[Happening]:
    with connection.cursor() as cursor:
        cursor.execute(_HAPPENED, {"conversation": conversation_id})
        return [Happening(*row) for row in cursor.fetchall()]


_HAPPENED = """
    SELECT 'assignment', a.id, a.at, a.ended_at, p.name, '', '', NULL::timestamptz
    FROM conversations_assignment a JOIN accounts_person p ON p.id = a.person_id
    WHERE a.conversation_id = %(conversation)s
    UNION ALL
    SELECT 'closure', c.id, c.at, c.reopened_at, coalesce(p.name, t.name, ''), coalesce(rp.name, rt.name, ''), '', NULL
    FROM conversations_closure c
    LEFT JOIN accounts_person p ON p.id = c.by_person_id
    LEFT JOIN accounts_token t ON t.id = c.by_token_id
    LEFT JOIN accounts_person rp ON rp.id = c.reopened_by_id
    LEFT JOIN accounts_token rt ON rt.id = c.reopened_by_token_id
    WHERE c.conversation_id = %(conversation)s
    UNION ALL
    SELECT 'snooze', s.id, s.at, s.ended_at, coalesce(p.name, t.name, ''), coalesce(ep.name, et.name, ''), s.why,
           s.until
    FROM conversations_snooze s
    LEFT JOIN accounts_person p ON p.id = s.by_person_id
    LEFT JOIN accounts_token t ON t.id = s.by_token_id
    LEFT JOIN accounts_person ep ON ep.id = s.ended_by_id
    LEFT JOIN accounts_token et ON et.id = s.ended_by_token_id
    WHERE s.conversation_id = %(conversation)s
"""
