"""Housekeeping by the clock."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from procrastinate import builtin_tasks
from procrastinate.contrib.django import app as jobs
from procrastinate.job_context import JobContext

from ninelives.channels.looking import fetch_all_templates
from ninelives.channels.looking import look_around as look_at_channels
from ninelives.conversations.actions import prune_attendances as prune_lapsed
from ninelives.conversations.actions import prune_bulk_actions as prune_undoable
from ninelives.conversations.actions import prune_views as prune_removed_views
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact

KEEP_FACTS = timedelta(days=90)
KEEP_JOBS_HOURS = 72


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="config.look_around", queueing_lock="config.look_around")
def look_around(timestamp: int) -> None:
    """Every five minutes, and thoroughly once an hour."""
    look_at_channels(is_thorough=timestamp % 3600 < 300)


@jobs.periodic(cron="13 * * * *")
@jobs.task(name="config.fetch_templates", queueing_lock="config.fetch_templates")
def fetch_templates(timestamp: int) -> None:
    fetch_all_templates()


@jobs.periodic(cron="17 3 * * *")
@jobs.task(name="config.prune_jobs", pass_context=True)
async def prune_jobs(context: JobContext, timestamp: int) -> None:
    await builtin_tasks.remove_old_jobs(context, max_hours=KEEP_JOBS_HOURS, remove_failed=False)


@jobs.periodic(cron="27 3 * * *")
@jobs.task(name="config.prune_sessions")
def prune_sessions(timestamp: int) -> None:
    # Here, as the API's libraries cost every process a third of a second at its start.
    from ninelives.api.idempotency import prune as prune_answers

    Session.objects.filter(expire_date__lt=now()).delete()
    prune_answers()


@jobs.periodic(cron="7 * * * *")
@jobs.task(name="config.prune_attendances")
def prune_attendances(timestamp: int) -> None:
    prune_lapsed()


@jobs.periodic(cron="32 3 * * *")
@jobs.task(name="config.prune_bulk_actions")
def prune_bulk_actions(timestamp: int) -> None:
    prune_undoable()
    prune_removed_views()


@jobs.periodic(cron="37 3 * * *")
@jobs.task(name="config.prune_facts")
def prune_facts(timestamp: int) -> None:
    Fact.objects.filter(occurred_at__lt=now() - KEEP_FACTS).delete()
