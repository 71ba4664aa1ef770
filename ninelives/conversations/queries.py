"""Reading conversations: the views of the desk, and simple search."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from ninelives.conversations.models import Assignment, Attachment, Closure, Conversation, Conversations, Message
from ninelives.customers.models import Customer, CustomerAddress

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor, Person

MOST_WORDS = 12
_NOBODY = Value("", output_field=TextField())


def mine(person: "Person") -> Conversations:
    return Conversation.objects.visible_to(person).filter(assignee=person, status="open")


def unassigned(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(assignee=None, status="open")


def all_open(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(status="open")


def closed(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(status="closed")


def counts(person: "Person", most: int) -> dict[str, int]:
    """How many are in the views that an agent works from, each counted up to `most`; one statement for all."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"brands": list(person.brand_ids), "person": person.pk, "most": most})
        return dict(zip(("mine", "unassigned", "all"), cursor.fetchone() or (), strict=True))


_OPEN = "FROM conversations_conversation WHERE status = 'open' AND brand_id = ANY(%(brands)s::uuid[])"
_COUNTS = f"""
    SELECT (SELECT count(*) FROM (SELECT 1 {_OPEN} AND assignee_id = %(person)s LIMIT %(most)s) AS mine),
           (SELECT count(*) FROM (SELECT 1 {_OPEN} AND assignee_id IS NULL LIMIT %(most)s) AS unassigned),
           (SELECT count(*) FROM (SELECT 1 {_OPEN} LIMIT %(most)s) AS every)
"""  # noqa: S608 - put together from constants alone


def search(actor: "Actor", q: str) -> Conversations:
    """Conversations whose number, customer or words are these; the beginning of a word is enough."""
    ids: list[QuerySet[Any, Any]] = [Conversation.objects.filter(customer__in=_customers(actor, q)).values("pk")]
    if number := re.fullmatch(r"\s*#?(\d{1,15})\s*", q):
        ids.append(Conversation.objects.filter(number=int(number[1])).values("pk"))
    if words := _words(q):
        ids.append(Message.objects.filter(words=words).values("conversation"))
    # A union, as PostgreSQL answers an OR over three tables by reading one of them whole.
    return Conversation.objects.visible_to(actor).filter(pk__in=ids[0].union(*ids[1:]))


def files_of(actor: "Actor") -> QuerySet[Attachment]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("message__conversation"))
    return Attachment.objects.filter(Exists(visible))


def messages_of(actor: "Actor") -> QuerySet[Message]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("conversation"))
    return Message.objects.filter(Exists(visible))


def happened(conversation: Conversation) -> list[tuple[str, UUID, datetime, datetime | None, str, str]]:
    """What was done with it: (assignment or closure, its id, when, when it ended, who, who ended it)."""
    assignments = Assignment.objects.filter(conversation=conversation).values_list(
        Value("assignment"), "id", "at", "ended_at", "person__name", _NOBODY
    )
    closures = Closure.objects.filter(conversation=conversation).values_list(
        Value("closure"),
        "id",
        "at",
        "reopened_at",
        Coalesce("by_person__name", "by_token__name", _NOBODY),
        Coalesce("reopened_by__name", "reopened_by_token__name", _NOBODY),
    )
    return list(assignments.union(closures, all=True))


def message_of_receipt(receipt_id: UUID) -> Message | None:
    return Message.objects.filter(receipt=receipt_id).order_by("received_at").first()


def _customers(actor: "Actor", q: str) -> QuerySet[Customer]:
    by_address = CustomerAddress.objects.filter(value__icontains=q.strip()).values("customer")
    return Customer.objects.visible_to(actor).filter(Q(name__icontains=q.strip()) | Q(pk__in=by_address))


def _words(q: str) -> SearchQuery | None:
    # Quoted, so that an address or a part number is cut into lexemes just as it was when it was stored.
    words = [re.sub(r"['\\\0]", " ", word).strip() for word in q.split()[:MOST_WORDS]]
    terms = [f"'{word}':*" for word in words if any(letter.isalnum() for letter in word)]
    return SearchQuery(" & ".join(terms), search_type="raw", config="simple") if terms else None
