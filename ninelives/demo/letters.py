"""Mails as mail programs write them: plain or HTML, with the mail they answer quoted below. Same input, same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from ninelives.demo.topics import Tongue


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    email: str

    def __str__(self) -> str:
        return str(Address(self.name, addr_spec=self.email))


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
        mail = EmailMessage(policy=SMTP)
        for name, value in self._headers():
            mail[name] = value
        mail.set_content(f"{self.text}\n\n{self.quotation}".rstrip() + "\n", cte="quoted-printable")
        if self.html:
            mail.add_alternative(self.html, subtype="html", cte="quoted-printable")
        self._add_files(mail)
        for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
            # The library would choose one at random.
            part.set_boundary(f"=_{number}.{self.message_id.partition('@')[0]}")
        return mail.as_bytes()

    def _headers(self) -> list[tuple[str, str]]:
        written = [("From", str(self.sender)), ("To", str(self.to)), ("Subject", self.subject)]
        written += [("Date", format_datetime(self.at)), ("Message-ID", f"<{self.message_id}>")]
        if self.answers:
            thread = " ".join(f"<{one}>" for one in self.thread)
            written += [("In-Reply-To", f"<{self.answers.message_id}>"), ("References", thread)]
        return [*written, *self.headers]

    def _add_files(self, mail: EmailMessage) -> None:
        for file in self.files:
            kind, _, subtype = file.media_type.partition("/")
            shown = mail.get_body(("html",)) if file.content_id else None
            if isinstance(shown, EmailMessage):
                shown.add_related(file.content, kind, subtype, cid=f"<{file.content_id}>", filename=file.name)
            else:
                mail.add_attachment(file.content, kind, subtype, filename=file.name)


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
