"""One message to the bytes of a mail.

The header is written here, field by field: the library's structured headers fold a long Message-ID into an encoded
word, and the thread is lost.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from io import BytesIO

from ninelives.channels.protocol import AccountView, FileOpener, Outbound, Participant, Refused

from .addresses import normalised
from .charsets import clean
from .plain import to_html
from .tokens import reply_address

_MAX_REFERENCES = 20
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_NOT_IN_ID = re.compile(r"[^!-;=?-~]+")
_NOT_IN_TOKEN = re.compile(r"[^a-z0-9-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TYPE = re.compile(r"(?!message/|multipart/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_LINE_END = re.compile(r"\r\n?")
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def write(outbound: Outbound, account: AccountView, open_file: FileOpener, now: datetime) -> bytes:
    """The whole mail, lines ended by CR LF. Raise Refused for an address to which no mail can be written."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(outbound, account, now))
    return head.encode("utf-8") + _as_bytes(_body(outbound, open_file))


def recipients(outbound: Outbound) -> tuple[str, ...]:
    """Every address that this mail goes to, each once."""
    return tuple(dict.fromkeys(_address(participant) for participant in (outbound.to, *outbound.cc)))


def needs_utf8(outbound: Outbound, account: AccountView) -> bool:
    """Whether an address has characters that only some mail servers take (SMTPUTF8, RFC 6531)."""
    return not all(found.isascii() for found in (*recipients(outbound), normalised(account.address)))


def message_id(outbound: Outbound) -> str:
    """The id as it is written, without brackets: the one under which the mail is known to everybody."""
    return _NOT_IN_ID.sub("", outbound.external_id)


def _fields(outbound: Outbound, account: AccountView, now: datetime) -> Iterator[tuple[str, str]]:
    own = normalised(account.address)
    if not own:
        raise Refused(f"bad_address:{_one_line(account.address)[:100]}")
    yield "From", _mailbox(outbound.from_name or account.display_name, own)
    token = _NOT_IN_TOKEN.sub("", outbound.reply_token.lower())
    if token:
        yield "Reply-To", _mailbox(outbound.from_name or account.display_name, reply_address(account, token))
    yield "To", _mailbox(outbound.to.name, _address(outbound.to))
    if outbound.cc:
        yield "Cc", ",\r\n ".join(_mailbox(found.name, _address(found)) for found in outbound.cc)
    yield "Subject", _unstructured("Subject", outbound.subject)
    yield "Date", format_datetime(now)
    yield from _thread_fields(outbound)
    yield from _marks(outbound, token)
    yield "MIME-Version", "1.0"


def _thread_fields(outbound: Outbound) -> Iterator[tuple[str, str]]:
    yield "Message-ID", f"<{message_id(outbound)}>"
    answered = _NOT_IN_ID.sub("", outbound.in_reply_to)
    if answered:
        yield "In-Reply-To", f"<{answered}>"
    thread = [cleaned for found in outbound.references if (cleaned := _NOT_IN_ID.sub("", found))]
    thread = list(dict.fromkeys([*thread, answered] if answered and answered not in thread else thread))
    if len(thread) > _MAX_REFERENCES:
        # The first opened the thread, the last are what a mail program looks for (RFC 5537, 3.4.4).
        thread = [thread[0], *thread[1 - _MAX_REFERENCES :]]
    if thread:
        yield "References", "\r\n ".join(f"<{found}>" for found in thread)


def _marks(outbound: Outbound, token: str) -> Iterator[tuple[str, str]]:
    if token:
        yield "X-Ninelives-Conversation", token
    if outbound.automatic:
        # RFC 3834. No `Precedence: bulk` beside it: whoever honours that honours Auto-Submitted too, and it makes a
        # confirmation look like advertising to spam filters.
        yield "Auto-Submitted", "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
    if _LANGUAGE.fullmatch(outbound.language):
        yield "Content-Language", outbound.language


def _body(outbound: Outbound, open_file: FileOpener) -> Message:
    text = _LINE_END.sub("\n", clean(outbound.text))
    words = MIMEMultipart("alternative")
    words.attach(_text(text, "plain"))
    words.attach(_text(_page(text, outbound.language), "html"))
    if not outbound.files:
        return words
    whole = MIMEMultipart("mixed")
    whole.attach(words)
    for file in outbound.files:
        whole.attach(_file(file.name, file.media_type, open_file(file.sha256)))
    return whole


def _text(text: str, kind: str) -> MIMEText:
    # The library would name the charset only; given as an object it also says how the body is to be encoded.
    return MIMEText(text, kind, _UTF8)  # type: ignore[arg-type]


def _page(text: str, language: str) -> str:
    known = f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
    head = f'<!DOCTYPE html>\n<html{known}>\n<head><meta charset="utf-8"></head>\n'
    return f"{head}<body>\n{to_html(text)}\n</body>\n</html>\n"


def _file(name: str, media_type: str, content: bytes) -> MIMEBase:
    # A message or a multipart may not be encoded as base64 (RFC 2046, 5.2.1), and must not be changed on its way.
    kind = media_type.lower() if _TYPE.fullmatch(media_type.lower()) else "application/octet-stream"
    part = MIMEBase(*kind.split("/", 1))
    part.set_payload(content)
    encode_base64(part)
    shown = _one_line(name) or "attachment"
    part.add_header("Content-Disposition", "attachment", filename=shown if shown.isascii() else ("utf-8", "", shown))
    return part


def _as_bytes(body: Message) -> bytes:
    del body["MIME-Version"]
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False, policy=compat32.clone(linesep="\r\n")).flatten(body)
    return written.getvalue()


def _address(participant: Participant) -> str:
    found = normalised(participant.address.value)
    if not found or participant.address.kind != "mail":
        raise Refused(f"bad_address:{_one_line(participant.address.value)[:100]}")
    return found


def _mailbox(name: str, address: str) -> str:
    shown = _one_line(name)
    if address.isascii():
        return formataddr((shown, address)) if "=?" not in shown else f"{Header(shown, 'utf-8').encode()} <{address}>"
    return f"{Header(shown, 'utf-8').encode()} <{address}>" if shown else f"<{address}>"


def _unstructured(name: str, value: str) -> str:
    shown = _one_line(value)
    is_plain = shown.isascii() and "=?" not in shown and len(shown) < 900
    return shown if is_plain else Header(shown, "utf-8", header_name=name).encode(linesep="\r\n")


def _one_line(value: str) -> str:
    """Text that cannot begin a header field of its own."""
    return _SPACE.sub(" ", clean(value)).strip()
