"""Channels that are looked at by the clock, as their provider calls nobody: what is found and not here yet is kept as
everything that comes in. So are the messages that providers approve."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from ninelives.channels.actions import store
from ninelives.channels.looks import What, is_unset, note
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope, Found, SendProblem
from ninelives.channels.registry import LOOKED_AT, TEMPLATED
from ninelives.channels.templates import fetch_templates
from ninelives.foundation.secrets import SecretLostError

# What was said before the account was made, and no longer ago than this, waits for an answer as well.
FRESH = timedelta(days=7)
_CHUNK = 500

log = logging.getLogger(__name__)


def look_around(*, is_thorough: bool) -> int:
    """Look at every account that has to be looked at; how much was new. Where one cannot be, the others are."""
    return sum(_look(account, is_thorough) for account in _active(LOOKED_AT))


def fetch_all_templates() -> int:
    """Of every account whose provider approves messages beforehand; how many there are."""
    return sum(_fetch_templates(account) for account in _active(TEMPLATED))


def look_at(account_id: UUID) -> None:
    """An account is new, or was told something: nobody waits for the clock."""
    for account in _active({*LOOKED_AT, *TEMPLATED}).filter(pk=account_id):
        if account.kind in LOOKED_AT:
            _look(account, is_thorough=True)
        if account.kind in TEMPLATED:
            _fetch_templates(account)


def _active(kinds: Iterable[str]) -> QuerySet[ChannelAccount]:
    return ChannelAccount.objects.filter(kind__in=kinds, is_active=True).select_related("brand").order_by("pk")


def _look(account: ChannelAccount, is_thorough: bool) -> int:
    # The first look is a thorough one.
    is_first = not Receipt.objects.filter(account=account).exists()
    with _noted(account, What.INPUT):
        view, since = account.view(), account.created_at - FRESH
        return _keep(account, LOOKED_AT[account.kind].look(view, since, is_thorough=is_thorough or is_first))
    return 0


def _fetch_templates(account: ChannelAccount) -> int:
    with _noted(account, What.TEMPLATES):
        return fetch_templates(account)
    return 0


@contextmanager
def _noted(account: ChannelAccount, what: What) -> Iterator[None]:
    """What went wrong is told on a screen, and stops no other look."""
    try:
        yield
    except SendProblem as problem:
        # The words of a provider may name somebody, so no log has them; its kind and ours do not.
        level = logging.INFO if is_unset(problem) else logging.WARNING
        log.log(level, "%s %s cannot be asked for %s: %s", account.kind, account.pk, what, type(problem).__name__)
        note(account, what, problem)
    except SecretLostError:
        log.warning("%s %s: its secrets cannot be read", account.kind, account.pk)
        note(account, what, code="account_secret_lost")
    else:
        note(account, what)


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
