"""Which account takes what, and what an adapter reads."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from ninelives.channels.models import AccountSetting, ChannelAccount, Receipt
from ninelives.channels.protocol import LONGER_WINDOW, Abilities, Inbound, InboundMessage, SenderCheck, TextLookup
from ninelives.channels.registry import CHANNELS, NAMING, ON_PAPER, REGISTERING, channel
from ninelives.foundation.address import Address
from ninelives.foundation.compiling import attach, compiled
from ninelives.foundation.text import storable


def account_for_mail(recipients: Iterable[str]) -> ChannelAccount | None:
    """The account that one of these addresses belongs to (`name+anything@` counts as `name@`), else the one that
    takes all."""
    kinds = [kind for kind, speaks in CHANNELS.items() if speaks.takes_mail]
    plain = [without_tag(recipient.strip().lower()) for recipient in recipients]
    asked = Q(address__in=plain) | Q(takes_all=True)
    accounts = ChannelAccount.objects.filter(asked, kind__in=kinds, is_active=True).select_related("brand")
    known = {account.address: account for account in accounts}
    named = next((known[address] for address in plain if address in known), None)
    return named or next((account for account in accounts if account.takes_all), None)


def attach_settings(accounts: list[ChannelAccount]) -> None:
    """To each its settings, so that `view` asks for none."""
    if accounts:
        attach(accounts, "settings", _settings(list({one.pk for one in accounts})), "account_id")


@compiled
def _settings(accounts: list[UUID]) -> QuerySet[AccountSetting]:
    return AccountSetting.objects.filter(account__in=accounts)


def account_by_id(kind: str, account_id: UUID) -> ChannelAccount | None:
    return next(iter(_with_id(kind, account_id)), None)


def account_with_key(key: str) -> ChannelAccount | None:
    """The account that this public key names, whatever its kind."""
    named = ChannelAccount.objects.filter(settings__name="key", settings__value=key, is_active=True)
    return named.select_related("brand").prefetch_related("settings").first() if key and "\0" not in key else None


def is_our_own(address: str) -> bool:
    """Whether this is an address of the organisation itself, whatever the brand."""
    plain = without_tag(address.strip().lower())
    return bool(plain) and ChannelAccount.objects.filter(address=plain).exists()


def made_for(account: ChannelAccount) -> dict[str, str]:
    """What was made when the account was opened, secrets included: to be shown once."""
    told = account.view().settings
    return {one.name: told[one.name] for one in channel(account.kind).settings if one.is_made and one.name in told}


def read(receipt: Receipt) -> list[Inbound]:
    """The facts in a receipt. Raises Unreadable."""
    account = receipt.account
    facts = channel(account.kind).read(receipt.content, receipt.envelope, account.view())
    return [_told_short(fact, receipt.left_out) for fact in facts]


def is_verifiable(receipt: Receipt) -> bool:
    return channel(receipt.account.kind).is_verifiable(receipt.content)


def verify_sender(receipt: Receipt, lookup: TextLookup) -> SenderCheck:
    account = receipt.account
    return channel(account.kind).verify_sender(receipt.content, receipt.envelope, account.view(), lookup)


def name_of(account: ChannelAccount, address: Address) -> str:
    """What the provider says that somebody is called. Raises Refused, TryLater, NotConfigured, SecretLostError."""
    return storable(NAMING[account.kind].name_of(address, account.view()))[:200]


def abilities(kind: str) -> Abilities:
    return channel(kind).abilities


def is_stamped(kind: str) -> bool:
    return channel(kind).is_stamped


def reply_window(account: ChannelAccount) -> timedelta | None:
    """How long after the customer's last message a person may answer freely; None where that does not end."""
    allowed = abilities(account.kind)
    if allowed.longer_window and account.settings.filter(name=LONGER_WINDOW, value="yes").exists():
        return allowed.longer_window
    return allowed.reply_window


def is_paper(kind: str) -> bool:
    return channel(kind).is_paper


def icon(kind: str) -> str:
    """The name of the picture that stands for it on screens."""
    return channel(kind).icon


def address_kind(kind: str) -> str:
    """The kind of the addresses that customers have on this channel."""
    return channel(kind).address_kind


def accounts_that_answer(brand_id: UUID) -> list[ChannelAccount]:
    """By which something can leave on behalf of this brand, the oldest first."""
    return [one for one in _active(brand_id) if abilities(one.kind).answers]


def accounts_for_paper(brand_ids: Iterable[UUID]) -> list[ChannelAccount]:
    """Where letters come in for these brands."""
    paper = [kind for kind, speaks in CHANNELS.items() if speaks.is_paper]
    return list(ChannelAccount.objects.filter(kind__in=paper, brand__in=brand_ids, is_active=True).order_by("name"))


def sender_of_paper(account: ChannelAccount, content: bytes) -> Address:
    """By which the sender of this letter will be known."""
    return ON_PAPER[account.kind].sender_of(content, account.view())


def answering(account: ChannelAccount) -> ChannelAccount:
    """By which a conversation that begins here is answered; itself where there is no other that can."""
    kind = channel(account.kind).answered_by
    if not kind:
        return account
    wanted = account.view().settings.get("answers_from", "").lower()
    able = [one for one in accounts_that_answer(account.brand_id) if address_kind(one.kind) == kind and one.address]
    return next(iter(sorted(able, key=lambda one: one.address != wanted)), account)


@compiled
def _active(brand_id: UUID) -> QuerySet[ChannelAccount]:
    return ChannelAccount.objects.filter(brand=brand_id, is_active=True).order_by("created_at", "id")


def choices_to_register(brand_ids: Iterable[UUID]) -> list[tuple[ChannelAccount, str]]:
    """What agents may write down that happened, by account; "" where there is nothing to choose but the account."""
    accounts = ChannelAccount.objects.filter(kind__in=REGISTERING, brand__in=brand_ids, is_active=True)
    accounts = accounts.prefetch_related("settings").select_related("brand").order_by("name")
    return [(one, what) for one in accounts for what in REGISTERING[one.kind].choices(one.open_view())]


def kinds_of(brand_ids: Iterable[UUID]) -> list[str]:
    """The kinds of channel by which customers of these brands come, in order of the alphabet."""
    found = ChannelAccount.objects.filter(brand__in=brand_ids, is_active=True).values_list("kind", flat=True)
    return sorted(set(found))


def kinds_with(address_kind: str) -> list[str]:
    """The channels on which customers have addresses of this kind."""
    return [kind for kind, speaks in CHANNELS.items() if speaks.address_kind == address_kind]


@compiled
def _with_id(kind: str, account_id: UUID) -> QuerySet[ChannelAccount]:
    return ChannelAccount.objects.filter(kind=kind, pk=account_id, is_active=True).select_related("brand")


def _told_short(fact: Inbound, left_out: str) -> Inbound:
    """Where only the beginning is here, whoever reads the message is told."""
    if not left_out or not isinstance(fact, InboundMessage):
        return fact
    return replace(fact, remarks=(left_out, *fact.remarks))


def without_tag(address: str) -> str:
    """`service+anything@` → `service@`."""
    local, at, domain = address.rpartition("@")
    return local.split("+", 1)[0] + at + domain


def lane(account_id: UUID, sender: str) -> str:
    """The input of one sender at one account."""
    return f"{account_id}:{hashlib.sha256(sender.encode('utf-8', 'replace')).hexdigest()[:32]}"
