"""What the sender wrote now is told apart from what is quoted and from the signature, and no word is ever lost."""

import pytest

from ninelives.channels.tests.mail_tools import built, fixture, html_mail, mail, read

OWN = "Dat is prima."
QUOTED = "> Kunt u morgen?\n> Of overmorgen?"


@pytest.mark.parametrize(
    "quotation",
    [
        f"Op vr 20 nov 2026 om 15:58 schreef Support <support@example.com>:\n\n{QUOTED}",
        f"Op vr 20 nov 2026 om 15:58 schreef Support\n<support@example.com>:\n\n{QUOTED}",
        f"Op 20 november 2026 15:58:12 heeft Support <support@example.com> het volgende geschreven:\n\n{QUOTED}",
        f"On Fri, 20 Nov 2026 at 15:58, Support <support@example.com> wrote:\n\n{QUOTED}",
        f"Support schreef op 20-11-2026 15:58:\n{QUOTED}",
        f"Am 20.11.2026 um 15:58 schrieb Support:\n{QUOTED}",
        f'20.11.2026 15:58 пользователь "support@example.com" <support@example.com>\nнаписал:\n{QUOTED}',
        "-----Oorspronkelijk bericht-----\nVan: Support\nVerzonden: vrijdag\nAan: Dora\n\nKunt u morgen?",
        "-----Original Message-----\nFrom: Support\nSent: Friday\nTo: Dora\nSubject: Tomorrow\n\nCan you?",
        "________________________________\nVan: Support <s@x.nl>\nVerzonden: vrijdag\nAan: Dora\n\nKunt u morgen?",
        "Van: Support <s@example.com>\nDatum: vrijdag 20 november\nAan: Dora\nOnderwerp: Morgen\n\nKunt u morgen?",
        "From: Support <s@example.com>\nSent: Friday\nTo: Dora\nSubject: Tomorrow\n\nCan you?",
        "---------- Forwarded message ---------\nFrom: Support\nDate: Fri\nSubject: x\nTo: Dora\n\nCan you?",
        "> Kunt u morgen?",
        f"Verstuurd vanaf mijn iPhone\n\n{QUOTED}",
    ],
)
def test_a_quotation_under_the_words_is_folded(quotation: str) -> None:
    message = read(mail(f"{OWN}\n\n{quotation}"))
    assert message.own_text == OWN
    assert "u morgen?" in message.text or "Can you?" in message.text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nDora Jansen\nExample BV",
        "--\nDora Jansen",
        "Verstuurd vanaf mijn iPhone",
        "Verzonden vanaf mijn Samsung Galaxy",
        "Verzonden vanuit Outlook voor iOS<https://aka.ms/o0ukef>",
        "Outlook voor Android downloaden<https://aka.ms/AAb9ysg>",
        "Download Outlook voor iOS <https://aka.ms/o0ukef>",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from my iPhone",
        "Sent from Outlook for Android",
        "Verstuurd met Proton Mail.",
    ],
)
def test_a_signature_is_folded(signature: str) -> None:
    assert read(mail(f"{OWN}\n\n{signature}\n")).own_text == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Verstuurd vanaf mijn iPhone",
        "> alleen een citaat",
        "Ik kreeg dit: ja\nVan: dat weet ik niet",
        "De heer Jansen schreef mij gisteren: bel maar.",
        "Het pakket is verzonden vanuit Duitsland, en nu al twee weken onderweg naar ons in Utrecht, zegt de site.",
        "From: what I know it is fine.",
    ],
)
def test_in_doubt_nothing_is_folded(text: str) -> None:
    assert read(mail(text)).own_text == text


def test_answers_between_the_lines_are_not_folded() -> None:
    message = read(fixture("interleaved_en.eml"))
    assert message.own_text == message.text
    assert "Medium, please." in message.own_text
    assert "which colour?" in message.own_text


def test_an_answer_below_the_quotation_is_found() -> None:
    assert read(fixture("bottom_posted_en.eml")).own_text == "Medium, please."


def test_gmail_is_folded_in_text_and_html() -> None:
    message = read(fixture("gmail_nl_reply.eml"))
    assert message.own_text == "Goedemorgen,\n\nHet pakket is nog niet aangekomen. Kunt u het nakijken?\n\nGroet,\nDora"
    assert "onderweg" in message.html
    assert "onderweg" not in message.own_html
    assert "nog niet aangekomen" in message.own_html


def test_outlook_is_folded_in_text_and_html() -> None:
    message = read(fixture("outlook_nl_reply.eml"))
    assert message.own_text.endswith("Met vriendelijke groet,\nBert")
    assert "à € 100" in message.text
    assert "à € 100" in message.html
    assert "Verzonden" not in message.own_html
    assert "Hierbij" not in message.own_html
    assert "twee keer geboekt" in message.own_html


def test_an_iphone_reply_is_folded() -> None:
    assert read(fixture("iphone_nl_reply.eml")).own_text == "Donderdag is prima."


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        (
            "<div>Ja.</div><blockquote type='cite'><div>Op 1 jan. schreef S:</div>Kan dat?</blockquote>",
            "<div>Ja.</div>",
        ),
        (
            "<p>Ja.</p><div class='moz-cite-prefix'>Op 1 jan:</div><blockquote type=cite>Kan dat?</blockquote>",
            "<p>Ja.</p>",
        ),
        (
            "<p>Ja.</p><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>Van: S</div><p>Kan dat?</p>",
            "<p>Ja.</p>",
        ),
        ("<p>Ja.</p><div class='yahoo_quoted'>Kan dat?</div>", "<p>Ja.</p>"),
        ("<p>Ja.</p><div class='protonmail_quote'>Kan dat?</div>", "<p>Ja.</p>"),
        ("Ja.<br>Op 1 jan 2026 schreef S &lt;s@x.nl&gt;:<br>&gt; Kan dat?<br>&gt; Ja toch?", "Ja.<br>"),
        ("<p>Ja.</p><p>Verstuurd vanaf mijn iPhone</p>", "<p>Ja.</p>"),
        ("<p>Ja.</p><div>-- <br>Dora</div>", "<p>Ja.</p>"),
        ("<p>Ja.</p><div class='gmail_signature'>Dora</div>", "<p>Ja.</p>"),
        ("<blockquote type='cite'>Kan dat?</blockquote><p>Ja.</p>", "<p>Ja.</p>"),
    ],
)
def test_html_is_folded_at_the_marks_of_mail_programs(markup: str, kept: str) -> None:
    message = read(html_mail(markup))
    assert message.own_html == kept
    assert message.own_text == "Ja."
    assert len(message.html) > len(message.own_html)


@pytest.mark.parametrize(
    "markup",
    [
        "<blockquote type='cite'>Maat?</blockquote><p>M</p><blockquote type='cite'>Kleur?</blockquote><p>Rood</p>",
        "<div class='gmail_quote'>Alles is een citaat</div>",
        "<p>Geen citaat</p>",
    ],
)
def test_html_is_left_whole_in_doubt(markup: str) -> None:
    message = read(html_mail(markup))
    assert message.own_html == message.html
    assert message.html


def test_without_html_there_is_no_own_html() -> None:
    message = read(mail("x"))
    assert (message.html, message.own_html) == ("", "")


def test_text_and_html_are_folded_at_the_same_place() -> None:
    message = read(
        built(
            "Ja.\n\nFrom: Support\nSent: Friday\nTo: Dora\n\nKan dat?\n",
            "<p>Ja.</p><p><b>From:</b> Support<br><b>Sent:</b> Friday<br><b>To:</b> Dora</p><p>Kan dat?</p>",
        ).as_bytes()
    )
    assert message.own_text == "Ja."
    assert message.own_html == "<p>Ja.</p><p></p>"


@pytest.mark.parametrize(
    "client",
    ["android", "aol", "apple_mail", "comcast", "gmail", "hotmail", "iphone", "outlook", "thunderbird", "yahoo"],
)
def test_replies_of_many_mail_programs_are_folded(client: str) -> None:
    assert read(fixture(f"clients/standard_replies_{client}.eml")).own_text == "Hello" or client == "thunderbird"
