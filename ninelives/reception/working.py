"""The worker: takes receipts from their queue and deliveries to their providers, watches mailboxes, calls webhooks, and
runs the jobs.

Receipts are claimed by lane (account and sender), under a lock that the database drops when we die. Every batch first
writes down that it is being tried, so that input which kills the process is noticed and put aside.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import cast
from uuid import UUID

import psycopg
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, QuerySet
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector

from ninelives.channels.actions import DELIVERIES, RECEIPTS, processed, quarantine
from ninelives.channels.delivering import deliver_due, next_due
from ninelives.channels.gathering import FETCHES, draw_due, fetch_due, next_drawing, next_fetch
from ninelives.channels.models import Receipt
from ninelives.channels.queries import attach_settings
from ninelives.channels.watching import Watching
from ninelives.conversations.actions import SNOOZES, next_wake, wake_due
from ninelives.foundation import live, reacting
from ninelives.foundation.announcing import FACTS, told_together
from ninelives.foundation.compiling import compiled
from ninelives.foundation.crossing import is_crossed
from ninelives.foundation.disk import wait_for_no_disk
from ninelives.foundation.standing_back import NICE, stand_back
from ninelives.foundation.trouble import is_machines
from ninelives.promises.actions import mark_due
from ninelives.reception import pipeline
from ninelives.routing import rehearsals
from ninelives.routing.telling import ROUTING
from ninelives.routing.working import work as route
from ninelives.webhooks import working as webhooks

log = logging.getLogger(__name__)

BATCH = 16
# One waits for the database while the other computes.
TAKERS = 2
# After so many beginnings without an end, one receipt is tried alone; after so many, it is put aside.
ALONE_AFTER = 2
QUARANTINE_AFTER = 4
_LANE_LOCKS = 29_901


def run(stop: threading.Event) -> None:
    """Work until told to stop; whatever is under way is finished."""
    # Whoever waits for an offer is served like whoever waits for a page. Niceness is of a thread, and whatever it
    # starts has it too: what is started from here on stands back.
    routing = threading.Thread(target=_loop, args=("routing", [ROUTING, FACTS], route, lambda: 1.0, stop, False))
    routing.start()
    os.nice(NICE)
    loops = [
        *(
            threading.Thread(target=_loop, args=("receipts", [RECEIPTS], take_receipts, lambda: 5.0, stop))
            for _ in range(TAKERS)
        ),
        threading.Thread(target=_loop, args=("deliveries", [DELIVERIES], deliver_due, next_due, stop)),
        threading.Thread(target=_loop, args=("fetches", [FETCHES], fetch_due, next_fetch, stop)),
        threading.Thread(target=_loop, args=("drawings", [FETCHES], draw_due, next_drawing, stop)),
        threading.Thread(target=_loop, args=("snoozes", [SNOOZES], by_the_clock, next_wake, stop)),
        threading.Thread(target=webhooks.run, args=(stop,)),
        threading.Thread(target=Watching().run, args=(stop,)),
        threading.Thread(target=rehearsals.run, args=(stop,)),
    ]
    for loop in loops:
        loop.start()
    threading.Thread(target=_jobs, args=(stop,), daemon=True).start()
    for loop in (routing, *loops):
        loop.join()


def by_the_clock() -> int:
    """Bring back what was snoozed, and mark the promises that warn or are late; how many."""
    return wake_due() + mark_due()


def take_receipts(limit: int = BATCH) -> int:
    """Process a batch; how many receipts left the queue or were tried."""
    with _lanes(limit) as lanes:
        receipts = _begin(lanes, limit)
        if not receipts:
            return 0
        try:
            if not _process_together(receipts):
                _process_apart(receipts)
        except (OperationalError, InterfaceError, OSError) as reason:
            if is_machines(reason):
                _excuse(receipts)
            if not is_crossed(reason):
                raise
            # Two batches met in two conversations, each with what the other wanted: that one went on, and these again.
            log.info("%d receipts met others", len(receipts))
        return len(receipts)


def _process_together(receipts: Sequence[Receipt]) -> bool:
    """As nearly always nothing is amiss: without a way back for each, and what is written for each is written for all.
    False: one of them failed, and nothing was written."""
    if any(receipt.attempts > QUARANTINE_AFTER for receipt in receipts):
        return False
    try:
        with transaction.atomic(), processed.gathered(), told_together():
            # The receipts are on the disk: if this is lost they are as before, and taken in again.
            wait_for_no_disk()
            for receipt in receipts:
                pipeline.process(receipt)
            pipeline.close_history(receipts)
    except (OperationalError, InterfaceError):
        raise  # The database is in trouble, not one of these.
    except Exception as reason:
        # What it was shows when they are processed one by one.
        if is_machines(reason):
            raise
        return False
    return True


@transaction.atomic
def _process_apart(receipts: Sequence[Receipt]) -> None:
    wait_for_no_disk()
    for receipt in receipts:
        _process(receipt)
    pipeline.close_history(receipts)


def _process(receipt: Receipt) -> None:
    if receipt.attempts > QUARANTINE_AFTER:
        quarantine(receipt, "interrupted_too_often")
        return
    try:
        with transaction.atomic():
            pipeline.process(receipt)
    except (OperationalError, InterfaceError):
        raise  # The database is in trouble, not this receipt.
    except IntegrityError as reason:
        # Its double is being taken in elsewhere at this moment: the next try finds that one.
        log.info("receipt %s met another: %s", receipt.pk, type(reason).__name__)
    except Exception as reason:
        # The outermost loop: one poisoned message may stop nobody else. With a full disk it is none.
        if is_machines(reason):
            raise
        log.warning("receipt %s failed: %s", receipt.pk, type(reason).__name__)
        quarantine(receipt, "unexpected", f"{type(reason).__name__}: {reason}")


@contextmanager
def _lanes(limit: int) -> Iterator[list[str]]:
    """Lock the lanes of the oldest waiting receipts; those that others hold are left to them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lane FROM (
                SELECT lane, min(place) AS place FROM (
                    SELECT lane, row_number() OVER (ORDER BY is_import, id) AS place FROM channels_receipt
                    WHERE state = 'stored'
                    ORDER BY is_import, id LIMIT %s
                ) AS oldest
                GROUP BY lane ORDER BY place OFFSET 0
            ) AS lanes
            WHERE pg_try_advisory_lock(%s, hashtext(lane))
            LIMIT %s
            """,
            # It looks further than it takes, past the lanes that others work on.
            [limit * 5, _LANE_LOCKS, limit],
        )
        lanes = [lane for (lane,) in cursor.fetchall()]
    try:
        yield lanes
    finally:
        _unlock(lanes)


def _unlock(lanes: list[str]) -> None:
    # A broken connection has dropped its locks by itself.
    if lanes and connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(l)) FROM unnest(%s::text[]) l", [_LANE_LOCKS, lanes])


def _begin(lanes: Sequence[str], limit: int) -> list[Receipt]:
    """The receipts of these lanes, in order, each noted as tried once more."""
    if not lanes:
        return []
    receipts = _stored(list(lanes), limit=limit)
    attach_settings([receipt.account for receipt in receipts])
    suspects = [receipt for receipt in receipts if receipt.attempts >= ALONE_AFTER]
    receipts = suspects[:1] or receipts
    _note_attempts([receipt.pk for receipt in receipts])
    for receipt in receipts:
        receipt.attempts += 1
    return receipts


@compiled
def _stored(lanes: list[str], *, limit: int) -> QuerySet[Receipt]:
    waiting = Receipt.objects.filter(state=Receipt.State.STORED, lane__in=lanes).select_related("account__brand")
    return waiting.order_by("is_import", "id")[:limit]


# Losing this note in a power cut costs one more try. In one trip, so that it is a transaction by itself.
_ATTEMPTED = """
    WITH no_disk AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE channels_receipt SET attempts = attempts + 1 FROM no_disk WHERE id = ANY(%s)
"""


def _note_attempts(ids: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPTED, [ids])


def _excuse(receipts: Sequence[Receipt]) -> None:
    """Against a receipt counts only that a process died of it without a word."""
    with suppress(DatabaseError, InterfaceError):
        Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts]).update(attempts=F("attempts") - 1)


def _loop(
    name: str,
    queues: Sequence[str],
    work: Callable[[], int],
    pause: Callable[[], float],
    stop: threading.Event,
    stands_back: bool = True,
) -> None:
    """Work while there is some, then sleep until woken. Whatever fails, the loop goes on."""
    wait = 0.2
    while not stop.is_set():
        try:
            with live.listening(*queues) as alarm:
                wait = 0.2
                while not stop.is_set():
                    if stands_back:
                        # What is stored is safe: storing what comes next goes first.
                        stand_back()
                    if not work():
                        alarm.wait(min(pause(), 1.0))
        except Exception as reason:
            away = isinstance(reason, DatabaseError | InterfaceError | psycopg.Error | OSError)
            log.warning("%s: %s, trying again", name, "database or disk away" if away else "fault", exc_info=not away)
            close_old_connections()
            stop.wait(wait)
            wait = min(wait * 2, 5.0)


def _jobs(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            asyncio.run(_run_jobs(stop))
        except Exception as reason:  # noqa: BLE001 - the outermost loop
            log.warning("jobs: %s, starting again", type(reason).__name__)
            stop.wait(2.0)


async def _run_jobs(stop: threading.Event) -> None:
    connector = cast(DjangoConnector, jobs.connector).get_worker_connector()
    worker_app = jobs.with_connector(connector)
    async with worker_app.open_async():
        work = asyncio.create_task(
            worker_app.run_worker_async(
                install_signal_handlers=False,
                update_heartbeat_interval=reacting.BEATS_EVERY,
                stalled_worker_timeout=reacting.DEAD_AFTER,
            )
        )
        looks_at = 0.0
        while not stop.is_set() and not work.done():
            if time.monotonic() >= looks_at:
                await reacting.begin_anew(worker_app.job_manager)
                looks_at = time.monotonic() + reacting.BEATS_EVERY
            await asyncio.sleep(0.5)
        work.cancel()
        await asyncio.wait({work}, timeout=3)
