"""How it goes with accounts that are asked by the clock, kept for those who watch over what comes in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ninelives.channels.models import AccountLook, ChannelAccount
from ninelives.channels.protocol import SendProblem, Uncertain
from ninelives.channels.registry import LOOKED_AT, TEMPLATED
from ninelives.foundation.clock import now
from ninelives.foundation.live import signal
from ninelives.foundation.text import storable

What = AccountLook.What

# Longer than it takes until the next look; then there is nobody who looks.
SILENCE = {What.INPUT: timedelta(minutes=15), What.TEMPLATES: timedelta(hours=3)}
# The account was never told what it takes: nothing is the matter, and nothing comes.
_NOT_SET_UP = ("no_business_account",)


@dataclass(frozen=True, slots=True)
class Look:
    """`state`: new, watching, failing, unset; closed, or unwatched by any worker."""

    account_id: UUID
    name: str
    kind: str
    what: str
    state: str
    # A code of `remarks.py`, or what the provider said.
    problem: str = ""
    failing_since: datetime | None = None
    last_success_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        return self.state in ("new", "watching", "unset", "closed")


def looks(brand_ids: Collection[UUID] | None = None) -> list[Look]:
    """Of the accounts of these brands, or of all; also of what was never looked for yet."""
    accounts = ChannelAccount.objects.filter(kind__in={*LOOKED_AT, *TEMPLATED}).prefetch_related("looks")
    if brand_ids is not None:
        accounts = accounts.filter(brand__in=brand_ids)
    return [_look(one, what) for one in accounts.order_by("name") for what in _wanted_of(one)]


def note(account: ChannelAccount, what: What, problem: SendProblem | None = None, *, code: str = "") -> None:
    """How a look ended: well, or with a problem."""
    said = code or _said(problem)
    before = AccountLook.objects.filter(account=account, what=what).first()
    since = (before and before.failing_since) or now()
    told: dict[str, object] = {"tried_at": now(), "problem": said, "failing_since": since if said else None}
    if not said:
        told["last_success_at"] = now()
    AccountLook.objects.update_or_create(account=account, what=what, defaults=told)
    if before is None or before.problem != said:
        signal("mailboxes", str(account.brand_id))


def is_unset(problem: SendProblem) -> bool:
    return problem.reason in _NOT_SET_UP


def _said(problem: SendProblem | None) -> str:
    if problem is None:
        return ""
    # Whether it was taken is no question where nothing was sent.
    return "provider_away" if isinstance(problem, Uncertain) else storable(problem.reason)[:500]


def _wanted_of(account: ChannelAccount) -> Iterable[What]:
    return [what for what, kinds in ((What.INPUT, LOOKED_AT), (What.TEMPLATES, TEMPLATED)) if account.kind in kinds]


def _look(account: ChannelAccount, what: What) -> Look:
    at = next((one for one in account.looks.all() if one.what == what), None)
    return Look(
        account_id=account.pk,
        name=account.name,
        kind=account.kind,
        what=what,
        state=_state(account, what, at),
        problem=at.problem if at and account.is_active else "",
        failing_since=at.failing_since if at else None,
        last_success_at=at.last_success_at if at else None,
    )


def _state(account: ChannelAccount, what: What, at: AccountLook | None) -> str:
    if not account.is_active:
        return "closed"
    if at and at.problem in _NOT_SET_UP:
        return "unset"
    if now() - (at.tried_at if at else account.created_at) > SILENCE[what]:
        return "unwatched"
    return "new" if at is None else "failing" if at.problem else "watching"
