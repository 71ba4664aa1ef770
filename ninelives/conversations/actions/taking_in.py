"""A customer's message joins its conversation, or opens one. Taking the same one in twice changes nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ninelives.channels.models import Receipt
from ninelives.channels.protocol import InboundMessage
from ninelives.channels.protocol import Participant as Taker
from ninelives.channels.queries import abilities, answering, is_stamped, without_tag
from ninelives.conversations import threading
from ninelives.conversations.actions.casing import come_back, recount
from ninelives.conversations.actions.changing import adopt_changes
from ninelives.conversations.actions.closing import reopen
from ninelives.conversations.actions.filing import keep_files
from ninelives.conversations.actions.living import note_typing
from ninelives.conversations.actions.snoozing import wake
from ninelives.conversations.actions.telling import tell_panes, tell_person, tell_screens
from ninelives.conversations.events import MessageReceived
from ninelives.conversations.models import Closure, Conversation, Message, Participant, Snooze, preview
from ninelives.customers.models import Customer
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.writing import insert, insert_new, update

Direction = Message.Direction
# So long providers try to tell us of a message.
LATEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an inbound message. Not `is_new`: it was here, `message` is the first arrival."""

    message: Message
    is_new: bool
    opened: bool = False


# Without a savepoint of its own, as the worker has one for each receipt.
@transaction.atomic(savepoint=False)
def take_in(customer: Customer, inbound: InboundMessage, receipt: Receipt) -> Arrival:
    """The caller holds the receipt's lane, so messages of one sender come one after the other."""
    known = threading.seen_before(inbound, receipt)
    if known:
        return Arrival(known, is_new=False)
    match = threading.find(inbound, receipt.account)
    conversation = match.conversation or _open(customer, inbound, receipt, match.related_id)
    message = as_message(match.home or conversation, customer, inbound, receipt)
    if match.conversation and not receipt.is_import:
        message.occurred_at = conversation.moment_for(message.occurred_at)
    insert(message)
    keep_files(message, inbound.files, receipt.account)
    if abilities(receipt.account.kind).changes:
        adopt_changes(message)
    _join(message.conversation, [inbound.sender, inbound.reply_to, *inbound.recipients], message.recipient)
    if match.conversation:
        _freshen(conversation, message, inbound, receipt)
    announce(
        MessageReceived(message.pk, conversation.pk, opened=match.conversation is None, is_import=receipt.is_import)
    )
    tell_screens(conversation)
    if match.conversation is None:
        tell_panes(conversation)
    if abilities(receipt.account.kind).live:
        note_typing(conversation, False)
    return Arrival(message, is_new=True, opened=match.conversation is None)


def _open(customer: Customer, inbound: InboundMessage, receipt: Receipt, related_id: UUID | None) -> Conversation:
    account = answering(receipt.account)
    at = when(inbound, receipt)
    waits = _is_question(inbound) and not _is_ours(inbound, receipt)
    promised = _promised(inbound)
    opened = Conversation(
        **promised,
        customer=customer,
        account=account,
        brand_id=account.brand_id,
        subject=inbound.subject[:500],
        created_at=at,
        last_at=at if receipt.is_import else receipt.received_at,
        waiting_since=at if waits else None,
        heard_at=_heard_at(inbound, receipt),
        preview=preview(inbound.own_text or inbound.text),
        related_id=related_id,
        is_automatic=inbound.machine is not None,
        status=Conversation.Status.CLOSED if inbound.is_record else Conversation.Status.OPEN,
    )
    insert(opened, *({"number"} - promised.keys()))
    if inbound.is_record:
        Closure.objects.create(conversation=opened, at=at)
    return opened


def _promised(inbound: InboundMessage) -> dict[str, int]:
    is_free = inbound.opens_as and not Conversation.objects.filter(number=inbound.opens_as).exists()
    return {"number": inbound.opens_as} if is_free else {}


def as_message(conversation: Conversation, customer: Customer, inbound: InboundMessage, receipt: Receipt) -> Message:
    """The row, not yet written."""
    from_us = _is_ours(inbound, receipt)
    return Message(
        conversation=conversation,
        account=receipt.account,
        direction=Direction.OUTBOUND if from_us else Direction.INBOUND,
        customer=None if from_us else customer,
        receipt=receipt,
        sender_name=(customer.record.name if inbound.sender.is_stand_in else inbound.sender.name)[:200],
        sender_address=inbound.sender.address.value,
        recipient="" if from_us else _our_address(inbound, receipt),
        reply_to=inbound.reply_to.address.value if inbound.reply_to else "",
        subject=inbound.subject[:500],
        text=inbound.text,
        html=inbound.html,
        own_text=inbound.own_text if inbound.own_text != inbound.text else "",
        own_html=inbound.own_html if inbound.own_html != inbound.html else "",
        occurred_at=when(inbound, receipt),
        received_at=receipt.received_at,
        external_id=inbound.external_id,
        fingerprint=inbound.fingerprint,
        occurrence=threading.occurrence(inbound, receipt),
        is_import=receipt.is_import,
        machine=inbound.machine or "",
        proof="" if from_us else inbound.proof,
        dkim=inbound.check.dkim,
        spf=inbound.check.spf,
        dmarc=inbound.check.dmarc,
        remarks=list(inbound.remarks),
        has_files=bool(inbound.files),
        language=inbound.language,
        page=asdict(inbound.page) if inbound.page else None,
        answers=threading.pointed_at(inbound, receipt.account),
    )


def _our_address(inbound: InboundMessage, receipt: Receipt) -> str:
    """The address of ours that was written to; an account that takes all may have none of its own."""
    written_to = [*receipt.envelope_to, *(taker.address.value for taker in inbound.recipients)]
    return receipt.account.address or (without_tag(written_to[0].lower()) if written_to else "")


def _join(conversation: Conversation, takers: Iterable[Taker | None], ours: str) -> None:
    insert_new(
        [
            Participant(
                conversation=conversation, kind=taker.address.kind, value=taker.address.value, name=taker.name[:200]
            )
            for taker in takers
            if taker and without_tag(taker.address.value) != ours
        ]
    )


def _freshen(conversation: Conversation, message: Message, inbound: InboundMessage, receipt: Receipt) -> None:
    """The list shows the newest message; an old one that comes in late (import) moves nothing."""
    # After a machine's message the customer's first words begin it; what was said earlier and is told late may have
    # begun it.
    is_earlier = not message.is_import and message.occurred_at < conversation.created_at
    may_begin_it = conversation.is_automatic or message.is_import or is_earlier
    conversation.created_at = message.occurred_at if is_earlier else conversation.created_at
    conversation.is_automatic = conversation.is_automatic and inbound.machine is not None
    conversation.heard_at = _heard_at(inbound, receipt, conversation.heard_at)
    is_newest = _is_newest(message, conversation)
    waits = message.direction == Direction.INBOUND and _is_question(inbound)
    # Also one that was under way while we spoke, as from a mailbox that could not be reached: nobody has read it.
    if waits and not conversation.waiting_since and (is_newest or not message.is_import):
        conversation.waiting_since = message.occurred_at
    if is_newest:
        at = message.occurred_at if message.is_import else receipt.received_at
        conversation.last_at = max(at, conversation.last_at)
        conversation.preview = preview(message.shown_text)
        if message.direction == Direction.OUTBOUND:
            conversation.waiting_since = None
    update(conversation, *_FRESHENED)
    if conversation.assignee_id and not receipt.is_import:
        tell_person(conversation.assignee_id)
    if _reopens(message, inbound):
        _bring_back(conversation, message)
    if may_begin_it:
        recount([conversation.case_id])


_FRESHENED = ["created_at", "last_at", "preview", "waiting_since", "is_automatic", "heard_at"]


def _bring_back(conversation: Conversation, message: Message) -> None:
    """It was locked when it was found: what we read of it still holds."""
    if conversation.snoozed_until:
        wake(conversation, why=Snooze.Why.CUSTOMER)
    if not conversation.is_open and reopen(conversation, actor=None, message=message):
        come_back(conversation)


def _is_newest(message: Message, conversation: Conversation) -> bool:
    if message.occurred_at >= conversation.last_at:
        return True
    # It may have come back from a snooze since the last was said.
    others = Message.objects.of(conversation).exclude(pk=message.pk).exclude(direction=Direction.NOTE)
    return not others.filter(occurred_at__gt=message.occurred_at).exists()


def _reopens(message: Message, inbound: InboundMessage) -> bool:
    return message.direction == Direction.INBOUND and _is_question(inbound) and not message.is_import


def _is_question(inbound: InboundMessage) -> bool:
    """What a machine sends is none, and neither is a record of something that happened."""
    return inbound.machine is None and not inbound.is_record


def _is_ours(inbound: InboundMessage, receipt: Receipt) -> bool:
    return receipt.is_import and threading.is_from_us(inbound, receipt.account)


def _heard_at(inbound: InboundMessage, receipt: Receipt, before: datetime | None = None) -> datetime | None:
    """What comes late through a fault of ours is news when it is here, not when it reached our door."""
    if not receipt.is_import:
        return now()
    at = when(inbound, receipt)
    if _is_ours(inbound, receipt):
        # An answer of old: whoever gave it had read what came before.
        return before if before and before > at else None
    return max(at, before) if before else at


def when(inbound: InboundMessage, receipt: Receipt) -> datetime:
    """Import keeps dates. Of live input the moment it reached us is sure, as clocks of senders jump; and the provider's
    stamp, by which things stand in the order in which they were said, in whatever order they are told."""
    written_at, received_at = inbound.written_at, receipt.received_at
    if written_at is None:
        return received_at
    if not receipt.is_import:
        if not is_stamped(receipt.account.kind) or written_at < received_at - LATEST:
            return received_at
        if not written_at.microsecond:
            # Told in whole seconds, it was within that one: what we said in it may be what it answers.
            written_at += timedelta(microseconds=999_999)
    return min(written_at, received_at)
