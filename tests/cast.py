"""The fixed cast: Alice and Bob on one team, Charlie of another brand, Dora the customer.

Made by the rooms' own verbs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from ninelives.accounts import actions as accounts
from ninelives.accounts.models import Brand, Person
from ninelives.accounts.permissions import Permission, Role
from ninelives.accounts.queries import forget_organisation
from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations.filtering import BUILT_IN, fitting
from ninelives.conversations.models import Conversation, Conversations, Message
from ninelives.reception.working import take_receipts
from ninelives.routing.sorting import forget_descriptions

DORA = "dora@example.org"
PASSWORD = "nine lives are enough"


@dataclass(frozen=True, slots=True)
class Cast:
    brand: Brand
    other_brand: Brand
    mailbox: ChannelAccount
    other_mailbox: ChannelAccount
    pretend: ChannelAccount
    alice: Person
    bob: Person
    charlie: Person
    lead: Person
    planner: Person
    admin: Person


def make_cast(*, confirms: bool = False, password: str | None = None) -> Cast:
    """An organisation with two brands that know nothing of each other."""
    forget_organisation()
    forget_descriptions()
    accounts.found("Zonnestroom")
    brand, other = accounts.open_brand("Zonnestroom"), accounts.open_brand("Windkracht")

    def person(name: str, role: Role, *brands: Brand, language: str = "en") -> Person:
        email = f"{name.lower()}@zonnestroom.example"
        return accounts.take_on(email, name, role, brands=brands, language=language, password=password)

    return Cast(
        brand=brand,
        other_brand=other,
        mailbox=channels.open_account(
            "mail", "Service", brand, address="service@zonnestroom.example", takes_all=True, confirms=confirms
        ),
        pretend=channels.open_account("pretend", "Pretend", brand, told={"secret": "open sesame"}),
        other_mailbox=channels.open_account("mail", "Windkracht", other, address="hallo@windkracht.example"),
        alice=person("Alice", Role.AGENT, brand),
        bob=person("Bob", Role.AGENT, brand),
        charlie=person("Charlie", Role.AGENT, other),
        lead=person("Eva", Role.TEAM_LEAD, brand),
        planner=person("Gijs", Role.PLANNER, brand),
        admin=person("Iris", Role.ADMINISTRATOR),
    )


def mail(
    subject: str = "Meter reading",
    text: str = "Hello, my meter says 12345.",
    *,
    sender: str = f"Dora de Vries <{DORA}>",
    to: str = "service@zonnestroom.example",
    message_id: str = "",
    html: str = "",
    at: datetime = datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    **headers: str,
) -> bytes:
    """A mail as a mail program writes it. Header names with _ for -."""
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"] = format_datetime(at)
    if message_id:
        written["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        written[name.replace("_", "-").title()] = value
    written.set_content(text)
    if html:
        written.add_alternative(html, subtype="html")
    return written.as_bytes()


def take_in(account: ChannelAccount, raw: bytes, *, sender: str = DORA) -> Receipt:
    """It comes in at the door and goes down the whole road; what became of it."""
    arrives(raw, account, sender=sender)
    return Receipt.objects.filter(account=account).latest("id")


def writes(account: ChannelAccount, text: str, **more: str) -> Conversation:
    """A customer mails this; the conversation it came to stand in."""
    raw = mail(text=text, to=account.address, **more)
    return Message.objects.select_related("conversation").get(receipt=take_in(account, raw)).conversation


def in_view(view: str, person: Person) -> Conversations:
    """What stands in one of the views that everybody has."""
    fit = BUILT_IN[view].for_reader(person)
    return fitting(*fit.values, shape=fit.shape)


def bearer(*scopes: Permission, brand: Brand | None = None, name: str = "A machine") -> dict[str, str]:
    """The header of a new token, as Django's test client and httpx take it."""
    return {"Authorization": f"Bearer {accounts.give_token(name, scopes=scopes, brand=brand)[1]}"}


def arrives(raw: bytes, account: ChannelAccount, *, sender: str = "dora@example.org", is_import: bool = False) -> None:
    """It comes in at the door and goes down the whole road."""
    channels.store(account, raw, Envelope(sender, (account.address,)), is_import=is_import)
    while take_receipts():
        pass


def dora_writes(cast: Cast, **given: str) -> Conversation:
    """One mail of Dora's; the conversation it is in."""
    arrives(mail(**given), cast.mailbox)
    return newest_message().conversation


def newest_message() -> Message:
    return Message.objects.select_related("conversation__account", "delivery").order_by("-received_at", "-id")[0]


cast = make_cast
