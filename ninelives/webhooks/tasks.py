"""Background entrances."""

from procrastinate.contrib.django import app as jobs

from ninelives.webhooks import actions


@jobs.periodic(cron="47 3 * * *")
@jobs.task(name="webhooks.forget_calls")
def forget_calls(timestamp: int) -> None:
    actions.forget_calls()
