"""Web forms: what somebody filled in, kept once, under a number that they are told."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from ninelives.channels import actions as channels
from ninelives.channels.bodies import loaded_or_empty, number
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.conversations import actions as conversations
from ninelives.foundation.clock import now
from ninelives.foundation.secrets import is_signed, signature

# Sooner than this nobody has filled it in; after so long a page that stood open is asked to be sent once more.
SOONEST, LATEST = 3, 24 * 3600
# Without a form of ours, the same words twice in this time are one message.
_SLOT = 3600
_FORM, _SENT = "web form", "web form sent"


class TooSoonError(Exception):
    """A machine, or somebody very quick."""


class StaleFormError(Exception):
    """The form was given out too long ago, by another account, or never."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody filled it in. `page`: where it stood."""

    mail: str
    text: str
    name: str = ""
    subject: str = ""
    files: Sequence[GivenFile] = ()
    language: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """`number` of the conversation; 0 where that was erased since."""

    number: int
    is_new: bool


def new_form(account: ChannelAccount, at: datetime | None = None) -> str:
    """What makes one page one message, and shows when it was given out."""
    told = f"{uuid4().hex}.{int((at or now()).timestamp())}"
    return f"{told}.{signature(_FORM, f'{account.pk}:{told}')}"


def read_form(account: ChannelAccount, token: str) -> str:
    """The id of the form. Raises TooSoonError, StaleFormError."""
    told, _, signed = token.rpartition(".")
    form_id, _, at = told.partition(".")
    if not is_signed(_FORM, f"{account.pk}:{told}", signed):
        raise StaleFormError
    age = now().timestamp() - int(at)
    if age > LATEST:
        raise StaleFormError
    if age < SOONEST:
        raise TooSoonError
    return form_id


def times_without_form() -> list[str]:
    """This hour and the one before, for whoever has no form of ours."""
    slot = int(now().timestamp()) // _SLOT
    return [str(slot), str(slot - 1)]


def keep(account: ChannelAccount, filled: Filled, ids: Sequence[str]) -> Kept:
    """Safe once this has returned. The same under one of these ids a second time changes nothing; other words are
    another message."""
    content = _digest(filled)
    keys = [f"{one}:{content}" for one in ids]
    known = Receipt.objects.filter(account=account, key__in=keys).first()
    if known is None:
        promised = conversations.promise_number()
        document = _document(account, filled, keys[0], promised)
        if channels.store(account, document, Envelope(sender=filled.mail), key=keys[0]):
            return Kept(promised, is_new=True)
        # Two clicks at once.
        known = Receipt.objects.get(account=account, key=keys[0])
    return Kept(int(number(loaded_or_empty(known.content), "conversation") or 0), is_new=False)


def receipt_token(kept: Kept) -> str:
    """For the page that says thank you: nobody can make it say another number."""
    return f"{kept.number}-{signature(_SENT, str(kept.number), 16)}"


def number_in(token: str) -> int | None:
    told, _, signed = token.partition("-")
    return int(told) if is_signed(_SENT, told, signed, 16) else None


def _digest(filled: Filled) -> str:
    files = [hashlib.sha256(one.content).hexdigest() for one in filled.files]
    said = [filled.mail, filled.name, filled.subject, filled.text, *files]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _document(account: ChannelAccount, filled: Filled, key: str, promised: int) -> bytes:
    told = {
        "key": key,
        "address": f"{account.pk}/{_own_id(account, key)}",
        "mail": filled.mail,
        "name": filled.name,
        "subject": filled.subject,
        "text": filled.text,
        "language": filled.language,
        "page": filled.page,
        "conversation": promised,
        "files": [
            {"name": one.name, "media_type": one.media_type, "content": base64.b64encode(one.content).decode()}
            for one in filled.files
        ],
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _own_id(account: ChannelAccount, key: str) -> UUID:
    return UUID(hashlib.sha256(f"{account.pk}:{key}".encode()).hexdigest()[:32])
