"""Jobs that nothing may lose: one that fails is tried again, and one whose worker died begins anew."""

from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

# After 2, 4, 8 seconds and so on; the last time more than four hours after the first.
AGAIN = RetryStrategy(max_attempts=13, exponential_wait=2)

# A worker says so often that it lives, and is taken to be dead after so long without. Seconds.
BEATS_EVERY, DEAD_AFTER = 20.0, 90.0


async def begin_anew(manager: JobManager) -> int:
    """What workers that are dead had begun and not ended; how much that was."""
    left = list(await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
    for job in left:
        # Unless another worker was first.
        with suppress(ConnectorException):
            await manager.retry_job(job)
    return len(left)
