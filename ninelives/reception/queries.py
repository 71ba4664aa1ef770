"""What the customers' door asks: which account, whose browser, and what a visitor may read back."""

import time
from uuid import UUID

from ninelives.accounts.models import digest
from ninelives.channels.models import ChannelAccount
from ninelives.channels.queries import account_with_key
from ninelives.conversations.models import Conversation, Participant
from ninelives.foundation.address import Address
from ninelives.reception.models import Upload, Visitor, VisitorSession

_REMEMBER = 5.0
_MOST_KNOWN = 1000
_known: dict[str, tuple[float, ChannelAccount | None]] = {}


def account_of(key: str) -> ChannelAccount | None:
    """The account with this public key; remembered for a moment, as every call of every widget asks."""
    at, account = _known.get(key, (-_REMEMBER, None))
    if time.monotonic() - at < _REMEMBER:
        return account
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    account = account_with_key(key)
    _known[key] = time.monotonic(), account
    return account


def forget_accounts() -> None:
    _known.clear()


def session_of(account: ChannelAccount, token: str) -> VisitorSession | None:
    """The browser with this token, at this account."""
    rows = VisitorSession.objects.select_related("visitor__account__brand")
    return rows.filter(digest=digest(token), visitor__account=account).first() if token else None


def addresses_of(visitor: Visitor) -> list[Address]:
    """Under which the visitor has written: as themselves first, then before they said who they are."""
    earlier = Visitor.objects.filter(became=visitor).values_list("address", flat=True) if visitor.is_proven else []
    return [visitor.channel_address, *(Address(visitor.account.kind, value) for value in earlier)]


def conversations_with(visitor: Visitor) -> list[Conversation]:
    """The visitor's, newest first."""
    values = [address.value for address in addresses_of(visitor)]
    theirs = Participant.objects.filter(kind=visitor.account.kind, value__in=values).values("conversation")
    found = Conversation.objects.filter(account=visitor.account_id, pk__in=theirs).select_related("account")
    return list(found.order_by("-last_at", "-id"))


def uploads_of(visitor: Visitor, ids: list[UUID]) -> list[Upload]:
    known = {upload.pk: upload for upload in Upload.objects.filter(visitor=visitor, pk__in=ids)}
    return [known[one] for one in ids if one in known]
