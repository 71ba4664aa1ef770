"""What a mail server says decides what we tell the agent, and nothing is sent twice in silence."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from ninelives.channels.protocol import AccountView, NotConfigured, Outbound, Participant, Refused, TryLater, Uncertain
from ninelives.channels.registry import channel
from ninelives.channels.tests.mail_tools import account, inside, read
from ninelives.foundation.address import Address

DORA = Participant(Address("mail", "dora@example.org"), "Dora")
PIET = Participant(Address("mail", "piet@example.org"))
MAIL = Outbound(to=DORA, text="Beste Dora,\n.\n..punt", external_id="ninelives.9@example.com", subject="Re: Vraag")


class Server:
    """A mail server that answers as the test wishes, and keeps what it took."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []
        self.after_data = ""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get("null_sender" if address == "<>" else "mail", "250 OK")
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address.partition("@")[0], "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        if self.answers.get("data") == "hang":
            await asyncio.sleep(5)
        if self.answers.get("data") == "hang up":
            assert server.transport is not None
            server.transport.close()
        return self.answers.get("data", "250 OK")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(server: Server, **options: Any) -> Iterator[AccountView]:
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield account(outgoing=f"127.0.0.1:{controller.port}")
    finally:
        controller.stop()


def send(of: AccountView, outbound: Outbound = MAIL) -> str:
    quick = inside("sending").Timeouts(connect=0.5, answer=0.5)
    mail_channel = type(channel("mail"))(timeouts=quick)  # type: ignore[call-arg]
    return mail_channel.send(outbound, of, lambda sha256: b"inhoud")


def test_a_mail_is_sent_as_written_to_everybody_and_known_by_its_id() -> None:
    server = Server()
    with running(server) as of:
        assert send(of, replace(MAIL, cc=(PIET,))) == "ninelives.9@example.com"
    (taken,) = server.taken
    assert taken.mail_from == "support@example.com"
    assert taken.rcpt_tos == ["dora@example.org", "piet@example.org"]
    assert isinstance(taken.content, bytes)
    assert read(taken.content).text == MAIL.text


def test_an_automatic_mail_has_a_null_sender() -> None:
    server = Server()
    with running(server) as of:
        send(of, replace(MAIL, automatic=True))
    assert server.taken[0].mail_from == "<>"


def test_where_a_null_sender_is_refused_the_account_sends() -> None:
    server = Server(null_sender="501 A sender is needed")
    with running(server) as of:
        send(of, replace(MAIL, automatic=True))
    assert server.taken[0].mail_from == "support@example.com"


@pytest.mark.parametrize(
    ("answers", "problem", "reason"),
    [
        ({"mail": "550 5.7.1 Not allowed"}, Refused, "550 5.7.1 Not allowed"),
        ({"mail": "451 4.3.0 Later"}, TryLater, "451 4.3.0 Later"),
        ({"dora": "550 5.1.1 User unknown"}, Refused, "dora@example.org: 550 5.1.1 User unknown"),
        ({"dora": "450 4.2.0 Greylisted"}, TryLater, "dora@example.org: 450 4.2.0 Greylisted"),
        ({"piet": "550 5.1.1 User unknown"}, Refused, "piet@example.org: 550 5.1.1 User unknown"),
        ({"piet": "450 4.2.0 Greylisted"}, TryLater, "piet@example.org: 450 4.2.0 Greylisted"),
        ({"data": "554 5.7.1 Spam"}, Refused, "554 5.7.1 Spam"),
        ({"data": "452 4.3.1 Disk full"}, TryLater, "452 4.3.1 Disk full"),
        ({"mail": "421 4.3.2 Shutting down"}, TryLater, "421 4.3.2 Shutting down"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(answers: dict[str, str], problem: type[Exception], reason: str) -> None:
    with running(Server(**answers)) as of, pytest.raises(problem) as met:
        send(of, replace(MAIL, cc=(PIET,)))
    assert getattr(met.value, "reason", "") == reason


def test_when_one_recipient_is_refused_nobody_gets_it() -> None:
    server = Server(piet="550 5.1.1 User unknown")
    with running(server) as of, pytest.raises(Refused):
        send(of, replace(MAIL, cc=(PIET,)))
    assert server.taken == []


@pytest.mark.parametrize("ending", ["hang", "hang up"])
def test_silence_after_the_last_line_leaves_it_open(ending: str) -> None:
    server = Server(data=ending)
    with running(server) as of, pytest.raises(Uncertain):
        send(of)
    assert len(server.taken) == 1


def test_nobody_at_the_port_is_to_be_tried_later() -> None:
    with pytest.raises(TryLater) as met:
        send(account(outgoing=f"127.0.0.1:{free_port()}"))
    assert met.value.reason.startswith("no_connection:")


def test_a_server_that_never_greets_is_to_be_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute_account = account(outgoing=f"127.0.0.1:{mute.getsockname()[1]}")
        with pytest.raises(TryLater):
            send(mute_account)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "no_outgoing"),
        ({"outgoing": " "}, "no_outgoing"),
        ({"outgoing": "mail.example.com"}, "bad_outgoing"),
        ({"outgoing": "mail.example.com:vijf"}, "bad_outgoing"),
        ({"outgoing": "mail.example.com:99999"}, "bad_outgoing"),
        ({"outgoing": "mail.example.com:25", "outgoing_tls": "misschien"}, "bad_outgoing"),
    ],
)
def test_without_a_way_out_it_waits(settings: dict[str, str], reason: str) -> None:
    with pytest.raises(NotConfigured) as met:
        send(account(**settings))
    assert met.value.reason == reason


# The test server is asked for a password without encryption, and warns of it.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_the_accounts_fault_and_not_the_mails() -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    options = {"auth_required": True, "auth_require_tls": False, "authenticator": refuse}
    with running(Server(), **options) as of, pytest.raises(NotConfigured) as met:
        send(account(**of.settings, outgoing_user="support", outgoing_password="fout"))
    assert met.value.reason.startswith("535")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_right_password_is_taken() -> None:
    def check(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"support", b"goed"))

    server = Server()
    with running(server, auth_required=True, auth_require_tls=False, authenticator=check) as of:
        send(account(**of.settings, outgoing_user="support", outgoing_password="goed"))
    assert len(server.taken) == 1


def test_encryption_that_is_asked_for_is_never_left_out() -> None:
    server = Server()
    with running(server) as of, pytest.raises(NotConfigured) as met:
        send(account(**of.settings, outgoing_tls="starttls"))
    assert met.value.reason == "no_starttls"
    assert server.taken == []


def test_an_address_with_other_letters_needs_a_server_that_takes_it() -> None:
    umlaut = replace(MAIL, to=Participant(Address("mail", "dörte@example.org")))
    with running(Server(), enable_SMTPUTF8=False) as of, pytest.raises(Refused) as met:
        send(of, umlaut)
    assert met.value.reason == "address_needs_utf8"
    server = Server()
    with running(server, enable_SMTPUTF8=True) as of:
        send(of, umlaut)
    assert server.taken[0].rcpt_tos == ["dörte@example.org"]


def test_a_domain_with_other_letters_goes_out_in_its_ascii_form() -> None:
    server = Server()
    with running(server) as of:
        send(of, replace(MAIL, to=Participant(Address("mail", "dora@bücher.example"))))
    assert server.taken[0].rcpt_tos == ["dora@xn--bcher-kva.example"]
