"""Letters as they come, and PDFs that mean no good."""

import subprocess
import sys
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from ninelives.channels.adapters.letter import paper as paper_program
from ninelives.channels.adapters.letter.drawing import picture, words
from ninelives.channels.protocol import AccountView, Envelope, InboundMessage, Refused, Unreadable
from ninelives.channels.registry import channel
from ninelives.demo.papers import paper, pdf

FIXTURES = Path(__file__).parent / "fixtures" / "letter"
OURS = AccountView("1", "post@example.com", "Post", {})


def letters(raw: bytes) -> list[InboundMessage]:
    return [fact for fact in channel("letter").read(raw, Envelope(), OURS) if isinstance(fact, InboundMessage)]


def letter(raw: bytes) -> InboundMessage:
    (only,) = letters(raw)
    return only


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_a_letter_has_its_words_and_a_file_for_each_page() -> None:
    read = letter((FIXTURES / "three-pages.pdf").read_bytes())
    assert read.text == "Page one (of three)\n\nPage two\n\nPage three: the ketel lekt"
    assert [file.name for file in read.files] == ["letter.pdf", "page-1.png", "page-2.png", "page-3.png"]
    assert not read.remarks
    assert read.sender.name.startswith("Post ")


def test_two_letters_are_of_two_senders_and_the_same_one_of_the_same() -> None:
    one, other, again = (letter(paper(words)) for words in ("One", "Other", "One"))
    assert one.sender != other.sender
    assert one.fingerprint != other.fingerprint
    assert (one.sender, one.fingerprint) == (again.sender, again.fingerprint)


def test_a_printers_mail_with_three_pdfs_is_three_letters() -> None:
    read = letters((FIXTURES / "printer.eml").read_bytes())
    assert [one.text for one in read] == ["Letter number 1", "Letter number 2", "Letter number 3"]
    assert [one.files[0].name for one in read] == ["scan-0001.pdf", "scan-0002.pdf", "scan-0003.pdf"]
    assert len({one.sender for one in read}) == 3


def test_a_mail_without_a_pdf_is_no_letter() -> None:
    with pytest.raises(Unreadable, match="no_letter_in_mail"):
        letters((FIXTURES / "no-letter.eml").read_bytes())


def test_what_is_no_pdf_is_no_letter() -> None:
    with pytest.raises(Unreadable, match="not_a_pdf"):
        letters(b"II*\0 a picture of a letter")


def test_a_page_is_drawn_black_on_white_as_it_is_read() -> None:
    kept: list[bytes] = []
    content = paper("My meter stands at 12345.")
    page = letter(content).files[1]

    def keep(pieces: object) -> str:
        kept.extend(pieces)  # type: ignore[call-overload]
        return sha256(kept[0]).hexdigest()

    drawn = channel("letter").draw(page, {sha256(content).hexdigest(): content}.__getitem__, keep)  # type: ignore[attr-defined]
    assert drawn.sha256 == sha256(kept[0]).hexdigest()
    width, height = size(kept[0])
    assert (width, height) == (1240, 1755)
    data = zlib.decompress(kept[0].partition(b"IDAT")[2][: -4 - 12])
    assert set(data[1 : width + 1]) == {255}
    assert 0 in data[width:]


def test_a_page_in_colour_keeps_it() -> None:
    in_red = pdf([["Red"]]).replace(b"BT /F1", b"1 0 0 rg BT /F1")
    assert picture(in_red, 0)[25] == 2
    assert picture(pdf([["Black"]]), 0)[25] == 0


def test_a_broken_pdf_is_a_letter_that_says_so_and_can_be_downloaded() -> None:
    read = letter((FIXTURES / "cut-off.pdf").read_bytes())
    assert read.remarks == ("letter_damaged",)
    assert [file.name for file in read.files] == ["letter.pdf"]


def test_a_pdf_with_a_password_says_so() -> None:
    read = letter(_encrypted())
    assert read.remarks == ("letter_locked",)
    assert [file.name for file in read.files] == ["letter.pdf"]


def test_of_ten_thousand_pages_the_first_are_shown_and_the_rest_is_told() -> None:
    read = letter(pdf([[f"Page {n}"] for n in range(10_000)]))
    assert len(read.files) == 201
    assert read.remarks == ("pages_left_out:9800",)
    assert "Page 199" in read.text
    assert "Page 200" not in read.text


@pytest.mark.parametrize("page", [(1e7, 1e7), (1.0, 1e7), (1e7, 1.0), (0.0, 0.0)])
def test_a_page_of_any_size_makes_a_picture_that_is_not_too_large(page: tuple[float, float]) -> None:
    width, height = size(picture(pdf([["Wide"]], size=page), 0))
    assert width * height <= 4_100_000
    assert max(width, height) <= 6001


@pytest.mark.parametrize(
    "action",
    [
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\);) >>",
        "/OpenAction << /S /Launch /F (touch) /P (launched) >>",
        "/OpenAction << /S /URI /URI (http://127.0.0.1:9/called) >>",
    ],
)
def test_scripts_and_programs_in_a_pdf_are_nothing_but_bytes(action: str) -> None:
    content = pdf([["Open me"]], catalog=action)
    assert words(content).text == "Open me"
    assert size(picture(content, 0)) == (1240, 1755)


@pytest.mark.parametrize(
    "deed",
    ["open('/etc/hostname')", "import socket; socket.socket()", "import os; os.pipe()"],
)
def test_the_program_that_takes_pdfs_apart_reaches_nothing(deed: str) -> None:
    """As if a PDF had taken it over."""
    told = f"import runpy; paper = runpy.run_path({paper_program.__file__!r}); import socket, os; "
    asked = [sys.executable, "-c", told + f"paper['_shut_in'](5)\n{deed}"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert "Too many open files" in done.stderr


def test_of_a_book_only_the_first_words_are_kept_and_that_is_told() -> None:
    read = letter(pdf([["word " * 100] * 46] * 25))
    assert len(read.text) <= 400_000
    assert "text_cut" in read.remarks


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="page_not_drawn"):
        picture(paper("One page"), 7)


def test_a_pdf_that_unfolds_to_gigabytes_ends_the_program_and_not_us() -> None:
    packing = zlib.compressobj(1)
    strokes = b"0 0 m 1 1 l S\n" * 700_000
    packed = b"".join(packing.compress(strokes) for _ in range(300)) + packing.flush()
    read = letter(_with_stream(packed))
    assert read.remarks == ("letter_not_shown",)
    assert [file.name for file in read.files] == ["letter.pdf"]


def _with_stream(packed: bytes) -> bytes:
    whole = pdf([["x"]])
    head, _stream, rest = whole.partition(b"<< /Length")
    tail = rest.partition(b"endstream")[2]
    return head + b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream" + tail


def _encrypted() -> bytes:
    """Standard security handler, revision 3: made-up keys that no password fits."""
    whole = pdf([["Secret"]])
    lock = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -1 /O <%s> /U <%s> >> /ID [<00><00>]"
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock % (b"41" * 32, b"42" * 32))
