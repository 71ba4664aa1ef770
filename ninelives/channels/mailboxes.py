"""Which mailboxes are to be fetched, and how each of them goes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from ninelives.channels.models import ASKED_AGAIN, NOT_FETCHED, ChannelAccount, MailboxPosition, Receipt
from ninelives.channels.registry import POLLED
from ninelives.foundation.clock import now

State = MailboxPosition.State

# A mailbox that is well is looked at every minute, and that is written down every four.
SILENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One account that is fetched. `state`: new, fetching, watching, failing; closed, or unwatched by any worker."""

    account_id: UUID
    name: str
    kind: str
    brand: str
    place: str
    state: str
    done: int = 0
    total: int = 0
    known: int = 0
    # A code of `remarks.py`.
    problem: str = ""
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_success_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        return self.state in ("new", "fetching", "watching") and not self.problem


def mailboxes(brand_ids: Collection[UUID] | None = None) -> list[Mailbox]:
    """Those of these brands, or of all."""
    accounts = ChannelAccount.objects.filter(kind__in=POLLED).select_related("brand")
    if brand_ids is not None:
        accounts = accounts.filter(brand__in=brand_ids)
    found = accounts.prefetch_related("settings", "positions").order_by("name")
    return [_mailbox(one) for one in found if _folder(one)]


def mailbox_of(account: ChannelAccount) -> Mailbox | None:
    return _mailbox(account) if account.kind in POLLED and _folder(account) else None


def polled_accounts() -> dict[UUID, str]:
    """The accounts that are to be fetched, each with a hash of what it was told: who sees it change starts anew."""
    accounts = ChannelAccount.objects.filter(kind__in=POLLED, is_active=True)
    rows = accounts.values_list("pk", "kind", "address", "settings__name", "settings__value")
    told: dict[UUID, list[str]] = {}
    settings: dict[tuple[UUID, str], dict[str, str]] = {}
    for account_id, kind, *words in rows:
        told.setdefault(account_id, []).append(repr(words))
        settings.setdefault((account_id, kind), {})[words[1] or ""] = words[2] or ""
    fetched = {pk for (pk, kind), given in settings.items() if POLLED[kind].folder(given)}
    return {pk: sha256("".join(sorted(told[pk])).encode()).hexdigest() for pk in told if pk in fetched}


def accounts_asked_again() -> set[UUID]:
    """Those of which somebody wants raw input fetched again."""
    asked = Receipt.objects.filter(state=Receipt.State.QUARANTINED, left_out=NOT_FETCHED, reason=ASKED_AGAIN)
    return set(asked.values_list("account_id", flat=True))


def _told(account: ChannelAccount) -> dict[str, str]:
    return {row.name: row.value for row in account.settings.all() if not row.is_secret}


def _folder(account: ChannelAccount) -> str:
    """ "" where nothing is to be fetched."""
    return POLLED[account.kind].folder(_told(account))


def _mailbox(account: ChannelAccount) -> Mailbox:
    told, folder = _told(account), _folder(account)
    at = _position(account.positions.all(), folder)
    return Mailbox(
        account_id=account.pk,
        name=account.name,
        kind=account.kind,
        brand=account.brand.name,
        place=" · ".join(filter(None, [told.get("user", ""), told.get("host", ""), folder])),
        state=_state(account, at),
        done=at.done,
        total=max(at.total, at.done),
        known=at.known,
        problem=at.problem,
        failing_since=at.failing_since,
        retry_at=at.retry_at,
        last_success_at=at.last_success_at,
    )


def _position(positions: Iterable[MailboxPosition], folder: str) -> MailboxPosition:
    return next((one for one in positions if one.folder == folder), MailboxPosition(folder=folder))


def _state(account: ChannelAccount, at: MailboxPosition) -> str:
    if not account.is_active:
        return "closed"
    heard_at = max(filter(None, [at.last_success_at, at.retry_at, account.created_at]))
    return "unwatched" if now() - heard_at > SILENCE else str(at.state)
