"""What the worker does for routing: placements follow their conversations, what ran out ends, and who is free is
offered what waits. The engine is loaded only where there is a queue: it takes memory."""

import os
import time
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ninelives.foundation import reading
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.disk import wait_for_no_disk
from ninelives.foundation.models import Fact
from ninelives.routing.actions.following import follow, place_waiting
from ninelives.routing.actions.hearing import notice_lost
from ninelives.routing.actions.leaving import leave_gone_experts, leave_switched_off
from ninelives.routing.actions.menus import hear, send_menus
from ninelives.routing.actions.offering import expire
from ninelives.routing.actions.presence import end_wrap_ups
from ninelives.routing.actions.promised import place_promises
from ninelives.routing.models import Menu, Routing
from ninelives.routing.queries import agent_count
from ninelives.routing.silence import notice_silent
from ninelives.routing.sorting import descriptions, forget_descriptions
from ninelives.routing.telling import READER

# Facts after which a conversation may need another place, and where they name it.
_FOLLOWED = {
    "MessageReceived": ("conversation_id",),
    "MessageWritten": ("conversation_id",),
    "ConversationClosed": ("conversation_id",),
    "ConversationReopened": ("conversation_id",),
    "ConversationAssigned": ("conversation_id",),
    "ConversationSnoozed": ("conversation_id",),
    "ConversationWoken": ("conversation_id",),
    "ConversationTagged": ("conversation_id",),
    "ConversationUntagged": ("conversation_id",),
    "ConversationsMerged": ("kept_id", "merged_id"),
    "ConversationsUnmerged": ("kept_id", "merged_id"),
    "ConversationSplitOff": ("conversation_id", "made_id"),
    "ConversationSplitUndone": ("conversation_id", "made_id"),
}
# What somebody who is there waits for, and what nobody notices a moment later.
_SWEEP_EVERY, _SWEEP_ALL_EVERY = 0.5, 2.0
_READ_EVERY = 1.0
# From so many agents on compiled decisions are worth their memory.
MANY_AGENTS = 60
_swept = _swept_all = 0.0
_read_at = 0.0
_is_chosen = False
# Up to where the conversations were looked through for those that have no place; from the newest to the oldest, and
# then again.
_looked_up_to: datetime | None = None
_LOOK_EVERY = 5.0
_looked_at = -_LOOK_EVERY
# Of the queues as they were at the last sweep.
_version: UUID | None = None


def work() -> int:
    """What the worker does again and again."""
    choose_engine()
    return route_due()


def route_due() -> int:
    """One round; how much was done, so that another follows at once."""
    if not descriptions():
        return 0
    from ninelives.routing.live.passing import match

    # Whoever waits for an offer waits for no sweeping.
    return (follow_facts() if _is_told() else 0) + match() + _sweep()


def choose_engine() -> None:
    """Before it is loaded: compiled where there are many who could be given something."""
    global _is_chosen
    if _is_chosen or not descriptions():
        return
    _is_chosen = True
    if agent_count() < MANY_AGENTS:
        # As engine/compiled.py reads it.
        os.environ.setdefault("NINELIVES_ENGINE", "plain")
        return
    from ninelives.routing.engine.warming import warm

    warm()


def _is_told() -> bool:
    """Now and then it is read all the same: see `is_unread`."""
    global _read_at
    if time.monotonic() - _read_at < _READ_EVERY and not reading.is_unread(READER, tuple(_FOLLOWED)):
        return False
    _read_at = time.monotonic()
    return True


@again_if_crossed
@transaction.atomic
def follow_facts() -> int:
    """What happened to conversations, in order; how much there still is to read, or was."""
    # What is lost in a power cut is read again.
    wait_for_no_disk()
    read = reading.read_on(READER, wanted=tuple(_FOLLOWED))
    for conversation in dict.fromkeys(one for fact in read.facts for one in _named(fact)):
        follow(conversation)
    _hear(read.facts)
    return len(read.facts)


def _hear(facts: list[Fact]) -> None:
    """What came in may answer a list of ways to be served."""
    received = [UUID(one.told["message_id"]) for one in facts if one.name == "MessageReceived"]
    if received and Menu.objects.filter(ended_at=None).exists():
        for message in received:
            hear(message)


def _named(fact: Fact) -> list[UUID]:
    if fact.told.get("is_import"):
        return []
    return [UUID(fact.told[field]) for field in _FOLLOWED[fact.name] if fact.told.get(field)]


def _sweep() -> int:
    global _swept, _swept_all
    if time.monotonic() - _swept < _SWEEP_EVERY:
        return 0
    _swept = time.monotonic()
    _heed_descriptions()
    done = expire() + notice_lost() + end_wrap_ups()
    if _swept - _swept_all < _SWEEP_ALL_EVERY:
        return done
    _swept_all = _swept
    done += _look_through() + place_promises() + notice_silent()
    return done + leave_switched_off() + leave_gone_experts() + send_menus()


def _heed_descriptions() -> None:
    """When a queue was set up or changed by another process, all is swept and looked through: what waits may have its
    place there now."""
    global _version, _swept_all, _looked_up_to, _looked_at
    before, _version = _version, next(iter(_versions()), None)
    if before != _version:
        forget_descriptions()
        _looked_up_to = None
        _swept_all, _looked_at = _swept - _SWEEP_ALL_EVERY, _swept - _LOOK_EVERY


@compiled
def _versions() -> "QuerySet[Routing, UUID | None]":
    return Routing.objects.filter(pk=1).values_list("version", flat=True)


def _look_through() -> int:
    global _looked_up_to, _looked_at
    if _looked_up_to is None and time.monotonic() - _looked_at < _LOOK_EVERY:
        return 0
    _looked_at = time.monotonic()
    placed, _looked_up_to = place_waiting(_looked_up_to or now())
    return placed
