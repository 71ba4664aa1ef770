"""Storing what came in, quarantine and replay; handing over what goes out, undoing it, and hearing its news."""

import hashlib
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs

from ninelives.accounts.models import Brand
from ninelives.channels import documents
from ninelives.channels.events import ReceiptQuarantined
from ninelives.channels.models import ASKED_AGAIN, NOT_FETCHED, AccountSetting, ChannelAccount, Delivery, Receipt
from ninelives.channels.protocol import Envelope, Happened, Outbound
from ninelives.channels.queries import lane as lane_of
from ninelives.channels.registry import LOOKED_AT, POLLED, REGISTERING, TEMPLATED, channel
from ninelives.foundation import files
from ninelives.foundation.announcing import announce
from ninelives.foundation.batches import Batch
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.live import signal, wake
from ninelives.foundation.models import File
from ninelives.foundation.secrets import seal
from ninelives.foundation.text import storable
from ninelives.foundation.waking import waker
from ninelives.foundation.writing import insert_once

log = logging.getLogger(__name__)

RECEIPTS = "receipts"
DELIVERIES = "deliveries"
# Above this, raw input stands in a file: a row of 50 MB is slow to write and to replicate.
INTO_A_FILE = 512_000
IMPORT_LANE = "import"


class BadSettingError(Exception):
    """A channel account was told something it does not know, or not told what it needs."""

    def __init__(self, names: list[str], known: list[str]) -> None:
        super().__init__(f"{', '.join(names)} (known: {', '.join(known)})")
        self.names, self.known = names, known


class UnfitSettingError(Exception):
    """A setting has a value that nobody can work with; `like` shows one that can be."""

    def __init__(self, name: str, like: str) -> None:
        super().__init__(f"{name}: {like}")
        self.name, self.like = name, like


@transaction.atomic
def open_account(
    kind: str,
    name: str,
    brand: Brand,
    *,
    address: str = "",
    takes_all: bool = False,
    confirms: bool = False,
    told: Mapping[str, str] | None = None,
) -> ChannelAccount:
    """Make an address of ours. Raises UnknownChannelError, BadSettingError, UnfitSettingError."""
    settings = channel(kind).settings
    given = {setting.name: setting.default for setting in settings if setting.default} | dict(told or {})
    given |= {one.name: secrets.token_urlsafe(24) for one in settings if one.is_made and not given.get(one.name)}
    _check_settings(kind, given)
    address = address or _shown_address(kind, given)
    account = ChannelAccount.objects.create(
        kind=kind, name=name, brand=brand, address=address.strip().lower(), takes_all=takes_all, confirms=confirms
    )
    _keep_settings(account, given)
    _have_it_looked_at(account)
    return account


@transaction.atomic
def change_account(
    account: ChannelAccount,
    *,
    name: str | None = None,
    address: str | None = None,
    takes_all: bool | None = None,
    confirms: bool | None = None,
    is_active: bool | None = None,
    told: Mapping[str, str] | None = None,
) -> ChannelAccount:
    """Change what is given and leave the rest; a setting given as "" is forgotten.

    Raises BadSettingError, UnfitSettingError.
    """
    given = dict(told or {})
    # What is forgotten is as it was before anybody said anything.
    given |= {one.name: one.default for one in channel(account.kind).settings if given.get(one.name) == ""}
    _check_settings(account.kind, dict(account.settings.values_list("name", "value")) | given)
    own = {"name": name, "takes_all": takes_all, "confirms": confirms, "is_active": is_active}
    own["address"] = None if address is None else address.strip().lower()
    changed = {field: value for field, value in own.items() if value is not None}
    if changed:
        ChannelAccount.objects.filter(pk=account.pk).update(**changed)
    account.settings.filter(name__in=given).delete()
    _keep_settings(account, {key: value for key, value in given.items() if value})
    account.refresh_from_db()
    _have_it_looked_at(account)
    return account


def _have_it_looked_at(account: ChannelAccount) -> None:
    if account.kind in (*LOOKED_AT, *TEMPLATED):
        jobs.configure_task("channels.look_at").defer(account_id=str(account.pk))


def store(account: ChannelAccount, raw: bytes, envelope: Envelope, *, key: str = "", is_import: bool = False) -> bool:
    """Keep raw input. Once this has returned it may be acknowledged: nothing can lose it. False: it was here already.

    `key` is for callers who know better than the channel what makes an arrival the same (import, polling).
    """
    own_key, own_lane = _marks(account.kind, raw, envelope)
    told = key or own_key
    # One lane for all of an import: a thread has several senders, and an answer must not overtake its question.
    lane = IMPORT_LANE if is_import else own_lane
    receipt = receipt_of(account, raw, envelope, key=told or str(new_id()), lane=lane, is_import=is_import)
    is_waking = waker.is_at_work
    is_new = insert_once(receipt, ("account", "key"), wakes="" if is_import or is_waking else RECEIPTS)
    if is_new and is_waking and not is_import:
        waker.wake(RECEIPTS)
    if not is_new and not told:
        # A key of our own making is new for sure: this was not kept, and must not be acknowledged.
        raise IntegrityError(f"receipt {receipt.pk} has the key of another")
    return is_new


def register(account: ChannelAccount, happened: Happened, *, is_import: bool = False) -> bool:
    """Keep what an agent says happened, as what comes in is kept. False: it was here already."""
    raw = REGISTERING[account.kind].registered(happened, account.view())
    return store(account, raw, Envelope(), key=happened.key, is_import=is_import)


def _marks(kind: str, raw: bytes, envelope: Envelope) -> tuple[str, str]:
    """Its key and its lane. What an adapter stumbles over is kept all the same: it shows when it is read."""
    speaks = channel(kind)
    try:
        return speaks.key(raw, envelope), speaks.lane(raw, envelope)
    except Exception as reason:  # noqa: BLE001 - an outermost place: what is not kept here would be lost
        log.warning("%s input is kept without its key and lane: %s", kind, type(reason).__name__)
        return "", ""


def receipt_of(
    account: ChannelAccount,
    raw: bytes | None,
    envelope: Envelope,
    *,
    key: str,
    lane: str,
    is_import: bool = False,
    file: File | None = None,
) -> Receipt:
    """Raw input, in memory or in a file, as a receipt that is not saved yet."""
    if raw is not None and len(raw) > INTO_A_FILE:
        file, raw = files.store(raw), None
    return Receipt(
        account=account,
        key=key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest(),
        lane=lane_of(account.pk, lane),
        is_import=is_import,
        raw=raw,
        raw_file=file,
        size=file.size if file else len(raw or b""),
        envelope_from=storable(envelope.sender),
        envelope_to=[storable(one) for one in envelope.recipients],
        peer_ip=envelope.peer_ip[:45],
        helo=storable(envelope.helo),
        file_name=storable(envelope.file_name)[:200],
    )


def quarantine(receipt: Receipt, reason: str, detail: str = "") -> None:
    """Put it aside, shown and replayable; its lane goes on."""
    settle(receipt, Receipt.State.QUARANTINED, reason=reason, detail=storable(detail)[:2000])
    announce(ReceiptQuarantined(receipt.pk, reason))


def settle(
    receipt: Receipt, state: str, *, reason: str = "", detail: str = "", duplicate_of: UUID | None = None
) -> None:
    if state == Receipt.State.PROCESSED and not reason:
        processed.add(receipt.pk)
        return
    Receipt.objects.filter(pk=receipt.pk).update(
        state=state, processed_at=now(), reason=reason, detail=detail, duplicate_of=duplicate_of
    )
    if state != Receipt.State.PROCESSED:
        # What was processed is told by its conversation; a ledger that looks on hears of the rest.
        signal("ledger", str(receipt.account.brand_id))


def _settle_processed(ids: list[UUID]) -> None:
    """As what most become; of an earlier try they may have a reason."""
    settled = Receipt.objects.filter(pk__in=ids)
    settled.update(state=Receipt.State.PROCESSED, processed_at=now(), reason="", detail="", duplicate_of=None)


processed = Batch("processed", _settle_processed)


@transaction.atomic
def replay(receipt: Receipt) -> bool:
    """Process raw input again. What was already taken in from it is recognised and not doubled.

    Of what could not be fetched there is too little to process: it is asked for again.
    """
    if receipt.left_out == NOT_FETCHED:
        return bool(Receipt.objects.filter(pk=receipt.pk, left_out=NOT_FETCHED).update(reason=ASKED_AGAIN, detail=""))
    changed = (
        Receipt.objects.filter(pk=receipt.pk)
        .exclude(state=Receipt.State.STORED)
        .update(state=Receipt.State.STORED, attempts=0, reason="", detail="", duplicate_of=None)
    )
    wake(RECEIPTS)
    return bool(changed)


def hand_over(account: ChannelAccount, outbound: Outbound) -> Delivery:
    """Write down what is to be sent, in the caller's transaction. It goes when its time to undo has passed."""
    undo = timedelta(0) if outbound.automatic else channel(account.kind).abilities.undo
    delivery = Delivery.objects.create(
        account=account, external_id=outbound.external_id, outbound=documents.write(outbound), due_at=now() + undo
    )
    wake(DELIVERIES)
    return delivery


def handed_over_earlier(account: ChannelAccount, outbound: Outbound, at: datetime) -> Delivery:
    """What was sent, and read, before we were here."""
    return Delivery.objects.create(
        account=account,
        external_id=outbound.external_id,
        outbound=documents.write(outbound),
        state=Delivery.State.READ,
        created_at=at,
        due_at=at,
        settled_at=at,
    )


def withdraw(delivery: Delivery) -> bool:
    """Undo a send that has not begun. Compare-and-set: of an undo and a start, one wins."""
    gone = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, attempts=0)
    return bool(gone.update(state=Delivery.State.WITHDRAWN, settled_at=now()))


@transaction.atomic
def send_again(delivery: Delivery) -> bool:
    """Somebody asks for another try of what was held, failed or is uncertain."""
    stuck = Delivery.objects.filter(pk=delivery.pk, state__in=["held", "failed", "uncertain"])
    changed = stuck.update(state=Delivery.State.WAITING, due_at=now(), attempts=0, reason="", settled_at=None)
    wake(DELIVERIES)
    return bool(changed)


def _shown_address(kind: str, given: Mapping[str, str]) -> str:
    """The address that the settings show, unless another account has it: of two folders of one mailbox, say."""
    named = next((given.get(one.name, "") for one in channel(kind).settings if one.is_address), "")
    shown = (POLLED[kind].own_address(given) if kind in POLLED else named).strip().lower()
    return "" if ChannelAccount.objects.filter(kind=kind, address=shown).exists() else shown


def _check_settings(kind: str, given: Mapping[str, str]) -> None:
    settings = {setting.name: setting for setting in channel(kind).settings}
    wrong = [name for name in given if name not in settings]
    wrong += [name for name, setting in settings.items() if setting.required and not given.get(name)]
    if wrong:
        raise BadSettingError(wrong, sorted(settings))
    for name, value in given.items():
        if value and settings[name].pattern and not re.fullmatch(settings[name].pattern, value):
            raise UnfitSettingError(name, settings[name].like)


def _keep_settings(account: ChannelAccount, given: Mapping[str, str]) -> None:
    secret = {setting.name for setting in channel(account.kind).settings if setting.secret}
    for key, value in given.items():
        AccountSetting.objects.create(
            account=account, name=key, value=seal(value) if key in secret else value, is_secret=key in secret
        )
