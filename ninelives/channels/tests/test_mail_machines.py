"""Machine mail is known for what it is, so that no loop begins; and news of our own mails is read out of it."""

import pytest

from ninelives.channels.protocol import DeliveryNews, Envelope, InboundMessage, InboundStatus, Machine
from ninelives.channels.tests.mail_tools import fixture, mail, read, read_all


@pytest.mark.parametrize(
    ("fields", "machine"),
    [
        ({}, None),
        ({"auto_submitted": "no"}, None),
        ({"auto_submitted": "No (a person)"}, Machine.AUTO_REPLY),
        ({"auto_submitted": "auto-replied"}, Machine.AUTO_REPLY),
        ({"auto_submitted": "auto-generated; x=y"}, Machine.AUTO_REPLY),
        ({"x_autoreply": "yes"}, Machine.AUTO_REPLY),
        ({"x_autorespond": "x"}, Machine.AUTO_REPLY),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, Machine.AUTO_REPLY),
        ({"x_auto_response_suppress": "All"}, Machine.AUTO_REPLY),
        ({"x_auto_response_suppress": "RN, NRN"}, None),
        ({"precedence": "auto_reply"}, Machine.AUTO_REPLY),
        ({"precedence": "Bulk"}, Machine.LIST),
        ({"precedence": "junk"}, Machine.LIST),
        ({"precedence": "list"}, Machine.LIST),
        ({"list_id": "<x.example.org>"}, Machine.LIST),
        ({"list_unsubscribe": "<mailto:x@y.nl>"}, Machine.LIST),
        ({"list_post": "<mailto:x@y.nl>"}, Machine.LIST),
        ({"return_path": "<>"}, Machine.AUTO_REPLY),
        ({"return_path": "<dora@example.org>"}, None),
        ({"from": "MAILER-DAEMON@mx.example.net"}, Machine.BOUNCE),
        ({"from": "Postmaster <postmaster@x.nl>"}, Machine.AUTO_REPLY),
        ({"from": "postmaster@x.nl", "return_path": "<>"}, Machine.BOUNCE),
        ({"from": "no-reply@shop.nl"}, Machine.AUTO_REPLY),
        ({"from": "noreply+12@shop.nl"}, Machine.AUTO_REPLY),
        ({"from": "do-not-reply@shop.nl"}, Machine.AUTO_REPLY),
        ({"from": "donotreply@shop.nl"}, Machine.AUTO_REPLY),
        ({"from": "niet-beantwoorden@gemeente.nl"}, Machine.AUTO_REPLY),
        ({"from": "nora.reply@shop.nl"}, None),
        ({"from": "noor@shop.nl"}, None),
        ({"x_ninelives_conversation": "k7"}, Machine.OWN),
        ({"from": "support@example.com", "message_id": "<ninelives.1@example.com>"}, Machine.OWN),
        ({"from": "support@example.com"}, None),
        ({"message_id": "<ninelives.1@example.com>"}, None),
        ({"content_type": "multipart/report; report-type=feedback-report; boundary=b"}, Machine.AUTO_REPLY),
    ],
)
def test_a_machine_is_known_by_its_marks(fields: dict[str, str], machine: Machine | None) -> None:
    assert read(mail(**fields)).machine is machine


def test_a_null_sender_in_the_envelope_is_a_machine_and_an_untold_one_is_not() -> None:
    assert read(mail(), Envelope(sender="<>")).machine is Machine.AUTO_REPLY
    assert read(mail(), Envelope(sender="")).machine is None


def test_an_absence_note_is_no_bounce() -> None:
    message, *news = read_all(fixture("out_of_office_nl.eml"))
    assert isinstance(message, InboundMessage)
    assert message.machine is Machine.AUTO_REPLY
    assert news == []


@pytest.mark.parametrize(
    ("name", "original", "reason"),
    [
        ("bounce_postfix.eml", "ninelives.42@example.com", "dora@example.org: 550 5.1.1"),
        ("bounce_exim.eml", "ninelives.44@example.com", "550 5.1.1 No such user here"),
        ("bounce_qmail.eml", "ninelives.45@example.com", "Sorry, no mailbox here by that name. (#5.1.1)"),
        ("torture/multipart_report_emails_report_530.eml", "200712232303.lBNN3jDq002941@mail12.rrrr.com.au", "edwin@"),
        (
            "torture/multipart_report_emails_multi_address_bounce1.eml",
            "118707422.15521266992174819.JavaMail.root@lvmail01",
            "",
        ),
    ],
)
def test_a_bounce_tells_which_mail_failed_and_why(name: str, original: str, reason: str) -> None:
    message, status = read_all(fixture(name))
    assert isinstance(message, InboundMessage)
    assert message.machine is Machine.BOUNCE
    assert isinstance(status, InboundStatus)
    assert (status.external_id, status.news) == (original, DeliveryNews.FAILED)
    assert reason in status.reason
    assert "\n" not in status.reason


def test_a_bounce_for_several_recipients_names_them_all() -> None:
    _, status = read_all(fixture("bounce_postfix.eml"))
    assert isinstance(status, InboundStatus)
    assert status.reason == (
        "dora@example.org: 550 5.1.1 <dora@example.org>: Recipient address rejected: User unknown in local recipient "
        "table; piet@example.org: 552 5.2.2 Mailbox full"
    )


@pytest.mark.parametrize("name", ["delayed_postfix.eml", "torture/multipart_report_emails_report_422.eml"])
def test_a_delay_is_no_failure(name: str) -> None:
    message, *news = read_all(fixture(name))
    assert isinstance(message, InboundMessage)
    assert message.machine is Machine.BOUNCE
    assert news == []


def test_a_read_receipt_is_news_and_no_bounce() -> None:
    message, status = read_all(fixture("read_receipt.eml"))
    assert isinstance(message, InboundMessage)
    assert message.machine is Machine.AUTO_REPLY
    assert status == InboundStatus("ninelives.47@example.com", DeliveryNews.READ)


def test_a_bounce_from_a_server_without_address_is_still_read() -> None:
    raw = fixture("bounce_postfix.eml").replace(
        b"MAILER-DAEMON@mx.example.net (Mail Delivery System)", b"Mail Delivery System"
    )
    message, status = read_all(raw)
    assert isinstance(message, InboundMessage)
    assert message.remarks == ("sender_guessed",)
    assert isinstance(status, InboundStatus)


def test_a_customer_who_writes_about_an_error_is_no_bounce() -> None:
    assert read_all(mail("550 5.1.1 User unknown, zegt hij. Message-ID: <x@y>"))[1:] == []
