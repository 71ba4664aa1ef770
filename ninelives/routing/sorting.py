"""Which queue a conversation comes into: the first whose description it fits."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ninelives.conversations.models import Conversation, Tagging
from ninelives.routing.models import Queue

# Seconds; that there is no queue is looked for again sooner, as the first one is waited for.
_REMEMBER, _REMEMBER_NONE = 5.0, 0.5
_remembered: tuple[float, tuple["Description", ...]] | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a queue takes; what is empty takes all."""

    queue: Queue
    kinds: frozenset[str]
    languages: frozenset[str]
    accounts: frozenset[UUID]
    tags: frozenset[UUID]

    def takes(self, conversation: Conversation, tags: frozenset[UUID]) -> bool:
        language = _language(conversation) if self.languages else ""
        return self.fits(conversation.brand_id, conversation.account.kind, conversation.account_id, language, tags)

    def fits(self, brand: UUID, kind: str, account: UUID, language: str, tags: frozenset[UUID]) -> bool:
        return (
            self.queue.brand_id == brand
            and (not self.kinds or kind in self.kinds)
            and (not self.accounts or account in self.accounts)
            and (not self.languages or language in self.languages)
            and (not self.tags or bool(self.tags & tags))
        )


def descriptions() -> tuple[Description, ...]:
    """Of the queues in use, in order; remembered for a few seconds, as every message asks."""
    global _remembered
    if _remembered is None or time.monotonic() - _remembered[0] > (_REMEMBER if _remembered[1] else _REMEMBER_NONE):
        _remembered = (time.monotonic(), described(Queue.objects.in_use()))
    return _remembered[1]


def described(queues: Iterable[Queue]) -> tuple[Description, ...]:
    found = Queue.objects.filter(pk__in=[one.pk for one in queues]).select_related("brand")
    found = found.prefetch_related("accounts", "tags").order_by("position", "created_at")
    return tuple(
        Description(
            one,
            frozenset(one.kinds),
            frozenset(one.languages),
            frozenset(account.pk for account in one.accounts.all()),
            frozenset(tag.pk for tag in one.tags.all()),
        )
        for one in found
    )


def forget_descriptions() -> None:
    global _remembered
    _remembered = None


def queue_for(conversation: Conversation, among: tuple[Description, ...] | None = None) -> Queue | None:
    """None: no queue takes it, and whoever wants it takes it from the list."""
    among = descriptions() if among is None else among
    tags = _tags(conversation) if any(one.tags for one in among) else frozenset()
    return next((one.queue for one in among if one.takes(conversation, tags)), None)


def _tags(conversation: Conversation) -> frozenset[UUID]:
    on = Tagging.objects.filter(conversation=conversation, ended_at=None)
    return frozenset(on.values_list("tag_id", flat=True))


def _language(conversation: Conversation) -> str:
    customer = conversation.customer
    return customer.record.language or customer.language or conversation.brand.language
