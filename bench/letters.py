"""Customers' mails made from a seed: plain, with an alternative and a quoted reply, HTML, and with attachments."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from bench.words import Language, languages, person

TO = "service@bench.example"
_BEGIN = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
_DKIM = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=20230601;\r\n"
    " t=1741000000; x=1741604800; darn=bench.example;\r\n"
    " h=to:subject:message-id:date:from:mime-version:from:to:cc:subject:date;\r\n"
    " bh=g3zLYH4xKxcPrHOD18z9YfpQcnk/GaJedfustWU5uGs=;\r\n b={signature}\r\n"
)
_OUTLOOK_STYLE = (
    "<style>@font-face{{font-family:Calibri}}p.MsoNormal{{margin:0cm;font-size:11.0pt;font-family:'Calibri',sans-serif}}"
    "a:link{{color:#0563C1}}div.WordSection1{{page:WordSection1}}</style>"
)


@dataclass(frozen=True)
class Letter:
    sender: str
    subject: str
    message_id: str
    raw: bytes


@dataclass
class Writer:
    """A customer and what they wrote so far."""

    name: str
    address: str
    language: Language
    program: str
    said: list[str]
    subject: str = ""
    last: str = ""


class Post:
    """An endless stream; the same seed gives the same mails. About half come from somebody who wrote before.

    A subject ends in the mark and the mail's number; with `newcomers` every mail is a new customer's first.
    """

    def __init__(self, seed: int, *, mark: str = "", newcomers: bool = False) -> None:
        self.random = random.Random(seed)
        self.seed, self.mark = seed, mark or f"s{seed}"
        self.count, self.newcomers = 0, newcomers
        self.writers: list[Writer] = []

    def letters(self, count: int) -> list[Letter]:
        return [next(self) for _ in range(count)]

    def __iter__(self) -> Iterator[Letter]:
        return self

    def __next__(self) -> Letter:
        self.count += 1
        known = bool(self.writers) and not self.newcomers and self.random.random() < 0.5
        writer = self.random.choice(self.writers[-200:]) if known else self._newcomer()
        answers = known and self.random.random() < 0.85
        return self._write(writer, answers)

    def _newcomer(self) -> Writer:
        name, address = person(self.random)
        language = languages()[self.random.random() < 0.3]
        program = self.random.choices(("plain", "gmail", "outlook", "html"), (20, 40, 30, 10))[0]
        writer = Writer(name, address, language, program, [])
        self.writers.append(writer)
        return writer

    def _write(self, writer: Writer, answers: bool) -> Letter:
        draw = self.random
        if not answers:
            words = writer.language.draw(draw, draw.randint(2, 6))
            writer.subject = f"{' '.join(words).capitalize()} {self.mark}-{self.count}!"
        mail = self._headers(writer, answers)
        paragraphs = [writer.language.paragraph(draw, draw.randint(2, 6)) for _ in range(draw.randint(2, 6))]
        quoted = writer.last if answers else ""
        self._fill(mail, writer, paragraphs, quoted)
        if draw.random() < 0.15:
            self._attach(mail)
        writer.last = "\n\n".join(paragraphs)
        message_id = str(mail["Message-ID"])
        writer.said.append(message_id)
        return Letter(writer.address, str(mail["Subject"]), message_id, self._signed(mail, writer))

    def _signed(self, mail: EmailMessage, writer: Writer) -> bytes:
        """Most mails carry a signature. Written by hand: the library would encode its long words."""
        if self.random.random() < 0.2:
            return mail.as_bytes()
        letters = "".join(self.random.choices("ABCDEFGHabcdefgh0123456789+/", k=342)) + "=="
        lines = "\r\n ".join(letters[start : start + 70] for start in range(0, len(letters), 70))
        return _DKIM.format(domain=writer.address.partition("@")[2], signature=lines).encode() + mail.as_bytes()

    def _headers(self, writer: Writer, answers: bool) -> EmailMessage:
        draw, at = self.random, _BEGIN + timedelta(seconds=37 * self.count)
        mail = EmailMessage(policy=SMTP)
        local, _, domain = writer.address.partition("@")
        date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        for hop in range(draw.randint(2, 4)):
            host = f"mail-{draw.getrandbits(24):x}.{domain}"
            mail["Received"] = f"from {host} (10.0.{hop}.{draw.randint(1, 254)}) by mx{hop}.example with ESMTPS; {date}"
        mail["Date"] = date
        mail["From"] = Address(writer.name, local, domain)
        mail["To"] = Address("Klantenservice", *TO.split("@"))
        mail["Subject"] = f"{'Re: ' if answers else ''}{writer.subject}"
        mail["Message-ID"] = f"<{self.mark}.{self.count}.{draw.getrandbits(64):x}@{domain}>"
        if answers:
            mail["In-Reply-To"] = writer.said[-1]
            mail["References"] = " ".join(writer.said[-6:])
        return mail

    def _fill(self, mail: EmailMessage, writer: Writer, paragraphs: list[str], quoted: str) -> None:
        text = self._text(writer, paragraphs, quoted)
        charset = "iso-8859-1" if writer.program == "plain" and "€" not in text else "utf-8"
        if writer.program != "html":
            mail.set_content(text, charset=charset, cte=self.random.choice(("quoted-printable", "8bit", "base64")))
        if writer.program == "html":
            mail.set_content(_html(writer, paragraphs, quoted), subtype="html", cte="quoted-printable")
        elif writer.program != "plain":
            mail.add_alternative(_html(writer, paragraphs, quoted), subtype="html", cte="quoted-printable")

    def _text(self, writer: Writer, paragraphs: list[str], quoted: str) -> str:
        greeting = f"Met vriendelijke groet,\n\n{writer.name}\n"
        body = "\n\n".join([*paragraphs, greeting])
        if self.random.random() < 0.3:
            body += "\n-- \nVerzonden vanaf mijn telefoon\n"
        if quoted:
            body += f"\n{_attribution(writer)}\n" + "".join(f"> {line}\n" for line in quoted.splitlines())
        return body

    def _attach(self, mail: EmailMessage) -> None:
        content = self.random.randbytes(self.random.randint(20_000, 60_000))
        kind, name = self.random.choice(
            (("application/pdf", "factuur.pdf"), ("image/jpeg", "meterstand.jpg"), ("image/png", "scherm.png"))
        )
        maintype, _, subtype = kind.partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=f"{self.count}-{name}")


def _attribution(writer: Writer) -> str:
    return f"Op ma 3 mrt 2025 om 10:12 schreef {writer.name} <{writer.address}>:"


def _html(writer: Writer, paragraphs: list[str], quoted: str) -> str:
    outlook = writer.program == "outlook"
    kind = ' class="MsoNormal"' if outlook else ' dir="ltr" style="font-family:arial,sans-serif"'
    said = "".join(f"<p{kind}>{escape(one)}<br></p>\r\n" for one in paragraphs)
    body = f"<div>{said}<p{kind}>Met vriendelijke groet,<br><b>{escape(writer.name)}</b></p></div>"
    if quoted:
        lines = "<br>\r\n".join(escape(line) for line in quoted.splitlines())
        body += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(_attribution(writer))}<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
            f"{lines}</blockquote></div>"
        )
    head = _OUTLOOK_STYLE.format() if outlook else ""
    return f'<html><head><meta charset="utf-8">{head}</head><body lang="NL">{body}</body></html>\r\n'
