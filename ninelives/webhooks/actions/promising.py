"""Promising another system to tell it things: making, changing and ending a webhook, and its secret."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from ninelives.accounts.models import Actor, Brand, by
from ninelives.accounts.queries import organisation
from ninelives.foundation import outgoing, reading
from ninelives.foundation.announcing import FACTS, announce
from ninelives.foundation.clock import now
from ninelives.foundation.live import wake
from ninelives.foundation.outgoing import Allowed
from ninelives.foundation.secrets import seal
from ninelives.webhooks.actions.taking_facts import READER
from ninelives.webhooks.catalogue import EVENTS, EVERYTHING
from ninelives.webhooks.events import WebhookDisabled
from ninelives.webhooks.models import Webhook
from ninelives.webhooks.signing import new_secret

# As long does the earlier secret sign along after a new one was made.
BOTH_SIGN = timedelta(hours=24)
# The demo is tried out on one machine.
_OWN_MACHINE = ("127.0.0.0/8", "::1")


class UnknownEventsError(Exception):
    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NoEventsError(Exception):
    """A webhook that is told nothing is none."""


def allowed() -> Allowed:
    """The places inside that webhooks may be at."""
    own = _OWN_MACHINE if organisation().is_demo else ()
    return Allowed.of((*settings.OUTGOING_ALLOW, *own))


@transaction.atomic
def promise(url: str, events: Iterable[str], *, actor: Actor | None, brand: Brand | None = None) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is not shown again. Without an actor it was whoever runs the server.

    Raises outgoing.NotCalled, UnknownEventsError, NoEventsError.
    """
    url, wanted = _checked(url), _known(events)
    reading.begin(READER)
    secret = new_secret()
    webhook = Webhook.objects.create(url=url, events=wanted, brand=brand, secret=seal(secret), **by(actor))
    # Awake, so that the first fact after this one is seen.
    wake(FACTS)
    return webhook, secret


@transaction.atomic
def change(
    webhook: Webhook,
    *,
    url: str | None = None,
    events: Iterable[str] | None = None,
    is_active: bool | None = None,
) -> Webhook:
    """Change what is given and leave the rest. Raises as `promise` does."""
    changed: dict[str, Any] = {}
    if url is not None and url.strip() != webhook.url:
        changed |= {"url": _checked(url), "failing_since": None, "rests_until": None}
    if events is not None:
        changed["events"] = _known(events)
    if is_active is not None and is_active != webhook.is_active:
        changed |= _woken() if is_active else {"is_active": False, "reason": Webhook.Reason.PAUSED}
    if changed:
        Webhook.objects.filter(pk=webhook.pk).update(**changed)
        wake(FACTS)
    webhook.refresh_from_db()
    return webhook


def forget(webhook: Webhook) -> None:
    """End it, its calls and all that was told."""
    Webhook.objects.filter(pk=webhook.pk).delete()


@transaction.atomic
def renew_secret(webhook: Webhook) -> str:
    """A new secret, not shown again. The earlier one signs along for a day."""
    secret = new_secret()
    # Locked, so that of two who do so at once the second retires the first one's and not the one before.
    locked = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    locked.earlier_secret, locked.earlier_until = locked.secret, now() + BOTH_SIGN
    locked.secret = seal(secret)
    locked.save(update_fields=["secret", "earlier_secret", "earlier_until"])
    webhook.refresh_from_db()
    return secret


def disable(webhook: Webhook, reason: str) -> bool:
    """Call it no more until a person says so. False when that was so already."""
    if not Webhook.objects.filter(pk=webhook.pk, is_active=True).update(is_active=False, reason=reason):
        return False
    announce(WebhookDisabled(webhook.pk, reason))
    return True


def _woken() -> dict[str, Any]:
    """What happened while it slept is not told; what was to be told before that is."""
    fresh = {"reason": "", "failing_since": None, "rests_until": None, "listens_since": now()}
    return {"is_active": True, **fresh}


def _checked(url: str) -> str:
    outgoing.check(url.strip(), allowed())
    return url.strip()


def _known(events: Iterable[str]) -> list[str]:
    named = list(dict.fromkeys(events))
    unknown = [name for name in named if name not in EVENTS and name != EVERYTHING]
    if unknown:
        raise UnknownEventsError(unknown)
    if not named:
        raise NoEventsError
    return named
