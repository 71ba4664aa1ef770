"""Reading conversations: the views of the desk, and simple search."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from ninelives.conversations.models import Attachment, Conversation, Conversations, Message
from ninelives.customers.models import Customer, CustomerAddress

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor, Person

MOST_WORDS = 12


def mine(person: "Person") -> Conversations:
    return Conversation.objects.visible_to(person).filter(assignee=person, status="open")


def unassigned(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(assignee=None, status="open")


def all_open(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(status="open")


def closed(actor: "Actor") -> Conversations:
    return Conversation.objects.visible_to(actor).filter(status="closed")


def search(actor: "Actor", q: str) -> Conversations:
    """Conversations whose number, customer or words are these; the beginning of a word is enough."""
    visible = Conversation.objects.visible_to(actor)
    found = Q(customer__in=_customers(actor, q))
    if number := re.fullmatch(r"\s*#?(\d{1,15})\s*", q):
        found |= Q(number=int(number[1]))
    if words := _words(q):
        found |= Q(pk__in=Message.objects.filter(words=words).values("conversation"))
    return visible.filter(found)


def files_of(actor: "Actor") -> QuerySet[Attachment]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("message__conversation"))
    return Attachment.objects.filter(Exists(visible))


def messages_of(actor: "Actor") -> QuerySet[Message]:
    visible = Conversation.objects.visible_to(actor).filter(pk=OuterRef("conversation"))
    return Message.objects.filter(Exists(visible))


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
