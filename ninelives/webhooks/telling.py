"""What a fact means to others: the events it makes, of whose brand, about whom, and in what words.

The words are put together when the fact is read, moments after it was written. What is gone by then (a message whose
sending was undone, an erased customer) is not told.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from ninelives.accounts.models import Brand, Person, Token
from ninelives.channels.models import TOLD
from ninelives.conversations.models import Case, Conversation, Conversations, Message, MessageChange
from ninelives.conversations.tagged import with_tags
from ninelives.customers.models import CustomerMerge
from ninelives.foundation.models import Fact
from ninelives.promises.models import Promise
from ninelives.webhooks import shapes
from ninelives.webhooks.shapes import Shape


@dataclass(frozen=True, slots=True)
class News:
    """One event that is to be told."""

    event: str
    brands: frozenset[UUID]
    data: Shape
    lane: str = ""
    customer: UUID | None = None


Teller = Callable[[Fact], Iterator[News]]


def news_of(fact: Fact, wanted: Iterable[str]) -> list[News]:
    """The events of this fact among those that somebody wants."""
    teller, events = _TELLERS.get(fact.name, (None, ()))
    if teller is None or not set(events) & set(wanted):
        return []
    return [news for news in teller(fact) if news.event in wanted]


def as_body(event: str, at: datetime, data: Shape) -> str:
    told = {"type": event, "timestamp": at, "data": data}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _message_received(fact: Fact) -> Iterator[News]:
    if fact.told["is_import"]:
        return
    said = _message(fact.told["message_id"])
    if said is None:
        return
    if fact.told["opened"]:
        opened = {"conversation": shapes.conversation(said.conversation.record)}
        yield _of(said.conversation.record, "conversation.opened", opened)
    yield _saying("message.received", said)


def _message_changed(fact: Fact) -> Iterator[News]:
    said = _message(fact.told["message_id"])
    change = MessageChange.objects.filter(pk=fact.told["change_id"]).first()
    if said and change:
        sign = {"sign": change.text} if change.kind == MessageChange.Kind.REACTED else {}
        yield _saying(f"message.{change.kind}", said, at=change.at, **sign)


def _message_written(fact: Fact) -> Iterator[News]:
    # Answers are told when they have left: until then they can be undone.
    if fact.told["direction"] != Message.Direction.NOTE:
        return
    said = _message(fact.told["message_id"])
    if said:
        yield _saying("note.written", said)


def _delivery_settled(fact: Fact) -> Iterator[News]:
    said = _messages().filter(delivery=fact.told["delivery_id"]).first()
    if said is None:
        return
    state = fact.told["state"]
    if state == "sent":
        yield _saying("message.sent", said)
    # Waiting: a try went wrong and there will be another. That settles nothing.
    if state != "waiting":
        yield _saying("delivery.settled", said, state=TOLD[state])


def _changed(event: str, *more_told: str) -> Teller:
    """Something was done with a conversation, by somebody or by the customer's own message."""

    def tell(fact: Fact) -> Iterator[News]:
        changed = _conversations().filter(pk=fact.told["conversation_id"]).first()
        if changed:
            more = {name: fact.told[name] for name in more_told}
            yield _of(changed, event, {"conversation": shapes.conversation(changed), **more, "by": _by(fact)})

    return tell


def _joined(event: str) -> Teller:
    """Two customers became one, or two again. Ids alone: who it was is asked of the API."""

    def tell(fact: Fact) -> Iterator[News]:
        merge = CustomerMerge.objects.filter(pk=fact.told["merge_id"]).first()
        if merge is None:
            return
        brands = frozenset(Brand.objects.filter(base=merge.base_id).values_list("pk", flat=True))
        data = {"merge": {"id": merge.pk}, "kept": {"id": merge.kept_id}, "merged": {"id": merge.merged_id}}
        yield News(event, brands, {**data, "by": _by(fact)}, lane=str(merge.merged_id), customer=merge.merged_id)

    return tell


def _tied(event: str, *ends: str) -> Teller:
    """Conversations were merged or split, or that was undone: whole as they are read now, and the other end's id."""

    def tell(fact: Fact) -> Iterator[News]:
        known, other = (fact.told[end] for end in ends)
        one = _conversations().filter(pk=known).first()
        changed = _conversations().filter(pk=one.record_id).first() if one else None
        reference = Conversation.objects.filter(pk=other).first()
        if changed and reference:
            named = {"id": reference.pk, "reference": reference.reference}
            yield _of(changed, event, {"conversation": shapes.conversation(changed), "other": named, "by": _by(fact)})

    return tell


def _case(event: str, with_conversation: bool = False) -> Teller:
    """Something became of a case: as it is now."""

    def tell(fact: Fact) -> Iterator[News]:
        case = Case.objects.select_related("customer__root", "brand").filter(pk=fact.told["case_id"]).first()
        if case is None:
            return
        data: Shape = {"case": shapes.case(case)}
        if with_conversation:
            one = _conversations().filter(pk=fact.told["conversation_id"]).first()
            if one is None:
                return
            data["conversation"] = shapes.conversation(one)
        if "by" in fact.told:
            data["by"] = _by(fact)
        yield News(event, frozenset({case.brand_id}), data, lane=str(case.pk), customer=case.customer_id)

    return tell


def _promise(event: str, *more_told: str) -> Teller:
    """Something became of a promise: as it is now."""

    def tell(fact: Fact) -> Iterator[News]:
        promise = Promise.objects.named().filter(pk=fact.told["promise_id"]).first()
        if promise is None:
            return
        data: Shape = {"promise": shapes.promise(promise), **{name: fact.told[name] for name in more_told}}
        if "by" in fact.told:
            data["by"] = _by(fact)
        yield News(event, frozenset({promise.brand_id}), data, lane=str(promise.pk), customer=promise.customer_id)

    return tell


_TELLERS: dict[str, tuple[Teller, tuple[str, ...]]] = {
    "MessageReceived": (_message_received, ("conversation.opened", "message.received")),
    "MessageChanged": (_message_changed, ("message.edited", "message.deleted", "message.reacted")),
    "MessageWritten": (_message_written, ("note.written",)),
    "DeliverySettled": (_delivery_settled, ("message.sent", "delivery.settled")),
    "ConversationAssigned": (_changed("conversation.assigned"), ("conversation.assigned",)),
    "ConversationClosed": (_changed("conversation.closed"), ("conversation.closed",)),
    "ConversationReopened": (_changed("conversation.reopened"), ("conversation.reopened",)),
    "ConversationSnoozed": (_changed("conversation.snoozed", "until"), ("conversation.snoozed",)),
    "ConversationWoken": (_changed("conversation.woken", "why"), ("conversation.woken",)),
    "ConversationsMerged": (_tied("conversation.merged", "kept_id", "merged_id"), ("conversation.merged",)),
    "ConversationsUnmerged": (_tied("conversation.unmerged", "kept_id", "merged_id"), ("conversation.unmerged",)),
    "ConversationSplitOff": (_tied("conversation.split", "conversation_id", "made_id"), ("conversation.split",)),
    "ConversationSplitUndone": (_tied("conversation.unsplit", "conversation_id", "made_id"), ("conversation.unsplit",)),
    "ConversationTagged": (_changed("conversation.tagged", "tag"), ("conversation.tagged",)),
    "ConversationUntagged": (_changed("conversation.untagged", "tag"), ("conversation.untagged",)),
    "CaseOpened": (_case("case.opened"), ("case.opened",)),
    "ConversationJoinedCase": (_case("case.joined", with_conversation=True), ("case.joined",)),
    "ConversationLeftCase": (_case("case.left", with_conversation=True), ("case.left",)),
    "CaseContacted": (_case("case.contacted"), ("case.contacted",)),
    "CaseClosed": (_case("case.closed"), ("case.closed",)),
    "CaseReopened": (_case("case.reopened"), ("case.reopened",)),
    "PromiseMade": (_promise("promise.made"), ("promise.made",)),
    "PromiseMoved": (_promise("promise.moved"), ("promise.moved",)),
    "PromiseNearlyLate": (_promise("promise.nearly_late"), ("promise.nearly_late",)),
    "PromiseLate": (_promise("promise.late"), ("promise.late",)),
    "PromiseKept": (_promise("promise.kept"), ("promise.kept",)),
    "PromiseWithdrawn": (_promise("promise.withdrawn", "because"), ("promise.withdrawn",)),
    "PromiseReopened": (_promise("promise.reopened"), ("promise.reopened",)),
    "CustomersMerged": (_joined("customer.merged"), ("customer.merged",)),
    "CustomersUnmerged": (_joined("customer.unmerged"), ("customer.unmerged",)),
}

# Which events each fact can make, for the reference.
EVENTS_OF = {name: events for name, (_, events) in _TELLERS.items()}


def _saying(event: str, said: Message, **more: object) -> News:
    conversation = said.conversation.record
    data = {"conversation": shapes.conversation(conversation), "message": shapes.message(said), **more}
    return _of(conversation, event, data)


def _of(conversation: Conversation, event: str, data: Shape) -> News:
    brands = frozenset({conversation.brand_id})
    return News(event, brands, data, lane=str(conversation.pk), customer=conversation.customer_id)


def _by(fact: Fact) -> Shape | None:
    """The person or token who did it; None: the customer's own message."""
    known = fact.told["by"]
    if not known:
        return None
    person = Person.objects.filter(pk=known).first() or Token.objects.filter(pk=known).first()
    return shapes.named(person)


def _message(message_id: str) -> Message | None:
    return _messages().filter(pk=message_id).first()


def _messages() -> QuerySet[Message]:
    whole = ("customer__root", "account", "brand", "assignee", "case")
    above = (f"conversation__{one}" for one in whole)
    rows = Message.objects.select_related("account", "delivery", "by_person", "by_token", *above)
    return rows.defer("words", "html", "own_html", "delivery__outbound").prefetch_related("attachments")


def _conversations() -> Conversations:
    return with_tags(Conversation.objects.select_related("customer__root", "account", "brand", "assignee", "case"))
