"""What was promised before it was kept here, on its own dates: nobody is told of it, and nobody is warned of what is
past."""

from datetime import datetime

from django.db import transaction

from ninelives.accounts.models import Person, by
from ninelives.conversations.models import Conversation
from ninelives.promises.actions.making import Wanted
from ninelives.promises.models import Keeping, Promise, warning


@transaction.atomic
def make_earlier(
    wanted: Wanted, conversation: Conversation, *, person: Person, at: datetime, kept_at: datetime | None = None
) -> Promise:
    promise = Promise.objects.create(
        brand_id=conversation.brand_id,
        customer_id=conversation.customer_id,
        conversation=conversation,
        kind=wanted.kind,
        what=wanted.what,
        channel=wanted.channel or conversation.account.kind,
        address=wanted.address,
        owner=wanted.owner,
        at=at,
        due_from=wanted.due_from,
        due_by=wanted.due_by,
        warn_at=warning(max(wanted.due_from or at, at), wanted.due_by),
        outcome=Promise.Outcome.KEPT if kept_at else Promise.Outcome.OPEN,
        settled_at=kept_at,
        **by(person),
    )
    if kept_at:
        Keeping.objects.create(promise=promise, at=kept_at, **by(person))
    return promise
