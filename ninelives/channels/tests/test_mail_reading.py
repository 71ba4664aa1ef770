"""A mail becomes a message: who, when, what it says, what hangs on it, what it answers."""

import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ninelives.channels import remarks
from ninelives.channels.protocol import Envelope, Unreadable
from ninelives.channels.registry import channel
from ninelives.channels.tests.mail_tools import ACCOUNT, account, built, fixture, html_mail, inside, mail, read
from ninelives.foundation.address import Address, Proof


def test_a_mail_is_read_with_its_sender_subject_words_and_date() -> None:
    message = read(fixture("gmail_nl_reply.eml"))
    assert message.sender.address == Address("mail", "dora.jansen@example.org")
    assert message.sender.name == "Dora Jansen"
    assert message.subject == "Re: Uw bestelling 4711 – vraag over de levering"
    assert message.text.startswith("Goedemorgen,")
    assert message.written_at == datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)
    assert message.external_id == "CAF0001@mail.example.org"
    assert message.refers_to == ("ninelives.2@example.com", "ninelives.1@example.com")
    assert message.thread_tokens == ("k7-abc123",)
    assert [str(found.address) for found in message.recipients] == [
        "support+k7-abc123@example.com",
        "piet@example.org",
    ]
    assert message.recipients[1].name == "Piet, de buurman"
    assert message.remarks == ()
    assert message.machine is None
    assert message.proof is Proof.USUAL


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Één € café"),
        ("windows-1252", "Één € café – “zo”"),
        ("utf-8", "Één € café 🍿"),
        ("utf-16", "Één café"),
        ("iso-2022-jp", "すみません"),
        ("shift_jis", "あいうえお"),
        ("gb2312", "你好"),
        ("koi8-r", "Привет"),
        ("utf-7", "Één"),
    ],
)
def test_words_are_read_in_every_charset(charset: str, text: str) -> None:
    codec = {"iso-8859-1": "cp1252"}.get(charset, charset)
    head = f"From: a@b.nl\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    message = read(head.encode() + text.encode(codec))
    assert message.text == text
    assert message.remarks == ()


def test_an_unknown_charset_is_guessed_and_told() -> None:
    message = read(b"From: a@b.nl\r\nContent-Type: text/plain; charset=x-onzin\r\n\r\n" + "Één café".encode("latin-1"))
    assert message.text == "Één café"
    assert message.remarks == ("unknown_charset:x-onzin",)


def test_utf8_is_read_as_such_whatever_charset_is_named() -> None:
    message = read(mail("Één café", content_type="text/plain; charset=iso-8859-1"))
    assert (message.text, message.remarks) == ("Één café", ())


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "zlib", "bz2", "rot13", "unicode_escape", "undefined", "a\x00b"]
)
def test_a_codec_that_is_no_charset_is_never_used(charset: str) -> None:
    message = read(mail("Goed", content_type=f"text/plain; charset={charset}"))
    assert message.text == "Goed"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?Caf=C3=A9?=", "Café"),
        (b"=?UTF-8?b?Q2Fmw6k?=", "Café"),
        (b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?=", "Café"),
        (b"=?onzin?Q?Caf=C3=A9?=", "Café"),
        (b"=?utf-8?Q?met spatie erin?=", "met spatie erin"),
        (b"=?utf-8*nl?Q?Caf=C3=A9?= open", "Café open"),
        ("Café".encode(), "Café"),
        ("Café".encode("latin-1"), "Café"),
        (b"gevouwen\r\n over twee", "gevouwen over twee"),
        (b"=?utf-8?B?!!!?= stuk", "stuk"),
        (b"=?utf-8?Q?nul=00byte?=", "nulbyte"),
        (b"a =?= b", "a =?= b"),
    ],
)
def test_a_subject_is_read_however_it_is_encoded(raw: bytes, subject: str) -> None:
    assert read(b"From: a@b.nl\r\nSubject: " + raw + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("dora@example.org", "dora@example.org", ""),
        ("<DORA@Example.ORG>", "dora@example.org", ""),
        ('"Jansen, Dora" <dora@example.org>', "dora@example.org", "Jansen, Dora"),
        ("=?utf-8?Q?Jansen,_D=C3=B3ra?= <dora@example.org>", "dora@example.org", "Jansen, Dóra"),
        ("dora@example.org (Dora)", "dora@example.org", "Dora"),
        ("Dora dora@example.org", "dora@example.org", "Dora"),
        ("Dora <dora@bücher.example>", "dora@xn--bcher-kva.example", "Dora"),
        ("<@relay.example:dora@example.org>", "dora@example.org", ""),
        ('"D \\"O\\" ra" <dora@example.org>', "dora@example.org", 'D "O" ra'),
        ("dora@example.org <dora@example.org>", "dora@example.org", ""),
        ("Dora <mailto:dora@example.org>", "dora@example.org", "Dora"),
        ("Team: Dora <dora@example.org>, p@x.nl;", "dora@example.org", "Dora"),
        ("a@b.nl, c@d.nl", "a@b.nl", ""),
        ("Dora <dora @example.org>", "dora@example.org", "Dora"),
    ],
)
def test_a_sender_is_read_however_the_field_is_written(field: str, address: str, name: str) -> None:
    message = read(mail(**{"from": field}))
    assert (message.sender.address.value, message.sender.name) == (address, name)
    assert channel("mail").lane(mail(**{"from": field}), Envelope()) == address


def test_undisclosed_recipients_and_groups_survive() -> None:
    message = read(mail(to="undisclosed-recipients:;", cc="Buren: a@b.nl, B <c@d.nl>; e@f.nl"))
    assert [found.address.value for found in message.recipients] == ["a@b.nl", "c@d.nl", "e@f.nl"]


def test_without_from_the_transport_tells_the_sender() -> None:
    by_field = read(mail(**{"from": ""}, sender="s@x.nl"))
    by_envelope = read(mail(**{"from": "niemand"}), Envelope(sender="E@x.nl"))
    assert (by_field.sender.address.value, by_field.remarks) == ("s@x.nl", ("sender_guessed",))
    assert (by_envelope.sender.address.value, by_envelope.remarks) == ("e@x.nl", ("sender_guessed",))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "empty"), (b" \r\n", "empty"), (b"hallo", "no_sender"), (mail(**{"from": "x"}), "no_sender")],
)
def test_nothing_or_nobody_is_unreadable(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(raw)
    assert refused.value.reason == reason


def test_a_line_that_is_no_field_does_not_end_the_header() -> None:
    message = read(b"Received: x\nquite Delivered-To: y\nFrom: a@b.nl\nSubject: Toch\n\nTekst\n")
    assert (message.sender.address.value, message.subject, message.text) == ("a@b.nl", "Toch", "Tekst")
    assert message.remarks == ("broken_header",)


@pytest.mark.parametrize("date", ["gisteren", "Thu, 13 Feb 1969 23:32:54 -0330", "31 Feb 2020 10:00:00", "1" * 5000])
def test_an_absurd_date_is_none_and_told(date: str) -> None:
    message = read(mail(date=date))
    assert message.written_at is None
    assert message.remarks[0].startswith("bad_date:")


def test_a_date_without_zone_is_utc_and_no_date_is_no_remark() -> None:
    assert read(mail(date="Fri, 20 Nov 2026 10:00:00 -0000")).written_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert read(mail()).written_at is None
    assert read(mail()).remarks == ()


class TestIdentity:
    def test_an_empty_message_id_is_no_id(self) -> None:
        for value in ("", "<>", "< >", " "):
            assert read(mail(message_id=value)).external_id == ""

    def test_references_are_nearest_first_without_doubles_or_emptiness(self) -> None:
        message = read(mail(in_reply_to="<c@x>", references="<a@x> <> <b@x>\r\n <c@x> <1@example.org>"))
        assert message.refers_to == ("c@x", "b@x", "a@x")

    def test_at_most_fifty_references_are_kept(self) -> None:
        message = read(mail(references=" ".join(f"<{n}@x>" for n in range(500))))
        assert len(message.refers_to) == 50
        assert message.refers_to[0] == "499@x"

    def test_one_mail_by_two_roads_has_one_fingerprint(self) -> None:
        direct = mail("Tekst", subject="Een lang onderwerp", date="Fri, 20 Nov 2026 10:00:00 +0100")
        relayed = b"Received: from x\r\nDelivered-To: y@z\r\nX-Spam: no\r\nARC-Seal: q\r\n" + direct.replace(
            b"lang onderwerp", b"lang\r\n onderwerp"
        )
        stored = relayed.replace(b"\r\n", b"\n")
        assert read(direct).fingerprint == read(relayed).fingerprint == read(stored).fingerprint

    def test_equal_id_with_other_content_has_another_fingerprint(self) -> None:
        assert read(mail("een")).fingerprint != read(mail("twee")).fingerprint
        assert read(mail(subject="een")).fingerprint != read(mail(subject="twee")).fingerprint

    def test_without_id_and_date_two_mails_cannot_be_told_apart(self) -> None:
        assert not read(mail(message_id="")).distinguishable
        assert read(mail(message_id="", date="Fri, 20 Nov 2026 10:00:00 +0100")).distinguishable
        assert read(mail()).distinguishable

    @pytest.mark.parametrize(
        ("where", "value"),
        [
            ("to", "Support <support+ABC-1@Example.com>"),
            ("cc", "x@y.nl, support+abc-1@example.com"),
            ("delivered_to", "support+abc-1@example.com"),
            ("x_original_to", "support+abc-1@example.com"),
        ],
    )
    def test_a_token_is_found_wherever_our_reply_address_stands(self, where: str, value: str) -> None:
        assert read(mail(**{where: value})).thread_tokens == ("abc-1",)

    def test_a_token_comes_from_our_own_address_only(self) -> None:
        for other in (
            "sales+abc@example.com",
            "support+abc@example.net",
            "support+a_b@example.com",
            "support+@example.com",
        ):
            assert read(mail(to=other)).thread_tokens == ()
        assert read(mail(), Envelope(recipients=("support+abc@example.com",))).thread_tokens == ("abc",)


class TestFiles:
    def test_attachments_keep_their_names_and_bytes(self) -> None:
        message = built()
        message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Factuur één €.pdf")
        message.add_attachment("a;b", filename="tabel.csv", subtype="csv")
        found = read(message.as_bytes()).files
        assert [(file.name, file.media_type) for file in found] == [
            ("Factuur één €.pdf", "application/pdf"),
            ("tabel.csv", "text/csv"),
        ]
        assert found[0].content == b"%PDF-1"

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ('attachment; filename="=?utf-8?Q?Caf=C3=A9.pdf?="', "Café.pdf"),
            ("attachment; filename*=utf-8''Caf%C3%A9.pdf", "Café.pdf"),
            ("attachment; filename*0*=utf-8''Caf%C3; filename*1*=%A9.pdf", "Café.pdf"),
            ("attachment; filename*0=a; filename*=utf-8''b.pdf", "document.pdf"),
            ("attachment; filename*99999999999999999999999=a", "a"),
            ('attachment; filename="../../etc/passwd"', "passwd"),
            ('attachment; filename="C:\\\\map\\\\bestand.pdf"', "bestand.pdf"),
            ("attachment; filename=a\u202efdp.exe", "a fdp.exe"),
            ("attachment", "document.pdf"),
            ('attachment; filename="' + "x" * 400 + '.pdf"', "x" * 146 + ".pdf"),
        ],
    )
    def test_names_are_read_in_every_form_and_made_safe(self, disposition: str, name: str) -> None:
        raw = mail("x", content_type="application/pdf", content_disposition=disposition)
        assert read(raw).files[0].name == name

    def test_a_forwarded_mail_is_a_file_named_for_its_subject(self) -> None:
        message = built()
        message.add_attachment(built("doorgestuurd", Subject="Klacht: één/twee"))
        (file,) = read(message.as_bytes()).files
        assert (file.name, file.media_type) == ("Klacht één twee.eml", "message/rfc822")
        assert b"doorgestuurd" in file.content

    def test_an_invitation_beside_the_words_is_a_file(self) -> None:
        message = read(fixture("invitation.eml"))
        assert message.text == "U bent uitgenodigd."
        assert [(file.name, file.media_type) for file in message.files] == [("invite.ics", "text/calendar")]

    def test_a_picture_in_the_text_carries_its_content_id(self) -> None:
        message = read(fixture("inline_picture.eml"))
        assert [(file.name, file.content_id) for file in message.files] == [("logo.png", "logo@example.org")]
        assert 'src="cid:logo@example.org"' in message.html

    def test_a_file_too_large_is_left_out_and_named(self) -> None:
        message = built()
        message.add_attachment(b"x" * 1_500_000, maintype="video", subtype="mp4", filename="film.mp4")
        read_ = read(message.as_bytes(), of=account(max_file_mb="1"))
        assert read_.files == ()
        assert read_.remarks == ("file_too_large:film.mp4 (1.5 MB)",)

    def test_base64_that_is_cut_is_kept_and_told(self) -> None:
        raw = mail(
            "aGFsbG8gd2VyZWxk=aGF\n%%",
            content_type="application/pdf; name=x.pdf",
            content_transfer_encoding="base64",
        )
        message = read(raw)
        assert message.files[0].content.startswith(b"hallo")

    def test_uuencoded_content_is_unpacked(self) -> None:
        body = "begin 644 x.txt\n#86)C\n`\nend\n"
        raw = mail(body, content_type="application/x-y; name=x.txt", content_transfer_encoding="x-uuencode")
        assert read(raw).files[0].content == b"abc"


class TestWords:
    def test_html_without_text_gives_text_by_blocks_with_links_and_lists(self) -> None:
        message = read(
            html_mail(
                "<h1>Kop</h1><p>Een <b>vette</b>\n regel<br>en nog een</p><ul><li>appel</li><li>peer</li></ul>"
                '<p>Zie <a href="https://x.nl/a">de site</a> of <a href="https://y.nl">https://y.nl</a></p>'
                "<style>p{}</style><script>1</script><table><tr><td>a</td><td>b</td></tr></table>"
            )
        )
        assert message.text == (
            "Kop\n\nEen vette regel\nen nog een\n\n- appel\n- peer\n\n"
            "Zie de site <https://x.nl/a> of https://y.nl\n\na b"
        ).replace("- appel\n- peer", "- appel\n\n- peer")

    def test_text_and_html_stretches_are_joined_in_order(self) -> None:
        message = read(fixture("text_picture_text.eml"))
        assert message.text == "Eerst dit.\n\nEn daarna dit."

    def test_flowed_lines_are_joined(self) -> None:
        message = read(
            mail("Dit is een \nzin.\n\n> aan \n> haling\n-- \nDora", content_type="text/plain; format=flowed")
        )
        assert message.text == "Dit is een zin.\n\n> aan haling\n-- \nDora".replace("-- ", "--")

    def test_very_long_text_is_cut_and_told(self) -> None:
        message = read(mail("woord " * 60_000))
        assert len(message.text) <= 200_000
        assert message.remarks == ("text_cut",)

    def test_no_text_ever_holds_a_nul_or_a_lone_surrogate(self) -> None:
        head = b"From: \x00a@b.nl\r\nSubject: a\x00b\xed\xa0\x80\r\nTo: =?utf-8?Q?=ED=A0=80=00?= <c@d.nl>\r\n\r\n"
        raw = head + b"\x00x\xed\xa0\x80"
        message = read(raw)
        for text in (message.subject, message.text, message.own_text, *(found.name for found in message.recipients)):
            assert "\x00" not in text
            text.encode("utf-8")


class TestLimits:
    def test_a_thousand_parts_are_read_and_the_rest_told(self) -> None:
        parts = "".join(f"--b\nContent-Type: application/pdf; name={n}.pdf\n\nx\n" for n in range(3000))
        message = read(mail(parts + "--b--", content_type="multipart/mixed; boundary=b"))
        assert 900 < len(message.files) <= 1000
        assert message.remarks == ("too_many_parts:1000",)

    def test_nesting_ends_at_a_depth_and_is_told(self) -> None:
        body = "diep"
        for n in range(5000):
            body = f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n - 1}\n\n{body}" if n else f"--b0\n\n{body}"
        message = read(mail(body, content_type="multipart/mixed; boundary=b4999"))
        assert "too_deep" in message.remarks

    @pytest.mark.parametrize(
        "raw",
        [
            b"From: " + b"(" * 60_000 + b"a@b.nl\r\n\r\nx",
            b"From: a@b.nl\r\nTo: " + b'"\\"' * 20_000 + b"\r\n\r\nx",
            b"From: a@b.nl\r\nTo: " + b"<" * 60_000 + b"\r\n\r\nx",
            b"From: a@b.nl\r\nContent-Type: text/plain" + b';"' * 500_000 + b"\r\n\r\nx",
            b"From: a@b.nl\r\n" + b"a: b\r\n" * 200_000 + b"\r\nx",
            b"From: a@b.nl\r\nSubject: " + b"=?utf-8?Q?a?= " * 100_000 + b"\r\n\r\nx",
            b"From: a@b.nl\r\nReferences: " + b"<a@b> " * 100_000 + b"\r\n\r\nx",
            b"From: a@b.nl\r\n\r\n" + b"> a\r\nb\r\n" * 100_000,
            b"From: a@b.nl\r\n\r\n" + b"From: a\r\n" * 100_000,
            b"From: a@b.nl\r\n\r\n" + b"Op a schreef b" * 100_000,
            b"From: a@b.nl\r\n\r\n" + b"-- \r\nVerstuurd vanaf mijn iPhone\r\n" * 50_000,
        ],
    )
    def test_hostile_mail_is_read_in_linear_time(self, raw: bytes) -> None:
        started = time.process_time()
        with suppress(Unreadable):
            read(raw)
        assert time.process_time() - started < 10


def test_a_lane_never_fails_and_falls_back() -> None:
    mail_channel = channel("mail")
    assert mail_channel.lane(b"\xff\x00", Envelope(sender="A@B.nl")) == "a@b.nl"
    assert len(mail_channel.lane(b"", Envelope())) == 64
    assert mail_channel.key(mail(), Envelope()) == ""
    assert mail_channel.handshake({}, ACCOUNT) is None


def test_every_remark_and_reason_has_words() -> None:
    room = Path(inside("reading").__file__).parents[2]
    read_in = [path for path in room.rglob("*.py") if "tests" not in path.parts and path.name != "remarks.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in read_in)
    raised = r"(?:Unreadable|Refused|NotConfigured|TryLater|Uncertain)\("
    given = rf'(?:remarks\.add\(|{raised}|left_out = )\s*f?"([a-z_0-9]+)'
    used = set(re.findall(given, source)) | {"no_connection"}
    known = remarks.REMARKS | remarks.UNREADABLE | remarks.NOT_SENT
    assert used - set(remarks.PROCESSING) <= set(known)
    assert [code for code in known if f'"{code}' not in source] == []
    assert all(remarks.worded(code) != code and "%" not in remarks.worded(f"{code}:x") for code in known)


def test_a_remark_names_what_it_is_about() -> None:
    assert "film.mp4 (30 MB)" in remarks.worded("file_too_large:film.mp4 (30 MB)")
    assert remarks.worded("550 5.1.1 User unknown") == "550 5.1.1 User unknown"
