"""No reaction is lost: one that fails is tried again, and one that a worker died of begins anew."""

import asyncio
from typing import cast
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from ninelives.foundation.reacting import AGAIN, begin_anew
from ninelives.reactions import REACTIONS


def test_every_reaction_is_tried_again_for_hours() -> None:
    jobs.perform_import_paths()
    reactions = [name for names in REACTIONS.values() for name in names]
    assert reactions
    assert [name for name in reactions if jobs.tasks[name].retry_strategy != AGAIN] == []
    assert AGAIN.max_attempts
    assert sum(2 ** (attempt + 1) for attempt in range(AGAIN.max_attempts)) > 4 * 3600


async def _begin_anew() -> int:
    connector = cast(DjangoConnector, jobs.connector).get_worker_connector()
    async with jobs.with_connector(connector).open_async() as app:
        return await begin_anew(app.job_manager)


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_had_begun_when_it_died_begins_anew_and_what_another_does_goes_on() -> None:
    dead, alive = _begun(silent_for="2 minutes"), _begun(silent_for="30 seconds")
    nobodys = _begun(silent_for="")
    assert asyncio.run(_begin_anew()) == 2
    states = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert states == {dead: "todo", nobodys: "todo", alive: "doing"}
    assert asyncio.run(_begin_anew()) == 0


def _begun(*, silent_for: str) -> int:
    """A job that a worker does which was last heard of so long ago; without, one that is known no more."""
    number: int = jobs.configure_task("promises.keep_by_answer").defer(fact_id=1, message_id=str(uuid4()))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
        if silent_for:
            cursor.execute(
                "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)"
                " RETURNING id) UPDATE procrastinate_jobs SET worker_id = worker.id FROM worker"
                " WHERE procrastinate_jobs.id = %s",
                [silent_for, number],
            )
    return number
