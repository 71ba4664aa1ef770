"""A new mail from a customer of the demo, over SMTP like any other."""

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from ninelives.demo.cast import SERVICE_BOX
from ninelives.demo.customers import DORA
from ninelives.foundation.clock import now

TEXT = """Goedemiddag,

Mijn zonnepanelen liggen er nu een week op. Wanneer zie ik in de app wat ik teruglever?

Groetjes,
Dora
"""


def send(
    host: str, port: int, *, sender: str = DORA, text: str = TEXT, subject: str = "Vraag over mijn zonnepanelen"
) -> str:
    """Send it and tell its Message-ID. Raises OSError, smtplib.SMTPException."""
    mail = EmailMessage()
    mail["From"] = f"Dora de Vries <{DORA}>" if sender == DORA else sender
    mail["To"] = SERVICE_BOX.address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "example.org")
    mail.set_content(text)
    with smtplib.SMTP(host, port, timeout=10) as line:
        line.send_message(mail, from_addr=sender)
    return str(mail["Message-ID"])
