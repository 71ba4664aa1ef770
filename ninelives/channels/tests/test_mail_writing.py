"""An answer becomes a mail that threads, reads well everywhere and can carry nothing that was not meant."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninelives.channels.protocol import Machine, Outbound, OutboundFile, Participant, Refused
from ninelives.channels.tests.mail_tools import ACCOUNT, inside, read
from ninelives.foundation.address import Address

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DORA = Participant(Address("mail", "dora@example.org"), "Dora Jansen")
PLAIN = Outbound(to=DORA, text="Beste Dora,\n\nMorgen.", external_id="ninelives.9@example.com", subject="Re: Vraag")


def written(outbound: Outbound = PLAIN, content: bytes = b"") -> bytes:
    raw = inside("writing").write(outbound, ACCOUNT, lambda sha256: content, NOW)
    assert isinstance(raw, bytes)
    return raw


def fields(outbound: Outbound = PLAIN) -> email.message.EmailMessage:
    message = email.message_from_bytes(written(outbound), policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message


def test_an_answer_carries_who_to_whom_when_and_what() -> None:
    found = fields(replace(PLAIN, from_name="Alice van Support", language="nl"))
    assert found["From"] == "Alice van Support <support@example.com>"
    assert found["To"] == "Dora Jansen <dora@example.org>"
    assert found["Subject"] == "Re: Vraag"
    assert found["Message-ID"] == "<ninelives.9@example.com>"
    assert found["Date"].datetime == NOW
    assert found["Content-Language"] == "nl"
    assert "Reply-To" not in found
    assert "Auto-Submitted" not in found


def test_an_answer_names_its_conversation_and_is_read_back_by_us() -> None:
    sent = replace(PLAIN, reply_token="k7-abc", in_reply_to="q@x", references=("p@x", "q@x"), cc=(DORA,))
    found = fields(sent)
    assert found["Reply-To"] == "Support <support+k7-abc@example.com>"
    assert found["X-Ninelives-Conversation"] == "k7-abc"
    back = read(written(sent))
    assert back.machine is Machine.OWN
    assert back.refers_to == ("q@x", "p@x")
    assert back.text == PLAIN.text
    assert back.external_id == "ninelives.9@example.com"


def test_long_threads_keep_the_first_and_the_last_ids_whole() -> None:
    ids = tuple(f"{'lang' * 30}{n}@mail.example.org" for n in range(100))
    raw = written(replace(PLAIN, references=ids, in_reply_to=ids[-1]))
    kept = read(raw).refers_to
    assert len(kept) == 20
    assert (kept[0], kept[-1]) == (ids[99], ids[0])
    assert b"=?" not in raw
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_an_automatic_mail_says_so() -> None:
    found = fields(replace(PLAIN, automatic=True))
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["X-Auto-Response-Suppress"] == "All"
    assert "Precedence" not in found


def test_text_and_html_say_the_same() -> None:
    text = "Één € <b>\n\nZie https://x.nl/a?b=1&c=2.\nDag 🍿\n.\n..\nFrom hier"
    found = fields(replace(PLAIN, text=text))
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == text.splitlines()
    assert html is not None
    assert "&lt;b&gt;" in html.get_content()
    assert '<a href="https://x.nl/a?b=1&amp;c=2">https://x.nl/a?b=1&amp;c=2</a>.<br>' in html.get_content()


@pytest.mark.parametrize("name", ["factuur.pdf", "Factuur één €.pdf", 'a"b;c.pdf', "x" * 300 + ".pdf"])
def test_files_arrive_under_their_names(name: str) -> None:
    raw = written(replace(PLAIN, files=(OutboundFile(name, "application/pdf", "0", 4),)), b"%PDF")
    (part,) = email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()  # type: ignore[attr-defined]
    assert part.get_filename() == name
    assert part.get_content() == b"%PDF"


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed", "onzin", "a/b\r\nX: y", ""])
def test_a_file_of_a_kind_that_mail_cannot_carry_arrives_all_the_same(media_type: str) -> None:
    raw = written(replace(PLAIN, files=(OutboundFile("x", media_type, "0", 4),)), b"a\r\nb\x00")
    assert read(raw).files[0].content == b"a\r\nb\x00"


BREAKS = st.text(alphabet=st.sampled_from("a\r\n\x00\x85\u2028 :;\"'<>,()\\=?é🍿\ud800"), max_size=30)


@given(BREAKS)
def test_no_field_can_begin_another(value: str) -> None:
    evil = f"{value}\r\nBcc: evil@x.nl\r\n\r\n<script>"
    outbound = Outbound(
        to=Participant(DORA.address, evil),
        cc=(Participant(Address("mail", "piet@example.org"), evil),),
        text=evil,
        external_id=f"1{evil}@example.com",
        from_name=evil,
        reply_token=evil,
        subject=evil,
        in_reply_to=evil,
        references=(evil, evil),
        files=(OutboundFile(evil, evil, "0", 1),),
        language=evil,
    )
    raw = written(outbound, b"x")
    names = {line.split(b":")[0].lower() for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] not in b" \t"}
    assert b"bcc" not in names
    assert names <= {
        *(b"from", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references"),
        *(b"x-ninelives-conversation", b"mime-version", b"content-type"),
    }
    assert [str(found.address) for found in read(raw).recipients] == ["dora@example.org", "piet@example.org"]


@given(st.text(max_size=300))
def test_any_subject_comes_back_as_it_was(subject: str) -> None:
    clean = inside("charsets").clean(subject)
    expected = " ".join(clean.replace("\u2028", " ").replace("\u2029", " ").split())
    assert read(written(replace(PLAIN, subject=subject))).subject == expected


@pytest.mark.parametrize("address", ["", "dora", "dora@", "a b@c.nl", "a@b.nl\r\nBcc: x@y.nl", "a@b.nl, c@d.nl"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        written(replace(PLAIN, to=Participant(Address("mail", address))))
    assert refused.value.reason.startswith("bad_address:")
    assert "\r" not in refused.value.reason


def test_an_address_of_another_channel_is_refused() -> None:
    with pytest.raises(Refused):
        written(replace(PLAIN, to=Participant(Address("phone", "dora@example.org"))))
