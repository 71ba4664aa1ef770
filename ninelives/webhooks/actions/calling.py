"""The calls themselves: which may be made now, the try written down before it is made, and what came of it.

A call is claimed by the row. Whoever is killed in the middle leaves it claimed with a lease: when that is over the call
is made again, under the same id. Calls about one conversation are begun in order; one that failed waits by itself and
holds nobody up.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from ninelives.accounts.models import Brand
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.live import signal
from ninelives.foundation.secrets import SecretLostError, unseal
from ninelives.foundation.text import storable
from ninelives.webhooks.actions.promising import disable
from ninelives.webhooks.events import CallGaveUp
from ninelives.webhooks.models import Attempt, Call, Webhook

State = Call.State

# As the specification recommends: after so long the next try, three days in all.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
# A tenth more, by chance: whom we bring down all at once, all at once we shall not find again.
JITTER = 0.1
# Longer than any call can take, the question for its address included.
LEASE = timedelta(minutes=2)
AT_ONCE = 4
# Whoever asks to be left alone is, for at most so long.
LONGEST_REST = timedelta(hours=1)
LATEST = timedelta(hours=24)
KEPT_OF_AN_ANSWER = 1000
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Errand:
    """What whoever makes a call must know; no database is needed for it."""

    call: UUID
    webhook: UUID
    attempt: int
    count: int
    url: str
    secrets: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a try: a status, or (`reason`) why there was none."""

    status: int | None = None
    reason: str = ""
    detail: str = ""
    body: bytes = b""
    # What the header Retry-After said.
    retry_after: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def claim(under_way: Mapping[UUID, int], most: int) -> list[Errand]:
    """Calls that may be made now, at most so many; each webhook has at most AT_ONCE under way."""
    errands: list[Errand] = []
    for webhook in _waited_for():
        # One at a time for whoever does not answer well: it shall not take the places of others.
        lanes = (1 if webhook.failing_since else AT_ONCE) - under_way.get(webhook.pk, 0)
        free = min(lanes, most - len(errands))
        if free > 0:
            errands += _claim(webhook, free)
    return errands


@transaction.atomic
def recover() -> int:
    """Those whose caller was killed: nobody knows whether they were heard, so they are made again."""
    lost = Call.objects.filter(state=State.CALLING, due_at__lt=now())
    return lost.update(state=State.FAILED, due_at=now())


def forget_calls() -> int:
    """What was told long ago is told nobody again."""
    return Call.objects.filter(created_at__lt=now() - KEPT).delete()[0]


@transaction.atomic(savepoint=False)
def conclude(errand: Errand, heard: Heard) -> None:
    """Write down what came of a try, and what follows."""
    # Locked, so that of several calls that end at once each sees what the others found out.
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=errand.webhook).first()
    if webhook is None:
        return
    _end_attempt(errand, heard)
    _tell_screens(webhook)
    mine = Call.objects.filter(pk=errand.call, state=State.CALLING, attempts=errand.count)
    if heard.is_good:
        mine.update(state=State.SUCCEEDED, ended_at=now())
        Webhook.objects.filter(pk=webhook.pk).exclude(failing_since=None).update(failing_since=None)
        return
    _after_failure(webhook, mine.first(), heard)


def _waited_for() -> list[Webhook]:
    due = Call.objects.filter(webhook=OuterRef("pk"), state__in=(State.WAITING, State.FAILED), due_at__lte=now())
    rested = Q(rests_until=None) | Q(rests_until__lte=now())
    # By chance, so that none is always the last to get one of the places.
    return list(Webhook.objects.filter(rested, Exists(due), is_active=True).order_by("?"))


@transaction.atomic
def _claim(webhook: Webhook, most: int) -> list[Errand]:
    try:
        secrets = _secrets(webhook)
    except SecretLostError:
        disable(webhook, Webhook.Reason.SECRET_LOST)
        return []
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMED, {"webhook": webhook.pk, "now": moment, "until": moment + LEASE, "most": most})
        claimed = sorted(cursor.fetchall())
    attempts = Attempt.objects.bulk_create(Attempt(call_id=call, started_at=moment) for call, _, _ in claimed)
    return [
        Errand(call, webhook.pk, attempt.pk, count, webhook.url, secrets, payload.encode())
        for (call, count, payload), attempt in zip(claimed, attempts, strict=True)
    ]


# What an earlier call about the same conversation has not told yet, a later one may not tell. Chosen once, before any
# is changed: as a condition it may be asked anew for each row, and each time chooses others.
_CLAIMED = """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM webhooks_call AS mine
        WHERE webhook_id = %(webhook)s AND state IN ('waiting', 'failed') AND due_at <= %(now)s
          AND (lane = '' OR NOT EXISTS (
              SELECT FROM webhooks_call AS other
              WHERE other.webhook_id = mine.webhook_id AND other.lane = mine.lane AND other.id < mine.id
                AND other.state IN ('waiting', 'calling')
          ))
        ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE webhooks_call SET state = 'calling', due_at = %(until)s, attempts = attempts + 1
    FROM chosen WHERE webhooks_call.id = chosen.id
    RETURNING webhooks_call.id, attempts, payload
"""


def _secrets(webhook: Webhook) -> tuple[str, ...]:
    sealed = [webhook.secret]
    if webhook.earlier_until and webhook.earlier_until > now():
        sealed.append(webhook.earlier_secret)
    return tuple(map(unseal, sealed))


def _end_attempt(errand: Errand, heard: Heard) -> None:
    Attempt.objects.filter(pk=errand.attempt).update(
        ended_at=now(),
        status=heard.status,
        reason="" if heard.is_good else heard.reason or "status",
        detail=storable(heard.detail)[:500],
        answer=storable(heard.body.decode("utf-8", "replace")),
    )


def _after_failure(webhook: Webhook, call: Call | None, heard: Heard) -> None:
    asked = min(_asked_for(heard), LATEST)
    changed = {"failing_since": webhook.failing_since or now()}
    if asked:
        changed["rests_until"] = now() + min(asked, LONGEST_REST)
    Webhook.objects.filter(pk=webhook.pk).update(**changed)
    if heard.status == 410:
        disable(webhook, Webhook.Reason.GONE)
    if call is None:
        return
    if heard.status == 410 or call.attempts > len(PAUSES):
        _give_up(webhook, call)
    else:
        pause = PAUSES[call.attempts - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 - no secret
        Call.objects.filter(pk=call.pk).update(state=State.FAILED, due_at=now() + max(pause, asked))


def _give_up(webhook: Webhook, call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(state=State.GAVE_UP, ended_at=now())
    announce(CallGaveUp(call.pk, webhook.pk))
    began = call.tries.order_by("-id")[call.attempts - 1].started_at
    # In all the days of this call nothing else succeeded either.
    if webhook.failing_since and webhook.failing_since <= began + LEASE:
        disable(webhook, Webhook.Reason.FAILING)


def _tell_screens(webhook: Webhook) -> None:
    # Whoever may see those of every brand hears what is said to any.
    audience = webhook.brand_id or Brand.objects.order_by("pk").values_list("pk", flat=True).first()
    signal(f"webhook:{webhook.pk}", str(audience))


def _asked_for(heard: Heard) -> timedelta:
    """The rest that Retry-After asks for: seconds, or a date."""
    text = heard.retry_after.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), LATEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now())
