"""What was fetched becomes receipts, each once: known again by its bytes, and by its imprint where those changed or are
erased."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from ninelives.channels.actions import IMPORT_LANE, RECEIPTS, quarantine, receipt_of, settle
from ninelives.channels.models import ASKED_AGAIN, NOT_FETCHED, ChannelAccount, Imprint, MailboxPosition, Receipt
from ninelives.channels.polling import Glance, Listed
from ninelives.foundation.clock import now
from ninelives.foundation.live import wake
from ninelives.foundation.models import File
from ninelives.foundation.secrets import signature

State = Receipt.State


@dataclass(slots=True)
class Came:
    """One that was fetched, in memory or in a file."""

    uid: int
    size: int
    arrived_at: datetime | None
    sha256: str
    glance: Glance
    raw: bytes | None = None
    file: File | None = None
    is_import: bool = False
    closes: bool = False
    left_out: str = ""
    file_name: str = ""

    @classmethod
    def whole(cls, one: Listed, raw: bytes, glance: Glance) -> "Came":
        return cls(one.uid, len(raw), one.arrived_at, sha256(raw).hexdigest(), glance, raw=raw, file_name=one.file_name)

    @classmethod
    def in_file(cls, one: Listed, file: File, glance: Glance) -> "Came":
        return cls(one.uid, file.size, one.arrived_at, file.sha256, glance, file=file, file_name=one.file_name)

    @property
    def key(self) -> str:
        return f"fetched:{self.sha256}"


def keep(account: ChannelAccount, came: Sequence[Came]) -> int:
    """In the caller's transaction. How many were here already."""
    imprints = _imprints(account, came)
    here = _here(account, came, imprints)
    fresh: dict[str, Receipt] = {}
    firsts: dict[str, UUID] = dict(imprints)
    for one in came:
        digest = _digest(account, one.glance.imprint)
        if one.key in here or one.key in fresh or _is_forgotten(digest, imprints, here):
            continue
        receipt = _receipt(account, one)
        if digest in firsts:
            # The same mail with other lines of transport: a second way to the same mailbox, or a moved one.
            receipt.state, receipt.duplicate_of_id, receipt.processed_at = State.DUPLICATE, firsts[digest], now()
        firsts.setdefault(digest, receipt.pk)
        fresh[one.key] = receipt
    Receipt.objects.bulk_create(fresh.values())
    Imprint.objects.bulk_create(
        Imprint(account=account, digest=digest, receipt_id=first)
        for digest, first in firsts.items()
        if digest not in imprints
    )
    if fresh:
        wake(RECEIPTS)
    return len(came) - len(fresh)


def set_aside(account: ChannelAccount, one: Listed, head: bytes, glance: Glance, key: str, said: str) -> None:
    """It cannot be fetched: a receipt of what is known, shown, that can be asked for again."""
    receipt = _receipt(account, Came(one.uid, one.size, one.arrived_at, "", glance, raw=head, left_out=NOT_FETCHED))
    receipt.key, receipt.size = key, one.size
    if not Receipt.objects.filter(account=account, key=key).exists():
        receipt.save(force_insert=True)
        quarantine(receipt, NOT_FETCHED, said)


def asked_for(account: ChannelAccount) -> list[Receipt]:
    """Those that somebody wants fetched again."""
    return list(Receipt.objects.filter(account=account, left_out=NOT_FETCHED, reason=ASKED_AGAIN))


def put_back(receipt: Receipt, said: str = "") -> None:
    """It did not come this time either."""
    settle(receipt, State.QUARANTINED, reason=NOT_FETCHED, detail=said)


@transaction.atomic
def complete(receipt: Receipt, came: Came) -> None:
    """The rest of it came at last."""
    account = receipt.account
    digest = _digest(account, came.glance.imprint)
    imprint, is_new = Imprint.objects.get_or_create(account=account, digest=digest, defaults={"receipt_id": receipt.pk})
    whole = _receipt(account, came)
    for name in ("raw", "raw_file", "size", "lane", "envelope_from", "envelope_to", "left_out"):
        setattr(receipt, name, getattr(whole, name))
    receipt.state, receipt.attempts, receipt.reason, receipt.detail = State.STORED, 0, "", ""
    if not is_new:
        receipt.state, receipt.duplicate_of_id = State.DUPLICATE, imprint.receipt_id
    receipt.save()
    wake(RECEIPTS)


def key_of(position: MailboxPosition, uid: int) -> str:
    return f"uid:{position.pk}:{position.validity}:{uid}"


def uid_in(receipt: Receipt, position: MailboxPosition) -> int:
    """0: its folder was numbered anew since, and it came in then."""
    before, _colon, uid = receipt.key.rpartition(":")
    return int(uid) if before == f"uid:{position.pk}:{position.validity}" else 0


def _imprints(account: ChannelAccount, came: Sequence[Came]) -> dict[str, UUID]:
    digests = [_digest(account, one.glance.imprint) for one in came]
    return dict(Imprint.objects.filter(account=account, digest__in=digests).values_list("digest", "receipt_id"))


def _here(account: ChannelAccount, came: Sequence[Came], imprints: dict[str, UUID]) -> set[str | UUID]:
    """Keys and ids of the receipts that are still here."""
    ours = Receipt.objects.filter(account=account)
    keys = ours.filter(key__in=[one.key for one in came]).values_list("key", flat=True)
    return {*keys, *ours.filter(pk__in=imprints.values()).values_list("pk", flat=True)}


def _is_forgotten(digest: str, imprints: dict[str, UUID], here: set[str | UUID]) -> bool:
    """It was here and was erased: it stays away."""
    return digest in imprints and imprints[digest] not in here


def _digest(account: ChannelAccount, imprint: str) -> str:
    return signature("imprint", f"{account.pk} {imprint}", 64)


def _receipt(account: ChannelAccount, came: Came) -> Receipt:
    receipt = receipt_of(
        account,
        came.raw,
        replace(came.glance.envelope, file_name=came.file_name) if came.file_name else came.glance.envelope,
        key=came.key,
        lane=IMPORT_LANE if came.is_import else came.glance.lane,
        is_import=came.is_import,
        file=came.file,
    )
    receipt.closes, receipt.left_out = came.closes, came.left_out
    # When our mail server got it: that is when the customer began to wait.
    receipt.received_at = min(came.arrived_at or receipt.received_at, receipt.received_at)
    return receipt
