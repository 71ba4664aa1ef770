"""Mails as mail programs write them: plain or HTML, with the mail they answer quoted below. Same input, same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from html import escape
from typing import TypeAlias

from ninelives.demo.topics import Tongue

Part: TypeAlias = "Message[str, str]"

# The library's older classes: they write a mail in a fifth of the time of `EmailMessage`.
CRLF = compat32.clone(linesep="\r\n")
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    email: str

    def __str__(self) -> str:
        return f"{_header(self.name)} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes
    # Shown in the text rather than hung under it.
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    sender: Side
    to: Side
    subject: str
    text: str
    at: datetime
    message_id: str
    answers: "Letter | None" = None
    # What a program adds under the text of this letter: the mail it answers.
    quotation: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def thread(self) -> tuple[str, ...]:
        return (*self.answers.thread, self.answers.message_id) if self.answers else ()

    def raw(self) -> bytes:
        mail = self._body()
        for name, value in self._headers():
            mail[name] = value
        return mail.as_bytes(policy=CRLF)

    def _headers(self) -> list[tuple[str, str]]:
        written = [("From", str(self.sender)), ("To", str(self.to)), ("Subject", _header(self.subject))]
        written += [("Date", format_datetime(self.at)), ("Message-ID", f"<{self.message_id}>")]
        if self.answers:
            thread = " ".join(f"<{one}>" for one in self.thread)
            written += [("In-Reply-To", f"<{self.answers.message_id}>"), ("References", thread)]
        return [*written, *self.headers]

    def _body(self) -> Part:
        said = _words(f"{self.text}\n\n{self.quotation}".rstrip() + "\n", "plain")
        if self.html:
            said = self._together("alternative", said, self._with_pictures(_words(self.html, "html")))
        hung = [_file(file) for file in self.files if not file.content_id]
        return self._together("mixed", said, *hung) if hung else said

    def _with_pictures(self, html: Part) -> Part:
        pictures = [_file(file) for file in self.files if file.content_id]
        return self._together("related", html, *pictures) if pictures else html

    def _together(self, how: str, *parts: Part) -> Part:
        # Left to itself the library chooses a boundary at random.
        return MIMEMultipart(how, f"=_{how}.{self.message_id.partition('@')[0]}", parts)


def _header(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _words(text: str, subtype: str) -> Part:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text, QUOTED_PRINTABLE)
    return part


def _file(file: File) -> Part:
    part = MIMENonMultipart(*file.media_type.split("/"))
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "inline" if file.content_id else "attachment", filename=file.name)
    if file.content_id:
        part["Content-ID"] = f"<{file.content_id}>"
    return part


def quote(answered: Letter, tongue: Tongue) -> str:
    """The line that a mail program writes above a quotation, and the quotation, each line marked."""
    at = answered.at
    line = tongue.quoted.format(
        day=tongue.days[at.weekday()],
        date=at.day,
        month=tongue.months[at.month - 1][:3],
        year=at.year,
        time=f"{at:%H:%M}",
        who=f"{answered.sender.name} <{answered.sender.email}>",
    )
    said = f"{answered.text}\n\n{answered.quotation}".rstrip()
    return "\n".join([line, "", *(f"> {row}".rstrip() for row in said.split("\n"))])


def as_html(text: str, quotation: str = "", below: str = "") -> str:
    """As Gmail writes it: a `div` a line, the quotation in a block of its own."""
    rows = "".join(f"<div>{escape(row) or '<br>'}</div>" for row in text.split("\n"))
    quoted = ""
    if quotation:
        attribution, _, said = quotation.partition("\n\n")
        body = "<br>".join(escape(row.removeprefix("> ").removeprefix(">")) for row in said.split("\n"))
        style = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
        quoted = (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(attribution)}<br></div>'
            f'<blockquote class="gmail_quote" style="{style}">{body}</blockquote></div>'
        )
    return f'<html><body><div dir="ltr">{rows}{below}</div>{quoted}</body></html>'


def as_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cell = "border:1px solid #999;padding:3px 8px"
    top = "".join(f'<th style="{cell}">{escape(head)}</th>' for head in heads)
    body = "".join(
        "<tr>" + "".join(f'<td style="{cell}">{escape(word)}</td>' for word in row) + "</tr>" for row in rows
    )
    return f'<br><table style="border-collapse:collapse"><tr>{top}</tr>{body}</table>'
