"""What the customers' door asks: which account, whose browser, and what a visitor may read back."""

import time
from uuid import UUID

from django.db import connection
from django.db.models import Model

from ninelives.accounts.models import digest
from ninelives.channels.models import ChannelAccount
from ninelives.channels.queries import account_with_key
from ninelives.conversations.models import Conversation, Participant
from ninelives.foundation.address import Address
from ninelives.reception.models import Upload, Visitor, VisitorSession

_REMEMBER = 5.0
_MOST_KNOWN = 1000
_known: dict[str, tuple[float, ChannelAccount | None]] = {}


def account_of(key: str, *kinds: str) -> ChannelAccount | None:
    """The account of one of these kinds with this public key."""
    account = _account_of(key)
    return account if account and account.kind in kinds else None


def _account_of(key: str) -> ChannelAccount | None:
    """Remembered for a moment, as every call of every widget asks."""
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
    """The browser with this token, at this account.

    Written by hand: putting this into SQL anew for each call cost more than PostgreSQL takes to answer it.
    """
    if not token:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SESSION, [digest(token), account.pk])
        row = cursor.fetchone()
    if row is None:
        return None
    session = VisitorSession.from_db("default", _names(VisitorSession), row[:_SESSION_COLUMNS])
    visitor = Visitor.from_db("default", _names(Visitor), row[_SESSION_COLUMNS:-1])
    visitor.earlier, visitor.account, session.visitor = row[-1], account, visitor
    return session


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _columns(model: type[Model], table: str) -> list[str]:
    return [f"{table}.{field.column}" for field in model._meta.concrete_fields]


_SESSION_COLUMNS = len(VisitorSession._meta.concrete_fields)
_SESSION = f"""
    SELECT {", ".join([*_columns(VisitorSession, "s"), *_columns(Visitor, "v")])},
           ARRAY(SELECT address FROM reception_visitor WHERE became_id = v.id)
    FROM reception_visitorsession s JOIN reception_visitor v ON v.id = s.visitor_id
    WHERE s.digest = %s AND v.account_id = %s
"""  # noqa: S608 - put together from constants alone


def addresses_of(visitor: Visitor) -> list[Address]:
    """Under which the visitor has written: as themselves first, then before they said who they are."""
    if visitor.earlier is None:
        visitor.earlier = list(Visitor.objects.filter(became=visitor).values_list("address", flat=True))
    return [visitor.channel_address, *(Address(visitor.account.kind, value) for value in visitor.earlier)]


def conversations_with(visitor: Visitor) -> list[Conversation]:
    """The visitor's, newest first."""
    values = [address.value for address in addresses_of(visitor)]
    theirs = Participant.objects.filter(kind=visitor.account.kind, value__in=values).values("conversation")
    found = Conversation.objects.filter(account=visitor.account_id, pk__in=theirs).order_by("-last_at", "-id")
    for conversation in found:
        conversation.account = visitor.account
    return list(found)


def uploads_of(visitor: Visitor, ids: list[UUID]) -> list[Upload]:
    known = {upload.pk: upload for upload in Upload.objects.filter(visitor=visitor, pk__in=ids)}
    return [known[one] for one in ids if one in known]
