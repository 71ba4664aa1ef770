"""News of what we sent: a status only moves forward, and news that comes before its time is kept until it is due."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from ninelives.channels.bodies import text
from ninelives.channels.events import DeliverySettled
from ninelives.channels.models import ChannelAccount, Delivery, EarlyNews
from ninelives.channels.protocol import DeliveryNews, InboundStatus
from ninelives.foundation.address import Address
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
    if status.to and status.up_to:
        return _take_all(account, status, status.to, status.up_to)
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
    if status.with_earlier:
        _take_earlier(delivery, status)
    return True


def one_at_a_time(account: ChannelAccount, provider_id: str) -> None:
    """The end of a call and news of it may come at the same moment: who is second sees what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCKS, f"{account.pk}:{provider_id}"])


def take_early_news(delivery: Delivery) -> None:
    """What was told of it before we knew its id."""
    if not delivery.provider_id:
        return
    ids = [delivery.provider_id, delivery.external_id]
    told = EarlyNews.objects.filter(account=delivery.account_id, provider_id__in=ids)
    for one in told.order_by("at", "id"):
        _move(delivery, InboundStatus(one.provider_id, DeliveryNews(one.news), one.reason))
    told.delete()


def _take_all(account: ChannelAccount, status: InboundStatus, to: Address, up_to: datetime) -> bool:
    """Of all that we sent there until then. What was never surely taken is none of it."""
    sent = [one for one in _sent_to(account, to.value, status.news) if _begun_at(one) <= up_to]
    for delivery in sent:
        if delivery.state == Delivery.State.SENDING:
            # Whether it is taken shows when the call ends.
            _keep(account, replace(status, external_id=delivery.external_id))
        else:
            _move(delivery, status)
    return bool(sent)


def _take_earlier(delivery: Delivery, status: InboundStatus) -> None:
    to = text(delivery.outbound, "to", "address", "value")
    for one in _sent_to(delivery.account, to, status.news):
        if one.pk < delivery.pk and one.state != Delivery.State.SENDING:
            _move(one, replace(status, external_id=one.provider_id, told_id=""))


def _sent_to(account: ChannelAccount, to: str, news: DeliveryNews) -> list[Delivery]:
    """Locked, so that the end of a call waits for what is written of it here, or is seen here."""
    states = [state for state in _MAY_BECOME[news] if state != Delivery.State.UNCERTAIN]
    ours = Delivery.objects.select_for_update(of=("self",)).select_related("account").filter(state__in=states)
    return list(ours.alias(to=Delivery.TO).filter(account=account, to=to).order_by("id"))


def _begun_at(delivery: Delivery) -> datetime:
    """When it was last called out: what the provider noted as its moment is later."""
    begun = delivery.tries.order_by("-started_at").values_list("started_at", flat=True).first()
    return begun or delivery.created_at


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
    if "provider_id" in changed:
        delivery.provider_id = str(changed["provider_id"])
        take_early_news(delivery)
