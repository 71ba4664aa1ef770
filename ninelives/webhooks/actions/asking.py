"""A person or a machine asks for a call: a test, or once more what was told before."""

from django.db import transaction
from django.db.models import QuerySet

from ninelives.foundation.announcing import FACTS
from ninelives.foundation.clock import now
from ninelives.foundation.live import wake
from ninelives.webhooks.catalogue import TEST
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.telling import as_body

State = Call.State


class NotActiveError(Exception):
    """The webhook is not called now; there is nothing to ask for."""


@transaction.atomic
def test(webhook: Webhook) -> Call:
    """Call it with nothing but a sign of life. Raises NotActiveError."""
    if not webhook.is_active:
        raise NotActiveError
    moment = now()
    payload = as_body(TEST, moment, {"webhook": {"id": webhook.pk}})
    call = Call.objects.create(webhook=webhook, event=TEST, payload=payload, occurred_at=moment)
    wake(FACTS)
    return call


@transaction.atomic
def call_again(call: Call) -> bool:
    """The same call, under the same id and with the same words, from the beginning. False while it is under way.

    Raises NotActiveError.
    """
    if not call.webhook.is_active:
        raise NotActiveError
    idle = Call.objects.filter(pk=call.pk).exclude(state=State.CALLING)
    return bool(_wait_anew(idle))


@transaction.atomic
def call_all_again(webhook: Webhook) -> int:
    """All that failed or was given up, as after an outage at the other side; how many. Raises NotActiveError."""
    if not webhook.is_active:
        raise NotActiveError
    return _wait_anew(webhook.calls.filter(state__in=(State.FAILED, State.GAVE_UP)))


def _wait_anew(calls: QuerySet[Call]) -> int:
    again = calls.update(state=State.WAITING, due_at=now(), attempts=0, ended_at=None)
    wake(FACTS)
    return again
