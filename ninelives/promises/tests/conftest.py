"""The cast, a conversation of Dora's, and promises in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises import actions
from ninelives.promises.models import Promise
from tests.cast import Cast, dora_writes, make_cast

HOUR = timedelta(hours=1)
NUMBER = "+31612345678"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, message_id="1@example.org")


@pytest.fixture
def promises(cast: Cast, conversation: Conversation) -> Callable[..., Promise]:
    """Alice promises Dora an answer within two hours, or what is given instead."""

    def make(**given: Any) -> Promise:
        wanted = actions.Wanted(**{"kind": "answer", "due_by": now() + 2 * HOUR, **given})
        return actions.make_in(wanted, conversation, actor=cast.alice)

    return make


def passes(promise: Promise, time: timedelta) -> Promise:
    """So much time goes by for this promise."""
    moments = (
        "at",
        "due_from",
        "due_by",
        "warn_at",
        "warned_at",
        "late_at",
        "settled_at",
        "attempted_at",
        "tell_until",
    )
    promise.refresh_from_db()
    moved = {name: at - time for name in moments if (at := getattr(promise, name)) is not None}
    Promise.objects.filter(pk=promise.pk).update(**moved)
    return Promise.objects.named().get(pk=promise.pk)
