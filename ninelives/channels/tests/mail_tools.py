"""What the tests of the mail channel share."""

import importlib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from ninelives.channels.protocol import AccountView, Envelope, Inbound, InboundMessage
from ninelives.channels.registry import channel

FIXTURES = Path(__file__).parent / "fixtures" / "mail"
ACCOUNT = AccountView("1", "support@example.com", "Support", {})


def inside(module: str) -> Any:
    """A module of the adapter. Only the registry may import one; a test of its insides reaches for it by name."""
    return importlib.import_module(f"ninelives.channels.adapters.mail.{module}")


def account(**settings: str) -> AccountView:
    return AccountView("1", "support@example.com", "Support", settings)


def read_all(raw: bytes, envelope: Envelope | None = None, of: AccountView = ACCOUNT) -> list[Inbound]:
    return list(channel("mail").read(raw, envelope or Envelope(), of))


def read(raw: bytes, envelope: Envelope | None = None, of: AccountView = ACCOUNT) -> InboundMessage:
    message = read_all(raw, envelope, of)[0]
    assert isinstance(message, InboundMessage)
    return message


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def mail(body: str = "Goedemorgen", **fields: str) -> bytes:
    """A plain mail of Dora; underscores in field names stand for dashes, an empty field is left out."""
    head = {"from": "Dora <dora@example.org>", "to": "support@example.com", "message-id": "<1@example.org>"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + body.replace("\n", "\r\n") + "\r\n").encode("utf-8")


def html_mail(markup: str) -> bytes:
    return mail(markup, content_type="text/html; charset=utf-8")


def built(text: str = "Goedemorgen", html: str = "", **fields: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Dora <dora@example.org>"
    message["To"] = "support@example.com"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def inside_imap(module: str) -> Any:
    return importlib.import_module(f"ninelives.channels.adapters.imap.{module}")
