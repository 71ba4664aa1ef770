"""What customers are called of whom the provider tells no more than a number until it is asked: by a step of its own,
tried again, for which no message waits."""

import logging

from procrastinate.contrib.django import app as jobs

from ninelives.channels.protocol import NotConfigured, Refused
from ninelives.channels.queries import name_of
from ninelives.channels.registry import NAMING
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Message
from ninelives.customers import actions as customers
from ninelives.foundation.address import Address
from ninelives.foundation.secrets import SecretLostError

log = logging.getLogger(__name__)


def ask_for_name(message: Message) -> None:
    """In the caller's transaction. Also of a later message: some tell of nobody whom we have not answered yet."""
    if message.account.kind in NAMING and not message.is_import and _is_unnamed(message):
        jobs.configure_task("reception.fetch_name").defer(message_id=str(message.pk))


def fetch_name(message: Message) -> None:
    """Raises TryLater."""
    if not _is_unnamed(message):
        return
    address = Address(NAMING[message.account.kind].address_kind, message.sender_address)
    try:
        name = name_of(message.account, address)
    except (Refused, NotConfigured, SecretLostError) as reason:
        log.info("%s %s tells no name: %s", message.account.kind, message.account_id, type(reason).__name__)
        return
    if name and message.customer:
        customers.rename(message.customer, message.sender_address, name)
        conversations.name_sender(message, name)


def _is_unnamed(message: Message) -> bool:
    """A customer of whom no name is told is called by the address."""
    return message.customer is not None and message.customer.name == message.sender_address
