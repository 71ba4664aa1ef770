"""A cast, a receiver, and the worker's rounds one at a time."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ninelives.channels.actions import open_account
from ninelives.webhooks import actions
from ninelives.webhooks.actions import Errand, Heard
from ninelives.webhooks.models import Webhook
from ninelives.webhooks.saying import say as over_the_line
from tests.cast import Cast, arrives, make_cast
from tests.receivers import Receiver


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.OUTGOING_ALLOW = ("127.0.0.1",)
    return make_cast()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def secret(cast: Cast, receiver: Receiver) -> str:
    """That of a webhook which is told everything that everybody may be told."""
    return promise(receiver, cast)[1]


def promise(receiver: Receiver, cast: Cast, *events: str, **more: object) -> tuple[Webhook, str]:
    return actions.promise(receiver.url, events or ["*"], actor=cast.admin, **more)  # type: ignore[arg-type]


def take_facts() -> None:
    while actions.take_facts().is_behind:
        pass


def call_due(say: Callable[[Errand], Heard] = lambda errand: over_the_line(errand, actions.allowed())) -> int:
    """Make the calls that are due now, one after the other; how many."""
    made = 0
    while errands := actions.claim({}, 100):
        for errand in errands:
            actions.conclude(errand, say(errand))
            made += 1
    return made


def work() -> int:
    take_facts()
    return call_due()


def changed_by_her(cast: Cast) -> None:
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t"}
    account = open_account("whatsapp", "WhatsApp", cast.brand, told=told)
    edit = {"original_message_id": "m", "message": {"type": "text", "text": {"body": "Bye"}}}
    for number, did in enumerate(
        (
            {"id": "m", "type": "text", "text": {"body": "Hello"}},
            {"id": "e", "type": "edit", "edit": edit},
            {"id": "r", "type": "reaction", "reaction": {"message_id": "m", "emoji": "👍"}},
            {"id": "d", "type": "revoke", "revoke": {"original_message_id": "m"}},
        )
    ):
        message = {"from": "31612345678", "timestamp": str(1_790_000_000 + number), **did}
        change = {"field": "messages", "value": {"messages": [message]}}
        arrives(json.dumps({"entry": [{"changes": [change]}]}).encode(), account)
