"""The demo's past, taken in like any other mail: raw, stored, processed by the pipeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.demo.cast import Agent, Box
from ninelives.demo.story import Story
from ninelives.demo.telling import SEED, tell
from ninelives.foundation.clock import now
from ninelives.reception.importing import key_of
from ninelives.reception.working import take_receipts

Accounts = Mapping[Box, ChannelAccount]
People = Mapping[Agent, Person]


@transaction.atomic
def write(accounts: Accounts, people: People, *, seed: int = SEED, end: datetime | None = None) -> None:
    stories = tell(seed, end or now())
    _take_in(stories, accounts)
    known_by = {story.arrivals[0].external_id: story for story in stories}
    first = Message.objects.filter(external_id__in=known_by).select_related("conversation")
    for message in first:
        _finish(message.conversation, known_by[message.external_id], people)


def _take_in(stories: Iterable[Story], accounts: Accounts) -> None:
    arrivals = [arrival for story in stories for arrival in story.arrivals]
    for arrival in sorted(arrivals, key=lambda one: one.at):
        channels.store(accounts[arrival.box], arrival.raw, Envelope(), key=key_of(arrival.raw), is_import=True)
    while take_receipts(limit=100):
        pass


def _finish(conversation: Conversation, story: Story, people: People) -> None:
    if story.taken:
        conversations.assign_earlier(conversation, person=people[story.taken.agent], at=story.taken.at)
    for note in story.notes:
        conversations.note_earlier(conversation, person=people[note.agent], text=note.text, at=note.at)
    if story.closed:
        conversations.close_earlier(conversation, person=people[story.closed.agent], at=story.closed.at)
