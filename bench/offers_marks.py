"""What the mails of the bench of offers look like, and how its agents know them again on their pages."""

import re
from email.message import EmailMessage

from bench.letters import Letter

OFFER = re.compile(rb"/offers/([0-9a-f-]{36})/acceptance/")
MARK = re.compile(rb"c-(\d+)!")
CONVERSATION = re.compile(r"/desk/mine/([0-9a-f-]{36})/")


def address(queue: int) -> str:
    return f"queue{queue}@bench.example"


def contact(number: int, to: str) -> Letter:
    sender, mail = f"customer{number}@example.org", EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, f"c-{number}! A question"
    mail["Message-ID"] = f"<c-{number}@example.org>"
    mail.set_content("What does my meter say?")
    return Letter(sender, mail["Subject"], mail["Message-ID"], bytes(mail))
