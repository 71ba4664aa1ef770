"""Reading who else is there, who was called, and what is new for somebody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import people_who_may
from ninelives.conversations.models import Attendance, Conversation, Mention
from ninelives.foundation.clock import now


def colleagues(conversation: Conversation) -> QuerySet[Person]:
    """Who may read it."""
    return people_who_may(Permission.READ_CONVERSATIONS, [conversation.brand_id])


def who_else(conversation: Conversation, person: Person) -> list[tuple[Person, bool]]:
    """Colleagues who have it open at this moment, and whether they write."""
    moment = now()
    rows = Attendance.objects.filter(conversation=conversation, until__gt=moment).exclude(person=person)
    return [
        (row.person, row.typing_until is not None and row.typing_until > moment)
        for row in rows.select_related("person").order_by("person__name", "person_id")
    ]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something new for one person: they were mentioned, or a customer of theirs wrote."""

    id: UUID
    kind: str
    conversation_id: UUID
    who: str
    text: str
    at: datetime


def mentions_of(person: Person, most: int) -> QuerySet[Mention]:
    """Newest first, of conversations that they may still read."""
    rows = Mention.objects.filter(person=person, message__conversation__brand__in=person.brand_ids)
    joined = ("message__conversation__customer", "message__by_person", "message__by_token")
    return rows.select_related(*joined).order_by("-at", "-id")[:most]


def unseen_mentions(person: Person) -> int:
    brands = person.brand_ids
    return Mention.objects.filter(person=person, seen_at=None, message__conversation__brand__in=brands).count()


def notices(person: Person, since: datetime, most: int) -> list[Notice]:
    """What happened since then that concerns this person, oldest first."""
    named = [
        Notice(one.pk, "mention", one.message.conversation_id, one.message.author, one.message.text, one.at)
        for one in mentions_of(person, most)
        if one.at > since
    ]
    mine = Conversation.objects.visible_to(person).filter(assignee=person, status="open", heard_at__gt=since)
    rows = mine.order_by("-heard_at").values_list("pk", "customer__name", "preview", "heard_at")[:most]
    wrote = [Notice(id_, "message", id_, name, text, at) for id_, name, text, at in rows if at]
    return sorted(named + wrote, key=lambda one: one.at)[-most:]
