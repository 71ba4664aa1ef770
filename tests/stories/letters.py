"""Mails as customers' programs write them."""

from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from ninelives.foundation.clock import now

SERVICE = "service@zonnestroom.example"


def letter(
    sender: str,
    subject: str = "Meter reading",
    text: str = "Hello, my meter says 12345.",
    *,
    to: str = SERVICE,
    html: str = "",
    pictures: Mapping[str, bytes] | None = None,
    files: Mapping[str, bytes] | None = None,
    **headers: str,
) -> EmailMessage:
    """`pictures` stand in the HTML as `cid:name`; header names with _ for -."""
    # Mail programs do not fold as Python does, which breaks long ids into encoded words.
    written = EmailMessage(policy.default.clone(max_line_length=900))
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"], written["Message-ID"] = format_datetime(now()), make_msgid(domain="example.org")
    for name, value in headers.items():
        written[name.replace("_", "-").title()] = value
    written.set_content(text)
    if html:
        written.add_alternative(html, subtype="html")
        for name, content in (pictures or {}).items():
            body = written.get_payload()[1]
            body.add_related(content, "image", "png", cid=f"<{name}>", filename=f"{name}.png")
    for name, content in (files or {}).items():
        written.add_attachment(content, "application", "octet-stream", filename=name)
    return written
