"""Facts become calls, one for each webhook that wants to hear of it, in the transaction that notes them as read."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from ninelives.accounts.queries import organisation
from ninelives.foundation import reading
from ninelives.foundation.models import Fact
from ninelives.webhooks.catalogue import EVENTS, is_wanted
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.telling import News, as_body, news_of

READER = "webhooks"
BATCH = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    facts: int
    # There are more to come soon.
    is_behind: bool


@transaction.atomic
def take_facts() -> Taken:
    """Read on, and write the calls that follow."""
    webhooks = list(Webhook.objects.filter(is_active=True))
    read = reading.read_on(READER, BATCH)
    with translation.override(organisation().language):
        calls = [call for fact in read.facts for call in _calls(fact, webhooks)]
    # Read twice (after a restore, say), a fact is told once.
    Call.objects.bulk_create(calls, ignore_conflicts=True)
    return Taken(len(read.facts), read.is_behind)


def _calls(fact: Fact, webhooks: list[Webhook]) -> list[Call]:
    listening = [webhook for webhook in webhooks if webhook.listens_since <= fact.occurred_at]
    wanted = {event for event in EVENTS if any(is_wanted(event, webhook.events) for webhook in listening)}
    if not wanted:
        return []
    return [call for news in _news(fact, wanted) for call in _to_each(fact, news, listening)]


def _news(fact: Fact, wanted: Iterable[str]) -> list[News]:
    try:
        with transaction.atomic():
            return news_of(fact, wanted)
    except (LookupError, TypeError, ValueError, ValidationError) as fault:
        # Facts outlive the version that wrote them: one that cannot be read stops none of the others.
        log.error("fact %s (%s) cannot be told: %s", fact.pk, fact.name, type(fault).__name__)
        return []


def _to_each(fact: Fact, news: News, webhooks: list[Webhook]) -> list[Call]:
    interested = [
        webhook
        for webhook in webhooks
        if is_wanted(news.event, webhook.events) and (webhook.brand_id is None or webhook.brand_id in news.brands)
    ]
    if not interested:
        return []
    payload = as_body(news.event, fact.occurred_at, news.data)
    return [
        Call(
            webhook=webhook,
            event=news.event,
            fact=fact.pk,
            lane=news.lane,
            customer=news.customer,
            payload=payload,
            occurred_at=fact.occurred_at,
        )
        for webhook in interested
    ]
