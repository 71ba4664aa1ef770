"""The way out: what is due is claimed, the attempt written down, the call made, the end written down.

Deliveries are their own queue (rows, not jobs), so that being killed at any point leaves a row that says where we
were: `sending` past its lease means the call may have been made.
"""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ninelives.channels import documents
from ninelives.channels.events import DeliverySettled
from ninelives.channels.models import Delivery, DeliveryAttempt
from ninelives.channels.news import one_at_a_time, take_early_news
from ninelives.channels.protocol import NotConfigured, Refused, SendProblem, TryLater, Uncertain
from ninelives.channels.registry import CHANNELS, channel
from ninelives.foundation import files
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.live import audience_of, signal
from ninelives.foundation.secrets import SecretLostError

# Longer than any adapter's time-outs together.
LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = 12

State = Delivery.State

log = logging.getLogger(__name__)


def deliver_due(limit: int = 20) -> int:
    """Send what is due; how many were tried."""
    _bring_near()
    _recover()
    tried = 0
    due = _due().filter(due_at__lte=now()).order_by("due_at", "id")
    # With all that the call needs: between its beginning and the call nothing may fail or take time, as nobody would
    # know afterwards whether it was made.
    for delivery in due.select_related("account__brand").prefetch_related("account__settings")[:limit]:
        tried += deliver(delivery)
    return tried


def _due() -> QuerySet[Delivery]:
    """What may go, leaving out what would overtake something that is said to the same customer on such a channel."""
    waiting = Delivery.objects.filter(state=State.WAITING)
    kinds = [kind for kind, speaks in CHANNELS.items() if speaks.abilities.in_order]
    earlier = Delivery.objects.filter(
        account=OuterRef("account"),
        outbound__to=OuterRef("outbound__to"),
        state__in=[State.WAITING, State.SENDING],
        id__lt=OuterRef("id"),
    )
    return waiting.exclude(Q(account__kind__in=kinds) & Exists(earlier))


def next_due() -> float:
    """Seconds until the next one is due, at most a minute."""
    first = _due().order_by("due_at").values_list("due_at", flat=True).first()
    return 60.0 if first is None else min(60.0, max(0.0, (first - now()).total_seconds()))


def deliver(delivery: Delivery) -> bool:
    """One try. False when somebody else has it."""
    attempt = _begin(delivery)
    if attempt is None:
        return False
    try:
        provider_id = channel(delivery.account.kind).send(
            documents.read(delivery.outbound), delivery.account.view(), files.content
        )
    except SendProblem as problem:
        _end(delivery, attempt, *_consequence(delivery, problem), reason=problem.reason)
    except (SecretLostError, FileNotFoundError) as lost:
        _end(delivery, attempt, State.FAILED, reason=f"{type(lost).__name__}: {lost}")
    except Exception as fault:  # noqa: BLE001 - a fault in one adapter may stop no other delivery
        log.error("delivery %s: %s", delivery.pk, type(fault).__name__)
        # It may have left before the fault: a person decides about another try.
        _end(delivery, attempt, State.UNCERTAIN, reason=f"{type(fault).__name__}: {fault}")
    else:
        _end(delivery, attempt, State.SENT, provider_id=provider_id)
    return True


@transaction.atomic
def _begin(delivery: Delivery) -> DeliveryAttempt | None:
    claimed = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
        state=State.SENDING, due_at=now() + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    delivery.refresh_from_db(fields=["state", "due_at", "attempts"])
    return DeliveryAttempt.objects.create(delivery=delivery)


def _consequence(delivery: Delivery, problem: SendProblem) -> tuple[str, timedelta | None]:
    """The state this problem leads to and, if it is tried again, after how long."""
    may_repeat = channel(delivery.account.kind).abilities.repeatable
    match problem:
        case Refused():
            return State.FAILED, None
        case TryLater() if delivery.attempts < GIVE_UP_AFTER:
            return State.WAITING, problem.after or _pause(delivery.attempts)
        # Under the same Message-ID a second copy of a mail is recognised as the first one's double.
        case Uncertain() if may_repeat and delivery.attempts < GIVE_UP_AFTER:
            return State.WAITING, _pause(delivery.attempts)
        case Uncertain():
            return State.UNCERTAIN, None
        case NotConfigured():
            return State.HELD, None
    return State.FAILED, None


def _pause(attempts: int) -> timedelta:
    """15 s, 30 s, 1 min … at most 2 hours: about 6 hours over all tries."""
    return min(timedelta(seconds=15 * (1 << (attempts - 1))), timedelta(hours=2))


@transaction.atomic
def _end(
    delivery: Delivery,
    attempt: DeliveryAttempt,
    state: str,
    again_in: timedelta | None = None,
    *,
    reason: str = "",
    provider_id: str = "",
) -> None:
    DeliveryAttempt.objects.filter(pk=attempt.pk).update(ended_at=now(), outcome=state, reason=reason[:2000])
    if provider_id:
        one_at_a_time(delivery.account, provider_id)
    settled = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING).update(
        state=state,
        reason=reason[:500],
        provider_id=provider_id,
        due_at=now() + (again_in or timedelta(0)),
        settled_at=None if again_in else now(),
    )
    if settled:
        announce(DeliverySettled(delivery.pk, state))
    if provider_id:
        _learn(delivery, provider_id)
    if settled and state == State.SENT and channel(delivery.account.kind).abilities.live:
        signal("message", audience_of(documents.read(delivery.outbound).to.address))


def _learn(delivery: Delivery, provider_id: str) -> None:
    """Its id at the provider, also where news of it came before the call had ended."""
    Delivery.objects.filter(pk=delivery.pk, provider_id="").update(provider_id=provider_id)
    delivery.provider_id = provider_id
    take_early_news(delivery)


def _bring_near() -> None:
    """When the clock went back by more than a pause, that pause begins anew: else it would last as long as the jump."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"now": now(), "lease": LEASE.total_seconds()})


_NEAR = """
    WITH far AS (
        SELECT id, state, due_at, coalesce(
            (SELECT max(started_at) FROM channels_deliveryattempt WHERE delivery_id = d.id), created_at
        ) AS began
        FROM channels_delivery d WHERE state IN ('waiting', 'sending') AND due_at > %(now)s
    ), nearer AS (
        SELECT id, due_at, %(now)s + (due_at - began) AS latest FROM far
        WHERE state = 'waiting' AND due_at > began AND began - %(now)s >= due_at - began
        UNION ALL
        SELECT id, due_at, %(now)s + interval '1 second' * %(lease)s FROM far WHERE state = 'sending'
    )
    UPDATE channels_delivery d SET due_at = nearer.latest FROM nearer
    WHERE d.id = nearer.id AND d.due_at = nearer.due_at AND d.due_at > nearer.latest
"""


def _recover() -> None:
    """Those whose sender was killed: send again where that is harmless, else ask a person."""
    for delivery in Delivery.objects.filter(state=State.SENDING, due_at__lt=now()).select_related("account"):
        repeatable = channel(delivery.account.kind).abilities.repeatable
        with transaction.atomic():
            taken = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, due_at=delivery.due_at)
            state = State.WAITING if repeatable else State.UNCERTAIN
            if taken.update(state=state, due_at=now(), reason="interrupted"):
                announce(DeliverySettled(delivery.pk, state))
