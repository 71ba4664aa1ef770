"""Whatever arrives, reading ends with a message or with Unreadable, and never with anything else."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninelives.channels.protocol import Envelope, InboundMessage, InboundStatus, Unreadable
from ninelives.channels.registry import channel
from ninelives.channels.tests.mail_tools import ACCOUNT, FIXTURES, account, html_mail, mail

OWN = sorted(FIXTURES.rglob("*.eml"))
SHARED = os.environ.get("NINELIVES_SHARED_DATA")
CORPUS = [
    path
    for pattern in ("mails_*/*.eml", "mails_*/msg_*.txt")
    for path in (sorted(Path(SHARED).glob(pattern)) if SHARED else [])
]
TRUSTING = account(trusted_authserv="mx.example.com")


def survives(raw: bytes, envelope: Envelope | None = None) -> None:
    assert channel("mail").lane(raw, envelope or Envelope())
    try:
        facts = list(channel("mail").read(raw, envelope or Envelope(sender="dora@example.org"), TRUSTING))
    except Unreadable:
        return
    assert isinstance(facts[0], InboundMessage)
    for text in texts(facts[0]):
        assert "\x00" not in text
        text.encode("utf-8")
    assert facts[0].own_text or not facts[0].text
    assert facts[0].own_html or not facts[0].html
    assert all(isinstance(fact, InboundStatus) and fact.external_id for fact in facts[1:])


def texts(message: InboundMessage) -> list[str]:
    people = [message.sender, *message.recipients]
    return [
        *(message.subject, message.text, message.own_text, message.html, message.own_html, message.external_id),
        *message.refers_to,
        *message.remarks,
        *message.thread_tokens,
        *(person.name for person in people),
        *(person.address.value for person in people),
        *(text for file in message.files for text in (file.name, file.media_type, file.content_id)),
    ]


@pytest.mark.parametrize("path", [*OWN, *CORPUS], ids=lambda path: path.name)
def test_every_sample_is_survived(path: Path) -> None:
    survives(path.read_bytes())


@pytest.mark.parametrize("path", [*OWN, *CORPUS], ids=lambda path: path.name)
def test_reading_twice_gives_the_same(path: Path) -> None:
    first, second = (
        list(channel("mail").read(path.read_bytes(), Envelope(sender="a@b.nl"), ACCOUNT)) for _ in range(2)
    )
    assert first == second


@given(st.binary(max_size=2000))
def test_random_bytes_are_survived(raw: bytes) -> None:
    survives(raw)


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_random_header_and_body_are_survived(head: bytes, body: bytes) -> None:
    survives(b"From: a@b.nl\r\n" + head + b"\r\n\r\n" + body)


@given(st.sampled_from(OWN), st.data())
@settings(max_examples=300, deadline=None)
def test_mutated_mails_are_survived(path: Path, data: st.DataObject) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 60))
        raw[start : start + length] = data.draw(st.binary(max_size=20) | st.sampled_from(SHARDS))
    survives(bytes(raw))


SHARDS = [
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"--b\r\n",
        b"--b--",
        b'"',
        b"<",
        b">",
        b"(",
        b"=?utf-8?q?",
        b"?=",
        b"=",
        b";",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
    ),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 x\r\n"),
    *(b"filename*0*=utf-8''%", b"filename*1=x", b"charset=utf-16", b"charset=utf-7", b"Date: 99999999999999999999\r\n"),
    *(b"<blockquote type=cite>", b"<div class=gmail_quote>", b"</div>", b"<!--", b"&#0;", b"&#xD800;", b"<![CDATA["),
    *(b"Authentication-Results: mx.example.com; dkim=pass (\r\n", b"Op 1 schreef x:\r\n> ", b"-- \r\n", b"From: x\r\n"),
]


@given(st.text(max_size=300))
def test_any_text_comes_back_whole(text: str) -> None:
    survives(mail(text.encode("utf-8", "replace").decode()))


TAGS = [
    *("<p>", "</p>", "<div class=gmail_quote>", "</div>", "<b>", "</b>", "x", "<table>", "<td>", "<br>", "> ", "-- "),
    *("<img src=//x>", "Verstuurd vanaf mijn iPhone", "<blockquote type=cite>", "</blockquote>", "Op 1 jan schreef x:"),
    *("<div id=appendonsend>", "<a href='javascript:x'>", "<svg>", "<style>", "</style>", "<!--", "<body>", "</html>"),
]


@given(st.lists(st.sampled_from(TAGS), max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_html_is_survived(pieces: list[str]) -> None:
    survives(html_mail("".join(pieces)))
