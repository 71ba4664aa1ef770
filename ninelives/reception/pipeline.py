"""The main road: what happens to a message from the moment it is safely stored.

    store      (smtp.py, views.py, importing.py)  raw bytes become a Receipt, then the sender hears "taken"
    take_in    the channel reads the facts; the customer is recognised; the message joins its conversation
    consider   the customer hears that it came in, and it gets its place in a queue; later also: understanding, the bot

`working.py` calls this for one lane at a time and in order, each receipt in a transaction of its own making.
"""

from collections.abc import Collection

from django.conf import settings
from procrastinate.contrib.django import app as jobs

from ninelives.channels import actions as channels
from ninelives.channels import queries as channel_facts
from ninelives.channels.models import Receipt
from ninelives.channels.news import take_news
from ninelives.channels.protocol import (
    Inbound,
    InboundChange,
    InboundMessage,
    InboundStatus,
    InboundTemplate,
    Machine,
    Unreadable,
)
from ninelives.channels.templates import take_template
from ninelives.conversations import actions as conversations
from ninelives.conversations.actions.taking_in import when
from ninelives.conversations.models import Message
from ninelives.conversations.threading import is_from_us
from ninelives.customers import actions as customers
from ninelives.customers.models import Customer
from ninelives.foundation.address import Proof
from ninelives.foundation.dns import text_record
from ninelives.reception.listening import LISTENS
from ninelives.reception.naming import ask_for_name
from ninelives.routing import actions as routing
from ninelives.routing import silence

State = Receipt.State


def process(receipt: Receipt) -> None:
    """One receipt, to its end: processed, duplicate, or quarantined with a reason that a person understands."""
    try:
        inbounds = channel_facts.read(receipt)
    except Unreadable as reason:
        channels.quarantine(receipt, reason.reason, reason.detail)
        return
    statuses = [inbound for inbound in inbounds if isinstance(inbound, InboundStatus)]
    news = any([take_news(receipt.account, status) for status in statuses])
    changes = [inbound for inbound in inbounds if isinstance(inbound, InboundChange)]
    for change in changes:
        take_change(change, receipt)
    for template in (inbound for inbound in inbounds if isinstance(inbound, InboundTemplate)):
        take_template(receipt.account, template)
    said = [inbound for inbound in inbounds if isinstance(inbound, InboundMessage) and not _is_heard(inbound, news)]
    arrivals = [take_in(inbound, receipt) for inbound in said]
    for arrival in arrivals:
        if arrival.is_new:
            consider(arrival.message, receipt)
    _settle(receipt, arrivals, _about(inbounds, news))


def take_in(inbound: InboundMessage, receipt: Receipt) -> conversations.Arrival:
    """Quick and certain. The same content a second time changes nothing."""
    arrival = conversations.take_in(_customer(inbound, receipt), inbound, receipt)
    if arrival.is_new and not arrival.opened and inbound.thread_tokens:
        conversations.note_answered(arrival.message, inbound)
    return arrival


def take_change(change: InboundChange, receipt: Receipt) -> bool:
    """What a customer did to a message. The same a second time changes nothing."""
    customer = customers.recognise(
        change.sender.address,
        base_id=receipt.account.brand.base_id,
        proof=Proof.PROVEN,
        at=receipt.received_at,
        name=change.sender.name[:200],
        also=change.also,
    )
    return conversations.take_change(customer, change, receipt)


def consider(message: Message, receipt: Receipt) -> None:
    """What we do with it. `understanding` and `assist` join here."""
    conversations.confirm(message)
    ask_for_name(message)
    if not receipt.is_import:
        routing.follow(message.conversation.record_id)
        if receipt.account.kind == LISTENS:
            # Whoever wrote this was there.
            silence.note_listening([message.conversation.record_id])
    if (
        not message.checked
        and not receipt.is_import
        and settings.CHECKS_SENDERS
        and channel_facts.is_verifiable(receipt)
    ):
        jobs.configure_task("reception.check_sender").defer(message_id=str(message.pk))


def close_history(receipts: Collection[Receipt]) -> None:
    """Old mail of a mailbox that is fetched for the first time: nobody waits for an answer to it."""
    old = [receipt.pk for receipt in receipts if receipt.closes]
    if old:
        said = Message.objects.filter(receipt__in=old, is_import=True)
        conversations.close_imported(set(said.values_list("conversation_id", flat=True)))


def check_sender(message: Message) -> None:
    """Slow, as it asks the network: whether the sender's domain vouches for this message."""
    if message.receipt:
        conversations.note_check(message, channel_facts.verify_sender(message.receipt, text_record))


def _customer(inbound: InboundMessage, receipt: Receipt) -> Customer:
    account = receipt.account
    whose = inbound.sender
    if receipt.is_import and is_from_us(inbound, account) and inbound.recipients:
        # Our own side of an imported exchange: the story is that of whoever we wrote to.
        whose = inbound.recipients[0]
    customer = customers.recognise(
        whose.address,
        base_id=account.brand.base_id,
        # The address itself is theirs, or it could not have been used; claimed is only who they say they are.
        proof=Proof.USUAL if inbound.proof is Proof.CLAIMED else inbound.proof,
        at=when(inbound, receipt),
        name=whose.name[:200],
        language=inbound.language,
        also=inbound.also,
        source="import" if receipt.is_import else account.kind,
        is_stand_in=whose.is_stand_in,
    )
    for claimed in inbound.claimed:
        customers.claim(customer, claimed)
    return customer


def _is_heard(inbound: InboundMessage, news: bool) -> bool:
    """A bounce that told us of our own delivery: nobody needs to read it as a message too."""
    return news and inbound.machine is Machine.BOUNCE


def _about(inbounds: list[Inbound], news: bool) -> str:
    """What input without a message was about."""
    if news:
        return "news_of_delivery"
    told = (_ABOUT.get(type(one)) or getattr(one, "about", "") for one in inbounds)
    return next((about for about in told if about), "")


_ABOUT: dict[type, str] = {
    InboundChange: "change_of_message",
    InboundTemplate: "change_of_template",
    InboundStatus: "news_of_nothing_ours",
}


def _settle(receipt: Receipt, arrivals: list[conversations.Arrival], about: str) -> None:
    if arrivals and not any(arrival.is_new or arrival.message.receipt_id == receipt.pk for arrival in arrivals):
        first = arrivals[0].message
        own = "" if first.receipt_id else "own_message"
        channels.settle(receipt, State.DUPLICATE, duplicate_of=first.receipt_id, reason=own)
    elif not arrivals and not about:
        channels.quarantine(receipt, "nothing_in_it")
    else:
        channels.settle(receipt, State.PROCESSED, reason="" if arrivals else about)
