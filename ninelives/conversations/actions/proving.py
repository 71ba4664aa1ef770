"""What was found out about a message's sender."""

from django.db import transaction

from ninelives.channels.protocol import InboundMessage, SenderCheck
from ninelives.channels.queries import address_kind
from ninelives.conversations import tokens
from ninelives.conversations.actions.telling import tell_timelines
from ninelives.conversations.models import Message
from ninelives.customers import actions as customers
from ninelives.customers.models import CustomerAddress
from ninelives.foundation.address import Proof


@transaction.atomic
def note_check(message: Message, check: SenderCheck) -> None:
    """An aligned pass makes the address the customer's own; anything else takes nothing away."""
    message.dkim, message.spf, message.dmarc = check.dkim, check.spf, check.dmarc
    if check.aligned:
        message.proof = Proof.PROVEN
        mine = CustomerAddress.objects.exclude(proof=Proof.CLAIMED).filter(
            customer=message.customer_id, kind=address_kind(message.account.kind), value=message.sender_address
        )
        for address in mine:
            customers.strengthen(address, Proof.PROVEN)
    message.save(update_fields=["dkim", "spf", "dmarc", "proof"])
    tell_timelines(message.conversation)


def note_answered(message: Message, inbound: InboundMessage) -> None:
    """Whoever answers from an address that was only typed, under the token that we sent there, has shown it to be
    theirs."""
    conversation = message.conversation
    if message.customer_id == conversation.customer_id:
        return
    if conversation.number not in [tokens.read(one) for one in inbound.thread_tokens]:
        return
    whose = conversation.customer
    sender = inbound.sender.address
    if CustomerAddress.objects.filter(
        customer=whose, kind=sender.kind, value=sender.value, proof=Proof.CLAIMED, proven_at=None
    ).exists():
        customers.note_shown(whose, sender, source=message.account.kind)
