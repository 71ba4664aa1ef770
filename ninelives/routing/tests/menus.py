"""Somebody who waits on a channel of messages, and what they are sent."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import F

from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope, Said
from ninelives.channels.registry import CHANNELS
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.reception.working import take_receipts
from ninelives.routing import actions
from ninelives.routing.actions import Described
from ninelives.routing.actions.menus import send_menus
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.tests.test_offers import settle
from tests.cast import Cast, make_cast

DORA, NUMBER = "31612345678", "+31612345678"
ASKED = "How shall we help you? Answer with a number:"
_numbers = count(1)


def make_english_cast() -> Cast:
    made = make_cast()
    type(made.brand).objects.filter(pk=made.brand.pk).update(language="en")
    return made


def lets_choose(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service", Described(fields={"lets_choose": True}))


def account_of(cast: Cast, kind: str, **told: str) -> ChannelAccount:
    settings = CHANNELS[kind].settings
    needed = {one.name: one.like or f"a {one.name}" for one in settings if one.required}
    return channels.open_account(kind, kind, cast.brand, told=needed | told)


def says(
    account: ChannelAccount, text: str, *, sender: str = DORA, number: int = 0, settles: bool = True, ago: int = 10
) -> Conversation:
    """It comes in at the door, so many seconds after what was said before; and whoever routes has heard of it."""
    Message.objects.filter(direction="inbound").update(received_at=F("received_at") - timedelta(seconds=ago))
    provider = CHANNELS[account.kind].provider
    assert provider
    told = Said(f"m{number or next(_numbers)}", sender, text, now(), "Dora")
    for post in provider.says([told], account.view()):
        channels.store(account, post.body, Envelope())
    while take_receipts():
        pass
    if settles:
        settle()
    return Message.objects.filter(account=account, direction="inbound").latest("received_at", "id").conversation


def passes(seconds: int = 25) -> None:
    Placement.objects.update(at=now() - timedelta(seconds=seconds))


def is_sent(account: ChannelAccount, text: str = "Hello", **more: Any) -> Conversation:
    """She waits, and has the list."""
    conversation = says(account, text, **more)
    passes()
    assert send_menus() == 1
    return conversation


def told(conversation: Conversation | None = None) -> list[str]:
    said = Message.objects.filter(is_automatic=True)
    if conversation:
        said = said.filter(conversation=conversation)
    return list(said.order_by("occurred_at", "id").values_list("text", flat=True))


def last() -> str:
    return told()[-1]


def the_number_of(line: str) -> str:
    """In the list that was sent last."""
    return next(one.partition(".")[0] for one in last().splitlines() if line in one)


def chosen() -> list[str]:
    return list(Choice.objects.filter(ended_at=None).values_list("what", flat=True))
