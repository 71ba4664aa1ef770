"""Messages that a provider approved beforehand, as it tells them."""

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from ninelives.channels.models import ChannelAccount, MessageTemplate
from ninelives.channels.protocol import InboundTemplate, Template
from ninelives.channels.registry import TEMPLATED
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable


class NoTemplatesError(Exception):
    """This channel has none."""


def fetch_templates(account: ChannelAccount) -> int:
    """Ask the provider; how many there are. Raises NoTemplatesError, SendProblem."""
    if account.kind not in TEMPLATED:
        raise NoTemplatesError
    return keep_templates(account, list(TEMPLATED[account.kind].templates(account.view())))


@transaction.atomic
def keep_templates(account: ChannelAccount, told: list[Template]) -> int:
    """What the provider does not tell of any more can be used no more."""
    begun = now()
    MessageTemplate.objects.bulk_create(
        (
            MessageTemplate(
                account=account,
                name=storable(one.name),
                language=one.language[:15],
                text=storable(one.text),
                category=one.category[:40],
                is_approved=one.is_approved,
                seen_at=begun,
            )
            for one in told
        ),
        update_conflicts=True,
        unique_fields=["account", "name", "language"],
        update_fields=["text", "category", "is_approved", "seen_at"],
    )
    account.templates.filter(seen_at__lt=begun).delete()
    return len(told)


def take_template(account: ChannelAccount, told: InboundTemplate) -> None:
    """Of one that we do not know yet, the text is fetched with the others."""
    known = account.templates.filter(name=told.name, language=told.language)
    if not known.update(is_approved=told.is_approved):
        jobs.configure_task("channels.look_at").defer(account_id=str(account.pk))
