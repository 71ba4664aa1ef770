"""What visitors of the chat do: begin, say who they are, write, send files, type, read."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from ninelives.accounts.models import digest
from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.channels.queries import abilities
from ninelives.conversations import actions as conversations
from ninelives.customers import actions as customers
from ninelives.foundation import files
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.live import audience_of, signal
from ninelives.foundation.text import storable
from ninelives.reception.models import Spending, Upload, Visitor, VisitorSession
from ninelives.reception.queries import addresses_of, conversations_with

TOKEN_PREFIX = "nlv_"  # noqa: S105 - a recognisable start, so that leaked tokens can be searched for
# A browser that did not come back for so long starts anew.
KEEP_SESSIONS = timedelta(days=180)
KEEP_UPLOADS = timedelta(days=1)
_NOTE_AGAIN = timedelta(minutes=5)


class NotProvenError(Exception):
    """A signature is wrong, or missing where an id is told."""


class FilesMissingError(Exception):
    """A message names files that were never sent, are another's, or waited too long."""


class FileTooLargeError(Exception):
    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of its visitor. The signatures are HMAC-SHA256 under the account's secret, as hex."""

    customer: str = ""
    signature: str = ""
    email: str = ""
    email_signature: str = ""
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One message as the widget sends it; `key` is the widget's own."""

    key: str
    text: str
    files: Sequence[Upload] = ()
    page: Mapping[str, str] | None = None
    context: Mapping[str, str] | None = None
    language: str = ""
    # Where the writer can tell conversations apart: its number, and its token (see conversations/tokens.py).
    conversation: int = 0
    thread: str = ""


def signed(text: str, secret: str) -> str:
    """As the organisation's own site signs an id or a mail address."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def begin(
    account: ChannelAccount, told: Told, earlier: VisitorSession | None, *, keeps_token: bool = False
) -> tuple[VisitorSession, str]:
    """A session and its token; "" where the earlier one goes on. `keeps_token`: also when it proves who it is.

    Raises NotProvenError.
    """
    who = _proven_id(account, told)
    if who:
        return _begin_proven(account, who, told, earlier, keeps_token)
    if earlier and not earlier.visitor.is_proven:
        _describe(earlier.visitor, told)
        return earlier, ""
    # A token of somebody who was signed in shows nothing to whoever comes after them without signing in.
    visitor_id = new_id()
    visitor = Visitor(pk=visitor_id, account=account, address=f"{account.pk}/{visitor_id}")
    _describe(visitor, told)
    return _new_session(visitor)


def _proven_id(account: ChannelAccount, told: Told) -> str:
    """The visitor's id at the site; where only a mail address is signed, that is their id."""
    secret = account.view().settings["secret"]
    for value, signature in ((told.customer, told.signature), (told.email, told.email_signature)):
        expected = signed(value, secret).encode()
        if signature and not hmac.compare_digest(expected, signature.lower().encode("utf-8", "replace")):
            raise NotProvenError
    if bool(told.customer) != bool(told.signature) or (told.email_signature and not told.email):
        raise NotProvenError
    return told.customer or (told.email if told.email_signature else "")


def _begin_proven(
    account: ChannelAccount, who: str, told: Told, earlier: VisitorSession | None, keeps_token: bool
) -> tuple[VisitorSession, str]:
    visitor, _ = Visitor.objects.get_or_create(
        account=account, address=f"{account.pk}:{who}", defaults={"is_proven": True}
    )
    _describe(visitor, told)
    if earlier and earlier.visitor_id == visitor.pk:
        return earlier, ""
    if earlier and not earlier.visitor.is_proven:
        _become(earlier.visitor, visitor)
        if keeps_token:
            VisitorSession.objects.filter(pk=earlier.pk).update(visitor=visitor)
            earlier.visitor = visitor
            return earlier, ""
        # Another token, so that whoever knew the old one does not read on.
        return earlier, _give_token(earlier, visitor)
    return _new_session(visitor)


def _describe(visitor: Visitor, told: Told) -> None:
    """What is told now counts; a proven mail address gives way only to another proven one."""
    proven = told.email if told.email_signature else told.customer if is_mail(told.customer) else ""
    if proven:
        visitor.email, visitor.email_is_proven = proven.lower(), True
    elif told.email and not visitor.email_is_proven:
        visitor.email = told.email
    visitor.name = told.name or visitor.name
    visitor.language = told.language or visitor.language
    visitor.save()


def is_mail(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain) and not any(letter.isspace() for letter in text)


def _new_session(visitor: Visitor) -> tuple[VisitorSession, str]:
    session = VisitorSession(visitor=visitor)
    return session, _give_token(session, visitor)


def _give_token(session: VisitorSession, visitor: Visitor) -> str:
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.visitor, session.digest, session.last_seen_at = visitor, digest(token), now()
    session.save()
    return token


def _become(anonymous: Visitor, proven: Visitor) -> None:
    """What they began without a name goes on under their own."""
    anonymous.became = proven
    anonymous.save(update_fields=["became"])
    begun = conversations_with(anonymous)
    if not begun:
        return
    customer = customers.recognise(
        proven.channel_address,
        base_id=proven.account.brand.base_id,
        proof=Proof.PROVEN,
        at=now(),
        name=name_of(proven),
        language=proven.language,
        also=_also(proven),
        source=proven.account.kind,
    )
    customers.rename(customer, name_of(anonymous), name_of(proven))
    for conversation in begun:
        conversations.go_on_as(conversation, proven.channel_address, name=name_of(proven))
        with suppress(customers.AlreadyOneError, customers.ItselfError):
            customers.merge(customer, conversation.customer, actor=None)


def name_of(visitor: Visitor) -> str:
    """What colleagues call them until somebody knows better."""
    who = (
        visitor.address.removeprefix(str(visitor.account_id))[1:] if visitor.is_proven else visitor.pk.hex[-4:].upper()
    )
    return visitor.name or visitor.email or gettext("Visitor %s") % who


def _also(visitor: Visitor) -> list[Address]:
    """What else is shown to be theirs."""
    proven = [Address("mail", visitor.email)] if visitor.email and visitor.email_is_proven else []
    return [*proven, *addresses_of(visitor)[1:]]


@transaction.atomic
def say_who(visitor: Visitor, *, email: str, name: str) -> None:
    """A visitor tells who they are. It is claimed: it shows them nothing, and recognises nobody."""
    before = name_of(visitor)
    _describe(visitor, Told(email=email, name=name))
    row = customers.known_address(visitor.channel_address, visitor.account.brand.base_id)
    if row is None:
        return
    customers.rename(row.customer, before, name_of(visitor))
    if email and not visitor.email_is_proven:
        customers.claim(row.customer, Address("mail", email))


def write(session: VisitorSession, written: Written) -> bool:
    """Keep a message. The same key of the same browser a second time changes nothing: False."""
    visitor = session.visitor
    is_new = channels.store(
        visitor.account, _document(session, written), Envelope(sender=visitor.address), key=key_of(session, written.key)
    )
    if is_new:
        # Their other tabs and devices.
        signal("message", audience_of(visitor.channel_address))
    return is_new


def key_of(session: VisitorSession, key: str) -> str:
    """A key is a browser's own: another's equal one is another message."""
    return f"{session.pk}:{key}"


def was_written(session: VisitorSession, key: str) -> bool:
    return Receipt.objects.filter(account=session.visitor.account, key=key_of(session, key)).exists()


def _document(session: VisitorSession, written: Written) -> bytes:
    visitor = session.visitor
    claimed = [Address("mail", visitor.email)] if visitor.email and not visitor.email_is_proven else []
    told = {
        "key": key_of(session, written.key),
        "address": visitor.address,
        "name": name_of(visitor),
        "is_proven": visitor.is_proven,
        "also": [asdict(one) for one in _also(visitor)],
        "claimed": [asdict(one) for one in claimed],
        "language": written.language or visitor.language,
        "text": written.text,
        "files": [{"name": one.name, "media_type": one.media_type, "sha256": one.file_id} for one in written.files],
        "page": dict(written.page or {}),
        "context": dict(written.context or {}),
        "conversation": written.conversation,
        "thread": written.thread,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def keep_upload(visitor: Visitor, *, name: str, media_type: str, content: bytes) -> Upload:
    """Raises FileTooLargeError."""
    most = abilities(visitor.account.kind).max_attachment_bytes
    if len(content) > most:
        raise FileTooLargeError(most)
    with transaction.atomic():
        return Upload.objects.create(
            visitor=visitor,
            file=files.store(content),
            name=storable(name)[:200],
            media_type=storable(media_type)[:120],
            size=len(content),
        )


def note_here(session: VisitorSession) -> None:
    """The browser is still used; noted now and then."""
    if now() - session.last_seen_at > _NOTE_AGAIN:
        VisitorSession.objects.filter(pk=session.pk).update(last_seen_at=now())


def note_typing(visitor: Visitor, is_typing: bool) -> None:
    for conversation in conversations_with(visitor)[:1]:
        conversations.note_typing(conversation, is_typing)


def prune() -> None:
    """Browsers that never came back, visitors of whom nothing is left to know, and files that were never sent."""
    VisitorSession.objects.filter(last_seen_at__lt=now() - KEEP_SESSIONS).delete()
    Upload.objects.filter(created_at__lt=now() - KEEP_UPLOADS).delete()
    nobody = Visitor.objects.filter(is_proven=False, became=None, created_at__lt=now() - KEEP_UPLOADS)
    nobody.filter(~Exists(VisitorSession.objects.filter(visitor=OuterRef("pk")))).delete()
    Spending.objects.filter(began__lt=now().timestamp() - KEEP_UPLOADS.total_seconds()).delete()
