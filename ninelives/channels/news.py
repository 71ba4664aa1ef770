"""News of what we sent: a status only moves forward, and news that comes before its time is kept until it is due."""

from datetime import timedelta

from django.db import connection, transaction

from ninelives.channels.events import DeliverySettled
from ninelives.channels.models import ChannelAccount, Delivery, EarlyNews
from ninelives.channels.protocol import DeliveryNews, InboundStatus
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable

KEEP_EARLY = timedelta(days=1)
_LOCKS = 29_903

# A later row may replace an earlier one, never the other way.
_MAY_BECOME = {
    DeliveryNews.SENT: ["sending", "uncertain"],
    DeliveryNews.DELIVERED: ["sending", "sent", "uncertain"],
    DeliveryNews.READ: ["sending", "sent", "uncertain", "delivered"],
    DeliveryNews.FAILED: ["sending", "sent", "uncertain"],
}


@transaction.atomic(savepoint=False)
def take_news(account: ChannelAccount, status: InboundStatus) -> bool:
    """News of something we sent. False when it is not ours, or not yet."""
    ids = [one for one in (status.told_id, status.external_id) if one]
    if not ids:
        return False
    if status.external_id:
        one_at_a_time(account, status.external_id)
    delivery = _delivery(account, ids)
    if delivery is None:
        _keep(account, status)
        return False
    _move(delivery, status)
    return True


def one_at_a_time(account: ChannelAccount, provider_id: str) -> None:
    """The end of a call and news of it may come at the same moment: who is second sees what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCKS, f"{account.pk}:{provider_id}"])


def take_early_news(delivery: Delivery) -> None:
    """What was told of it before we knew its id."""
    if not delivery.provider_id:
        return
    told = EarlyNews.objects.filter(account=delivery.account_id, provider_id=delivery.provider_id)
    for one in told.order_by("at", "id"):
        _move(delivery, InboundStatus(one.provider_id, DeliveryNews(one.news), one.reason))
    told.delete()


def prune_early_news() -> None:
    EarlyNews.objects.filter(at__lt=now() - KEEP_EARLY).delete()


def _delivery(account: ChannelAccount, ids: list[str]) -> Delivery | None:
    ours = Delivery.objects.filter(account=account)
    return ours.filter(external_id__in=ids).first() or ours.filter(provider_id__in=ids).first()


def _keep(account: ChannelAccount, status: InboundStatus) -> None:
    """Of something that is not ours, it is forgotten after a day."""
    EarlyNews.objects.bulk_create(
        [
            EarlyNews(
                account=account,
                provider_id=storable(status.external_id),
                news=status.news,
                reason=storable(status.reason)[:500],
            )
        ],
        ignore_conflicts=True,
    )


def _move(delivery: Delivery, status: InboundStatus) -> None:
    forward = Delivery.objects.filter(pk=delivery.pk, state__in=_MAY_BECOME[status.news])
    changed = {"state": status.news.value, "reason": storable(status.reason)[:500], "settled_at": now()}
    if status.told_id and status.external_id and not delivery.provider_id:
        # No answer came to the call: this is how we learn its id.
        changed["provider_id"] = storable(status.external_id)
    if forward.update(**changed):
        announce(DeliverySettled(delivery.pk, status.news.value))
