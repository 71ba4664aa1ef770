"""Channels that are looked at by the clock, as their provider calls nobody: what is found and not here yet is kept as
everything that comes in."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from ninelives.channels.actions import store
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope, Found, SendProblem
from ninelives.channels.registry import LOOKED_AT
from ninelives.foundation.secrets import SecretLostError

# What was said before the account was made, and no longer ago than this, waits for an answer as well.
FRESH = timedelta(days=7)
_CHUNK = 500

log = logging.getLogger(__name__)


def look_around(*, is_thorough: bool) -> int:
    """Look at every account that has to be looked at; how much was new. Where one cannot be, the others are."""
    accounts = ChannelAccount.objects.filter(kind__in=LOOKED_AT, is_active=True).select_related("brand")
    return sum(_look(account, is_thorough) for account in accounts.order_by("pk"))


def _look(account: ChannelAccount, is_thorough: bool) -> int:
    # The first look is a thorough one.
    is_first = not Receipt.objects.filter(account=account).exists()
    try:
        view, since = account.view(), account.created_at - FRESH
        return _keep(account, LOOKED_AT[account.kind].look(view, since, is_thorough=is_thorough or is_first))
    except (SendProblem, SecretLostError) as problem:
        # The words of a provider may name somebody; its kind and ours do not.
        log.warning("%s %s cannot be looked at: %s", account.kind, account.pk, type(problem).__name__)
        return 0


def _keep(account: ChannelAccount, found: Iterable[Found]) -> int:
    """The oldest first, so that nothing is here before what it answers."""
    everything = {one.key: one for one in found}
    known: set[str] = set()
    keys = list(everything)
    for begin in range(0, len(keys), _CHUNK):
        here = Receipt.objects.filter(account=account, key__in=keys[begin : begin + _CHUNK])
        known.update(here.values_list("key", flat=True))
    new = [one for one in reversed(list(everything.values())) if one.key not in known]
    return sum(store(account, one.raw, Envelope(), key=one.key) for one in new)
