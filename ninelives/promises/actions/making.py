"""Making a promise: what, for whom, by when, on which channel, and by whom it shall be kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ninelives.accounts.models import Actor, Brand, Person, by
from ninelives.channels.registry import CHANNELS
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.customers.queries import is_telephone, listed_addresses
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.promises.actions.telling import named, tell_screens
from ninelives.promises.events import PromiseMade
from ninelives.promises.models import PHONE, Promise, warning

LONGEST = timedelta(days=3660)
# So long after a promise was made, the answer by which the customer is told of it keeps nothing.
TELLING = timedelta(minutes=30)

Kind = Promise.Kind
Source = Promise.Source


class UnfitError(Exception):
    """It cannot be promised so: `field` of it, and a `code` that says what is wrong."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be promised. Empty channel and address: as the conversation is, or the customer's telephone.

    `will_tell`: the customer does not know of it yet; the next answer of whoever makes it says so, and keeps nothing.
    """

    kind: str
    due_by: datetime
    due_from: datetime | None = None
    what: str = ""
    channel: str = ""
    address: str = ""
    owner: Person | None = None
    source: str = Source.AGENT
    will_tell: bool = False


@transaction.atomic
def make(wanted: Wanted, *, customer: Customer, brand: Brand, actor: Actor | None) -> Promise:
    """To a customer, in no conversation. Raises UnfitError."""
    return _make(wanted, customer, brand, None, actor)


@transaction.atomic
def make_in(wanted: Wanted, conversation: Conversation, *, actor: Actor | None) -> Promise:
    """To whoever the conversation is with. Without an actor the customer chose it, or a rule did. Raises UnfitError."""
    record = conversation.record
    return _make(wanted, record.customer, record.brand, record, actor)


def check_window(due_from: datetime | None, due_by: datetime) -> None:
    """Raises UnfitError."""
    if not now() < due_by < now() + LONGEST:
        raise UnfitError("due_by", "no_such_moment")
    if due_from and due_from >= due_by:
        raise UnfitError("due_from", "after_due_by")


def check_owner(owner: Person | None, brand_id: object) -> None:
    """Raises UnfitError."""
    if owner and not (owner.is_active and brand_id in owner.brand_ids):
        raise UnfitError("owner", "not_of_the_team")


def _make(
    wanted: Wanted, customer: Customer, brand: Brand, conversation: Conversation | None, actor: Actor | None
) -> Promise:
    check_window(wanted.due_from, wanted.due_by)
    check_owner(wanted.owner, brand.pk)
    channel, address = _where(wanted, customer, conversation)
    at = now()
    promise = Promise.objects.create(
        brand=brand,
        customer=customer,
        conversation=conversation,
        kind=wanted.kind,
        what=_said(wanted),
        channel=channel,
        address=address,
        owner=wanted.owner,
        source=wanted.source if actor or wanted.source != Source.AGENT else Source.CUSTOMER,
        at=at,
        due_from=wanted.due_from,
        due_by=wanted.due_by,
        warn_at=warning(max(wanted.due_from or at, at), wanted.due_by),
        tell_until=at + TELLING if wanted.will_tell else None,
        **by(actor),
    )
    announce(PromiseMade(promise.pk, named(actor)))
    tell_screens(promise)
    return promise


def _said(wanted: Wanted) -> str:
    what = " ".join(storable(wanted.what).split())[:500]
    if wanted.kind == Kind.OTHER and not what:
        raise UnfitError("what", "empty")
    return what


def _where(wanted: Wanted, customer: Customer, conversation: Conversation | None) -> tuple[str, str]:
    if wanted.kind == Kind.ANSWER and conversation is None:
        raise UnfitError("conversation", "needed_for_an_answer")
    usual = conversation.account.kind if conversation else PHONE
    channel = wanted.channel or (PHONE if wanted.kind == Kind.CALLBACK else usual)
    if channel != PHONE and channel not in CHANNELS:
        raise UnfitError("channel", "unknown")
    address = storable(wanted.address).strip()
    if wanted.kind == Kind.CALLBACK:
        address = address or telephone_of(customer)
    if wanted.kind == Kind.CALLBACK and not address:
        raise UnfitError("address", "needed_for_a_callback")
    if channel == PHONE and address and not is_telephone(address):
        raise UnfitError("address", "no_telephone_number")
    return channel, address


def telephone_of(customer: Customer) -> str:
    """The one they prefer, or the first that became known; "" without."""
    known = [one for one in listed_addresses(customer) if one.kind == PHONE]
    return next((one.value for one in sorted(known, key=lambda one: not one.is_preferred)), "")
