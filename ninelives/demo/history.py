"""The demo's past, taken in like any other mail: raw, stored, processed by the pipeline."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid5

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope, Happened, Template
from ninelives.channels.queries import sender_of_paper
from ninelives.channels.templates import keep_templates
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.customers import actions as customers
from ninelives.customers.models import Customer
from ninelives.demo import promising
from ninelives.demo.cast import SERVICE_BOX, WHATSAPP, Agent, Box
from ninelives.demo.chats import Chat, Line
from ninelives.demo.customers import Customer as Dora
from ninelives.demo.elsewhere import OnPaper, Talk, international
from ninelives.demo.story import Story
from ninelives.demo.telling import SEED, tell, tell_chats, tell_elsewhere
from ninelives.demo.texts_elsewhere import TEMPLATE
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.reception.importing import key_of
from ninelives.reception.working import take_receipts

Accounts = Mapping[Box, ChannelAccount]
People = Mapping[Agent, Person]


@transaction.atomic
def write(accounts: Accounts, people: People, *, seed: int = SEED, end: datetime | None = None) -> None:
    end = end or now()
    stories = tell(seed, end)
    _take_in(stories, accounts)
    known_by = {story.arrivals[0].external_id: story for story in stories}
    first = Message.objects.filter(external_id__in=known_by).select_related("conversation")
    for message in first:
        _finish(message.conversation, known_by[message.external_id], people)
    for number, chat in enumerate(tell_chats(seed, end)):
        _play(number, chat, accounts[chat.box], people)
    talks, on_paper = tell_elsewhere(seed, end)
    _know_her_number(talks[0], accounts)
    keep_templates(accounts[WHATSAPP], [Template(*TEMPLATE)])
    for talk in talks:
        _say(talk, accounts[talk.box], people)
    _hand_over(on_paper, talks[0].customer, accounts)
    promising.promise(people, end)


def _know_her_number(talk: Talk, accounts: Accounts) -> None:
    """Dora gave it in a mail once: so whoever writes from it under her name is she."""
    dora = _known(talk.customer, accounts)
    number = Address("phone", f"+{international(talk.customer.phone)}")
    customers.add_address(dora, number, Proof.USUAL, source="agent")


def _say(talk: Talk, account: ChannelAccount, people: People) -> None:
    keys = [f"demo:{talk.box.kind}:{talk.customer.number}:{line}" for line in range(len(talk.lines))]
    for number, line in enumerate(talk.lines):
        if line.by is None:
            channels.store(account, talk.raw(number), Envelope(), key=keys[number], is_import=True)
    _process()
    conversation = Conversation.objects.get(messages__receipt__account=account, messages__receipt__key=keys[0])
    _answer(conversation, talk, people)


def _hand_over(told: OnPaper, dora: Dora, accounts: Accounts) -> None:
    counter, post, known = accounts[told.place], accounts[told.post], _known(dora, accounts)
    whose = Address("mail", dora.email)
    happened = Happened("demo:visit", told.visited, whose, dora.name, counter.name, told.by.name, told.visit_at)
    channels.register(counter, happened, is_import=True)
    customers.add_address(known, sender_of_paper(post, told.letter), Proof.USUAL, source="agent")
    named = Envelope(file_name="bezwaar voorschot.pdf")
    channels.store(post, told.letter, named, key="demo:letter", is_import=True)
    _process()


def _known(dora: Dora, accounts: Accounts) -> Customer:
    known = customers.known_address(Address("mail", dora.email), accounts[SERVICE_BOX].brand.base_id)
    if known is None:
        raise LookupError(dora.email)
    return known.customer


def _process() -> None:
    while take_receipts(limit=100):
        pass


def _take_in(stories: Iterable[Story], accounts: Accounts) -> None:
    arrivals = [arrival for story in stories for arrival in story.arrivals]
    for arrival in sorted(arrivals, key=lambda one: one.at):
        channels.store(accounts[arrival.box], arrival.raw, Envelope(), key=key_of(arrival.raw), is_import=True)
    _process()


def _play(number: int, chat: Chat, account: ChannelAccount, people: People) -> None:
    keys = [f"demo-{number}:{line}" for line in range(len(chat.lines))]
    for key, line in zip(keys, chat.lines, strict=True):
        if line.by is None:
            channels.store(account, _document(chat, account, key, line), Envelope(), key=key, is_import=True)
    _process()
    conversation = Conversation.objects.filter(messages__external_id=f"webchat:{keys[0]}", account=account).get()
    _answer(conversation, chat, people)


def _answer(conversation: Conversation, chat: Chat | Talk, people: People) -> None:
    for line in chat.lines:
        if line.by:
            conversations.answer_earlier(conversation, person=people[line.by], text=line.text, at=line.at)
    if chat.taken:
        conversations.assign_earlier(conversation, person=people[chat.taken.agent], at=chat.taken.at)
    if chat.closed:
        conversations.close_earlier(conversation, person=people[chat.closed.agent], at=chat.closed.at)


def _document(chat: Chat, account: ChannelAccount, key: str, line: Line) -> bytes:
    """As the door of customers writes it: signed by the shop for who has an account there, or claimed."""
    mail = [{"kind": "mail", "value": chat.email}]
    told = {
        "key": key,
        "address": f"{account.pk}:{chat.number}" if chat.number else f"{account.pk}/{uuid5(account.pk, key)}",
        "name": chat.name,
        "is_proven": bool(chat.number),
        "also" if chat.number else "claimed": mail,
        "text": line.text,
        "at": line.at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _finish(conversation: Conversation, story: Story, people: People) -> None:
    if story.taken:
        conversations.assign_earlier(conversation, person=people[story.taken.agent], at=story.taken.at)
    for note in story.notes:
        conversations.note_earlier(conversation, person=people[note.agent], text=note.text, at=note.at)
    if story.closed:
        conversations.close_earlier(conversation, person=people[story.closed.agent], at=story.closed.at)
