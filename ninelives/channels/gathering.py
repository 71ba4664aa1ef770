"""Files that a provider told of and did not send along: each is fetched by a step of its own, and tried again.

A message never waits for its pictures. Rows are their own queue, as deliveries are.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import F, QuerySet

from ninelives.channels.events import MediaFetched
from ninelives.channels.models import ChannelAccount, MediaFetch
from ninelives.channels.protocol import Drawing, InboundFile, NotConfigured, SendProblem, TryLater, Uncertain
from ninelives.channels.registry import CHANNELS, channel
from ninelives.foundation import files
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.live import wake
from ninelives.foundation.models import File
from ninelives.foundation.secrets import SecretLostError
from ninelives.foundation.text import storable

FETCHES = "fetches"
# Longer than an adapter's time-outs together.
LEASE = timedelta(minutes=10)
GIVE_UP_AFTER = 10

State = MediaFetch.State

_DRAWN = [kind for kind, speaks in CHANNELS.items() if isinstance(speaks, Drawing)]

log = logging.getLogger(__name__)


def ask_for(account: ChannelAccount, file: InboundFile) -> MediaFetch:
    """Write down that it is to be fetched, in the caller's transaction."""
    asked = MediaFetch.objects.create(
        account=account,
        reference=file.reference,
        name=storable(file.name)[:200],
        media_type=storable(file.media_type)[:120],
    )
    wake(FETCHES)
    return asked


def fetch_due(limit: int = 8) -> int:
    """Fetch what is due; how many were tried."""
    return _do_due(_fetched(), limit)


def draw_due(limit: int = 8) -> int:
    """As `fetch_due`, of what is made here: pages of a letter take the processor, and no other file waits for them."""
    return _do_due(_drawn(), limit)


def next_fetch() -> float:
    """Seconds until the next one is due, at most a minute."""
    return _next(_fetched())


def next_drawing() -> float:
    return _next(_drawn())


@transaction.atomic
def fetch_again(asked: MediaFetch) -> bool:
    """Somebody wants another try."""
    changed = MediaFetch.objects.filter(pk=asked.pk, state=State.FAILED).update(
        state=State.WAITING, due_at=now(), attempts=0, reason="", settled_at=None
    )
    wake(FETCHES)
    return bool(changed)


def fetch(asked: MediaFetch) -> bool:
    """One try. False when somebody else has it. Whoever is killed in the middle leaves it due when the lease is over:
    to fetch twice does no harm."""
    mine = MediaFetch.objects.filter(pk=asked.pk, state=State.WAITING, due_at=asked.due_at, attempts=asked.attempts)
    if not mine.update(attempts=F("attempts") + 1, due_at=now() + LEASE):
        return False
    asked.attempts += 1
    told = InboundFile(asked.name, asked.media_type, reference=asked.reference)
    try:
        came = _come(asked.account, told)
    except (TryLater, Uncertain, NotConfigured) as problem:
        _try_later(asked, problem)
    except (SendProblem, SecretLostError) as problem:
        _fail(asked, getattr(problem, "reason", "secret_lost"))
    except (DatabaseError, InterfaceError):
        raise  # The database is in trouble, not this file.
    except Exception as fault:  # noqa: BLE001 - a fault in one adapter may stop no other fetch
        log.error("fetch %s: %s", asked.pk, type(fault).__name__)
        _fail(asked, f"{type(fault).__name__}: {fault}")
    else:
        _keep(asked, came)
    return True


def _fetched() -> QuerySet[MediaFetch]:
    return MediaFetch.objects.filter(state=State.WAITING).exclude(account__kind__in=_DRAWN)


def _drawn() -> QuerySet[MediaFetch]:
    return MediaFetch.objects.filter(state=State.WAITING, account__kind__in=_DRAWN)


def _do_due(waiting: QuerySet[MediaFetch], limit: int) -> int:
    due = waiting.filter(due_at__lte=now()).order_by("due_at", "id")
    return sum(fetch(one) for one in due.select_related("account__brand")[:limit])


def _next(waiting: QuerySet[MediaFetch]) -> float:
    first = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    return 60.0 if first is None else min(60.0, max(0.0, (first - now()).total_seconds()))


def _come(account: ChannelAccount, told: InboundFile) -> InboundFile:
    speaks = channel(account.kind)
    if isinstance(speaks, Drawing):
        return speaks.draw(told, files.content, _kept)
    return speaks.fetch(told, account.view(), _kept)


def _kept(pieces: Iterable[bytes]) -> str:
    return files.receive(pieces).sha256


def _try_later(asked: MediaFetch, problem: SendProblem) -> None:
    if asked.attempts >= GIVE_UP_AFTER:
        _fail(asked, problem.reason)
        return
    # 5 s, 10 s … at most an hour: about an hour and a half over all tries.
    pause = min(timedelta(seconds=5 * (1 << (asked.attempts - 1))), timedelta(hours=1))
    after = getattr(problem, "after", None) or pause
    MediaFetch.objects.filter(pk=asked.pk, state=State.WAITING).update(
        due_at=now() + after, reason=storable(problem.reason)[:500]
    )


@transaction.atomic
def _fail(asked: MediaFetch, reason: str) -> None:
    _settle(asked, State.FAILED, reason=storable(reason)[:500])


@transaction.atomic
def _keep(asked: MediaFetch, came: InboundFile) -> None:
    name, media_type = storable(came.name)[:200], storable(came.media_type)[:120]
    file = File.objects.get(pk=came.sha256)
    _settle(asked, State.KEPT, file=file, name=name, media_type=media_type, reason="")


def _settle(asked: MediaFetch, state: str, **told: object) -> None:
    waiting = MediaFetch.objects.filter(pk=asked.pk, state=State.WAITING)
    if waiting.update(state=state, settled_at=now(), **told):
        announce(MediaFetched(asked.pk, state))
