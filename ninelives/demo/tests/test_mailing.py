"""Writing as a customer of the demo."""

from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ninelives.demo import mailing
from tests.servers import free_port


class Box:
    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def door():
    controller = Controller(Box(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop(no_assert=True)


def test_a_mail_of_dora_goes_to_the_service_address(door) -> None:
    known_by = mailing.send("127.0.0.1", door.port, text="Hallo!")
    (envelope,) = door.handler.mails
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("dora.devries@example.org", ["service@zonnestroom.example"])
    assert (mail["From"], mail["Message-ID"]) == ("Dora de Vries <dora.devries@example.org>", known_by)
    assert mail.get_content().strip() == "Hallo!"


def test_nobody_listens() -> None:
    with pytest.raises(OSError, match="refused"):
        mailing.send("127.0.0.1", free_port())
