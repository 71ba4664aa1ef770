"""Reading cases: what is in one, and the contacts that it took.

A contact is a message of a customer by which they came to us: one that began a conversation, or that reopened a closed
one. What we began, what a machine sent and what was said while a conversation ran is none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from ninelives.conversations.models import (
    Case,
    CaseClosure,
    CaseMembership,
    Cases,
    Conversation,
    Conversations,
    Message,
)
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# So long after it was closed, a case is still offered to what its customer writes.
OFFERED_FOR = timedelta(days=30)
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """`conversation`: as which it is read. `until`: when the next one in it came."""

    message: Message
    conversation: Conversation
    until: datetime | None
    # Who answered it first, or else who has it; "" = nobody yet.
    handled_by: str
    answered_at: datetime | None


def count(case_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"{_CAME} SELECT count(*) FROM came", {"case": case_id})  # noqa: S608 - constants
        return int(cursor.fetchone()[0])


def contacts_of(case: Case) -> list[Contact]:
    """In order, over all channels."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_CAME} SELECT id, record FROM came", {"case": case.pk})  # noqa: S608 - constants
        records = dict(cursor.fetchall())
    came = Message.objects.filter(pk__in=records).select_related("account").order_by("occurred_at", "pk")
    messages = list(came.defer("words", "html", "own_html"))
    conversations = conversations_of(case).in_bulk()
    # What left the case while it was read is not in it any more.
    messages = [one for one in messages if records[one.pk] in conversations]
    answers = _answers(conversations)
    return [
        _contact(message, conversations[records[message.pk]], messages[n + 1 :], records, answers)
        for n, message in enumerate(messages)
    ]


def conversations_of(case: Case) -> Conversations:
    """Those that are in it now, the oldest first."""
    rows = Conversation.objects.filter(case=case).not_merged().order_by("created_at", "pk")
    return rows.select_related("customer__root", "account", "assignee")


# Of each conversation that is read in the case: the first message of all that is read as it, and those that began what
# was merged into it, where they are a customer's; and those that reopened one. Where splits have emptied a merged one,
# what is written to its address later begins nothing.
_CAME = """
    WITH inside (id, record, created_at) AS (
        SELECT id, id, created_at FROM conversations_conversation WHERE case_id = %(case)s AND status <> 'merged'
        UNION ALL
        SELECT one.id, root.id, one.created_at FROM conversations_conversation root
        JOIN conversations_conversation one ON one.root_id = root.id AND one.id <> root.id
        WHERE root.case_id = %(case)s AND root.status <> 'merged'
    ), begun AS (
        SELECT first.id, inside.record, first.direction, first.occurred_at = inside.created_at AS is_beginning,
               row_number() OVER (PARTITION BY inside.record ORDER BY first.occurred_at, first.id) AS place
        FROM inside CROSS JOIN LATERAL (
            SELECT said.id, said.direction, said.occurred_at FROM conversations_message said
            WHERE said.conversation_id = inside.id AND said.direction <> 'note' AND said.machine = ''
                AND NOT said.is_automatic
            ORDER BY said.occurred_at, said.id LIMIT 1
        ) AS first
    ), came (id, record) AS (
        SELECT id, record FROM begun WHERE direction = 'inbound' AND (is_beginning OR place = 1)
        UNION
        SELECT said.id, inside.record FROM inside
        JOIN conversations_message said ON said.conversation_id = inside.id
        JOIN conversations_closure closure ON closure.reopened_by_message_id = said.id
    )
"""


def _answers(conversation_ids: Iterable[UUID]) -> dict[UUID, list[Message]]:
    """Of each of these, with what is read as it, in order."""
    together = Q(conversation__in=conversation_ids) | Q(conversation__root__in=conversation_ids)
    said = Message.objects.filter(together, direction=Message.Direction.OUTBOUND, is_automatic=False)
    said = said.select_related("conversation", "by_person", "by_token").defer("words", "html", "own_html")
    answers: dict[UUID, list[Message]] = defaultdict(list)
    for one in said.order_by("occurred_at", "pk"):
        answers[one.conversation.record_id].append(one)
    return answers


def _contact(
    message: Message,
    conversation: Conversation,
    later: list[Message],
    records: dict[UUID, UUID],
    answers: dict[UUID, list[Message]],
) -> Contact:
    until = next((one.occurred_at for one in later if records[one.pk] == conversation.pk), None)
    answer = next((one for one in answers[conversation.pk] if one.occurred_at >= message.occurred_at), None)
    if answer and until and answer.occurred_at >= until:
        answer = None
    has_it = conversation.assignee.name if conversation.assignee and until is None else ""
    return Contact(
        message, conversation, until, answer.author if answer else has_it, answer.occurred_at if answer else None
    )


def of_customer(actor: "Actor", customer: Customer) -> Cases:
    """Of all that are one with it: open ones first, then the newest."""
    rows = Case.objects.visible_to(actor).filter(customer__in=Customer.objects.one_with(customer))
    return rows.order_by("-status", "-pk")


def newest_of(actor: "Actor", customer: Customer, *, most: int) -> list[Case]:
    """The same, of which the first stand beside each conversation."""
    return _newest_of(actor.brand_ids, None if customer.root_id else customer.pk, customer.root_id, most=most)


@compiled
def _newest_of(brands: Collection[UUID], customer: UUID | None, root: UUID | None, *, most: int) -> QuerySet[Case]:
    rows = _of(customer, root).filter(brand__in=brands)
    return rows.order_by("-status", "-pk")[:most]


def _of(customer: UUID | None, root: UUID | None) -> Cases:
    return Case.objects.filter(customer__root=root) if root else Case.objects.filter(customer=customer)


def offered(conversation: Conversation) -> list[Case]:
    """The cases that an open conversation which is in none may belong to, the newest first."""
    if conversation.case_id or not conversation.is_open:
        return []
    customer, since = conversation.customer, now() - OFFERED_FOR
    return _offered(conversation.brand_id, None if customer.root_id else customer.pk, customer.root_id, since)


@compiled
def _offered(brand: UUID, customer: UUID | None, root: UUID | None, since: datetime) -> QuerySet[Case]:
    lately = Q(status=Case.Status.OPEN) | Q(closures__reopened_at=None, closures__at__gt=since)
    rows = _of(customer, root).filter(lately, brand=brand).distinct()
    return rows.order_by("-pk")[:MOST_OFFERED]


def joinable(actor: "Actor", conversation: Conversation) -> Cases:
    """All that it may be put in."""
    rows = of_customer(actor, conversation.customer).filter(brand=conversation.brand_id)
    return rows.exclude(pk=conversation.case_id) if conversation.case_id else rows


def memberships_of(conversation: Conversation) -> QuerySet[CaseMembership]:
    """Of it and of what is read as it, ended ones too, oldest first."""
    together = Conversation.objects.one_with(conversation).values("pk")
    rows = CaseMembership.objects.filter(conversation__in=together).order_by("at", "pk")
    return rows.select_related("case", "conversation", "by_person", "by_token", "ended_by", "ended_by_token")


def closures_of(case: Case) -> QuerySet[CaseClosure]:
    rows = CaseClosure.objects.filter(case=case).order_by("at", "pk")
    return rows.select_related("by_person", "by_token", "reopened_by", "reopened_by_token")
