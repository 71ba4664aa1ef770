"""Finding the other conversation, and seeing what is going to happen before it does."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.http import urlencode

from ninelives.accounts.models import Person
from ninelives.channels.queries import icon
from ninelives.conversations import searching, tied
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation import asking
from ninelives.workspace import wording
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place

FOUND = 10

# A conversation of its own answers none.
_ANSWERS = re.compile(r"^(?:(?:re|antw|aw|sv):\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ThreadChoice:
    id: str
    url: str  # see both; "" where choosing it is all
    reference: str
    subject: str
    customer: str
    channel: str
    account: str
    state: str
    preview: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreadFinding:
    """The page on which the other one is found."""

    url: str
    q: str
    choices: tuple[ThreadChoice, ...]
    is_asked: bool
    back: str
    reference: str


@dataclass(frozen=True, slots=True)
class ThreadSide:
    """One of two that are going to be one."""

    id: str
    url: str
    reference: str
    subject: str
    customer: str
    channel: str
    account: str
    state: str
    assignee: str  # "" = nobody
    messages: int
    notes: int
    first: datetime | None
    last: datetime | None
    preview: str


@dataclass(frozen=True, slots=True)
class ThreadComparison:
    url: str  # POST other and kept
    sides: tuple[ThreadSide, ThreadSide]
    kept: str  # the id of the one that is kept unless somebody says otherwise
    other: str
    back: str
    elsewhere_url: str
    why_not: str  # in which case they cannot be one; "" where they can
    join_url: str  # GET: joins their customers first


@dataclass(frozen=True, slots=True)
class Splitting:
    url: str  # POST message, and_after, subject
    back: str
    message: str
    author: str
    at: datetime
    text: str
    after: int  # so many came after it
    is_first: bool  # then all that came after it cannot go along
    subject: str


def merging(person: Person, conversation: Conversation, place: Place, q: str) -> ThreadFinding:
    url = link("conversation_merges", place.view, conversation.pk)
    found = _found(person, conversation, q) if q else tied.mergeable_with(person, conversation)
    return ThreadFinding(url, q, _choices(found, url), bool(q), place.url(conversation.pk), conversation.reference)


def linking(person: Person, conversation: Conversation, place: Place, q: str) -> ThreadFinding:
    url = link("conversation_links", place.view, conversation.pk)
    found = _found(person, conversation, q) if q else tied.mergeable_with(person, conversation)
    return ThreadFinding(url, q, _choices(found, ""), bool(q), place.url(conversation.pk), conversation.reference)


def comparison(person: Person, conversation: Conversation, other: Conversation, place: Place) -> ThreadComparison:
    url = link("conversation_merges", place.view, conversation.pk)
    customers = [one.customer.record for one in (conversation, other)]
    apart = customers[0] != customers[1]
    why_not = wording.OTHER_ACCOUNT if conversation.account_id != other.account_id else ""
    why_not = wording.OTHER_CUSTOMER if apart else why_not
    joins = urlencode({"with": str(customers[1].pk), "next": f"{url}?{urlencode({'with': str(other.pk)})}"})
    return ThreadComparison(
        url=url,
        sides=(_side(conversation, place), _side(other, place)),
        kept=str(conversation.pk),
        other=str(other.pk),
        back=place.url(conversation.pk),
        elsewhere_url=url,
        why_not=str(why_not),
        join_url=f"{link('merges', customers[0].pk)}?{joins}" if apart else "",
    )


def splitting(conversation: Conversation, message: Message, place: Place) -> Splitting:
    said = list(Message.objects.of(conversation).order_by("occurred_at", "pk").values_list("pk", flat=True))
    at = said.index(message.pk)
    return Splitting(
        url=link("splits", place.view, conversation.pk),
        back=place.url(conversation.pk),
        message=str(message.pk),
        author=message.author,
        at=message.occurred_at,
        text=message.shown_text[:600],
        after=len(said) - at - 1,
        is_first=at == 0,
        subject=_ANSWERS.sub("", message.subject) or conversation.subject,
    )


def _found(person: Person, conversation: Conversation, q: str) -> QuerySet[Conversation]:
    """By number alone, or else by words, a name or an address."""
    number = asking.read(q).reference
    ids = searching.newest(person, q, most=FOUND + 1).ids
    if number is not None and (numbered := tied.numbered(person, number)):
        ids = [numbered.pk]
    rows = Conversation.objects.visible_to(person).not_merged().filter(pk__in=ids).exclude(pk=conversation.pk)
    return rows.order_by("-last_at", "-id")


def _choices(found: QuerySet[Conversation], url: str) -> tuple[ThreadChoice, ...]:
    rows = found.select_related("customer__root", "account")[:FOUND]
    return tuple(
        ThreadChoice(
            id=str(one.pk),
            url=f"{url}?{urlencode({'with': str(one.pk)})}" if url else "",
            reference=one.reference,
            subject=one.subject,
            customer=one.customer.record.name,
            channel=icon(one.account.kind),
            account=one.account.name,
            state=str(wording.STATES[one.status]),
            preview=one.preview,
            at=one.last_at,
        )
        for one in rows
    )


def _side(one: Conversation, place: Place) -> ThreadSide:
    measured = tied.measured(one)
    return ThreadSide(
        id=str(one.pk),
        url=place.url(one.pk),
        reference=one.reference,
        subject=one.subject,
        customer=one.customer.record.name,
        channel=icon(one.account.kind),
        account=one.account.name,
        state=str(wording.STATES[one.status]),
        assignee=one.assignee.name if one.assignee else "",
        messages=measured.messages,
        notes=measured.notes,
        first=measured.first,
        last=measured.last,
        preview=one.preview,
    )
