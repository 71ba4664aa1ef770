"""The fixed cast of the tests, made through the rooms' own doors.

Alice and Bob are agents of one brand, Charlie of another that keeps its customers apart; Dora is a customer.
"""

from dataclasses import dataclass
from email.message import EmailMessage

from ninelives.accounts.actions import found, give_token, open_brand, take_on
from ninelives.accounts.models import Brand, Person
from ninelives.accounts.permissions import Permission, Role
from ninelives.accounts.queries import forget_organisation
from ninelives.channels.actions import open_account, store
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations.models import Conversation, Message
from ninelives.reception.working import take_receipts

DORA = "dora@example.org"


@dataclass
class Cast:
    brand: Brand
    other_brand: Brand
    alice: Person
    bob: Person
    charlie: Person
    mailbox: ChannelAccount
    pretend: ChannelAccount
    other_mailbox: ChannelAccount


def cast() -> Cast:
    found("Zonstroom")
    forget_organisation()
    brand, other = open_brand("Zonstroom"), open_brand("Waterland")
    return Cast(
        brand=brand,
        other_brand=other,
        alice=take_on("alice@zonstroom.example", "Alice", Role.AGENT, brands=[brand], language="en", password=None),
        bob=take_on("bob@zonstroom.example", "Bob", Role.AGENT, brands=[brand], password=None),
        charlie=take_on("charlie@waterland.example", "Charlie", Role.AGENT, brands=[other], password=None),
        mailbox=open_account("mail", "Service", brand, address="service@zonstroom.example"),
        pretend=open_account("pretend", "Pretend", brand, told={"secret": "open sesame"}),
        other_mailbox=open_account("mail", "Waterland", other, address="hello@waterland.example"),
    )


def mail(text: str, *, sender: str = f"Dora <{DORA}>", subject: str = "My bill", **headers: str) -> bytes:
    """A mail as it comes over the line. `message_id="…"` becomes the header Message-Id."""
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in headers.items():
        message[name.replace("_", "-").title()] = value
    message.set_content(text)
    return message.as_bytes()


def take_in(account: ChannelAccount, raw: bytes, *, sender: str = DORA) -> Receipt:
    """Store raw input as the door does, and let the worker take it down the main road."""
    store(account, raw, Envelope(sender=sender, recipients=(account.address,)))
    receipt = Receipt.objects.filter(account=account).latest("id")
    while take_receipts():
        pass
    receipt.refresh_from_db()
    return receipt


def writes(account: ChannelAccount, text: str, **more: str) -> Conversation:
    """A customer mails this; the conversation it came to stand in."""
    return Message.objects.get(receipt=take_in(account, mail(text, **more))).conversation


def bearer(*scopes: Permission, brand: Brand | None = None, name: str = "A machine") -> dict[str, str]:
    """The header of a new token, as Django's test client and httpx take it."""
    return {"Authorization": f"Bearer {give_token(name, scopes=scopes, brand=brand)[1]}"}
