"""Background entrances."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from ninelives.channels.news import prune_early_news
from ninelives.conversations.models import Message
from ninelives.reception import actions, naming, pipeline


@jobs.task(name="reception.check_sender", retry=RetryStrategy(max_attempts=4, exponential_wait=30))
def check_sender(message_id: str) -> None:
    message = Message.objects.select_related("receipt__account__brand", "conversation").filter(pk=UUID(message_id))
    for one in message:
        pipeline.check_sender(one)


@jobs.task(name="reception.fetch_name", retry=RetryStrategy(max_attempts=8, exponential_wait=5))
def fetch_name(message_id: str) -> None:
    rows = Message.objects.select_related("account__brand", "customer", "conversation__root")
    for one in rows.filter(pk=UUID(message_id)):
        naming.fetch_name(one)


@jobs.periodic(cron="47 3 * * *")
@jobs.task(name="reception.prune_visitors")
def prune_visitors(timestamp: int) -> None:
    actions.prune()


@jobs.periodic(cron="17 4 * * *")
@jobs.task(name="reception.prune_early_news")
def prune_early(timestamp: int) -> None:
    prune_early_news()
