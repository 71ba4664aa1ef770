"""Customers, who know nothing of Ninelives: they write mails and read their own."""

import itertools
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from tests.servers import Ninelives, PostOffice
from tests.stories.letters import letter

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Customer:
    name: str
    address: str
    ninelives: Ninelives
    post_office: PostOffice

    @classmethod
    def new(cls, ninelives: Ninelives, post_office: PostOffice) -> "Customer":
        """Nobody who wrote in another story."""
        number = next(_numbers)
        return cls(f"Dora de Vries {number}", f"dora{number}@example.org", ninelives, post_office)

    def mails(self, subject: str = "Meter reading", text: str = "My meter says 12345.", **more: Any) -> EmailMessage:
        written = letter(f"{self.name} <{self.address}>", subject, text, **more)
        with smtplib.SMTP("127.0.0.1", self.ninelives.smtp_port, timeout=20) as door:
            door.send_message(written, self.address, [written["To"]])
        return written

    def answers(self, received: EmailMessage, text: str) -> EmailMessage:
        """As mail programs do: to the address we are told to answer to, under what was received."""
        thread = f"{received['References'] or ''} {received['Message-ID']}".strip()
        return self.mails(
            received["Subject"],
            text,
            to=str(received["Reply-To"].addresses[0].addr_spec),
            in_reply_to=received["Message-ID"],
            references=thread,
        )

    def receives(self, count: int = 1) -> EmailMessage:
        """The newest of so many letters."""
        return self.receives_at(self.address, count)

    def receives_at(self, address: str, count: int = 1) -> EmailMessage:
        """Also at another address of theirs."""

        def came() -> list[EmailMessage]:
            letters = self.post_office.letters_to(address)
            return letters if len(letters) >= count else []

        return self.ninelives.wait_for_sent(came, f"{count} letters to {address}")[-1]

    @property
    def letters(self) -> list[EmailMessage]:
        return self.post_office.letters_to(self.address)
