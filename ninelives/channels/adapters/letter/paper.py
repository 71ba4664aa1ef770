"""A program of its own: takes a PDF apart that a stranger made, where that can do no harm.

It is run as a file, gets the PDF on its standard input and nothing else, and may use so much memory and time. Told
`words`, it writes JSON: how many pages there are and the words on each; told `page` and a number, a PNG of that page.
Scripts, forms and links in the PDF are never looked at: this build of PDFium can run none.
"""

import codecs
import json
import math
import resource
import struct
import sys
import time
import zlib

import pypdfium2

MOST_PAGES = 200
MOST_BYTES = 2_000_000_000
# Of processor time. Words are read while other messages wait, and what is not read by then is left out.
MOST_SECONDS = {"words": 12, "page": 20}
SECONDS_OF_WORDS = 5.0
MOST_CHARACTERS = 400_000
# An A4 page at 150 dots an inch.
WIDTH, MOST_PIXELS, LONGEST = 1240, 4_000_000, 6000
LOCKED, DAMAGED = "letter_locked", "letter_damaged"
_PASSWORD = 4  # FPDF_ERR_PASSWORD
# Sixty-four shades, as paper has no more: the grain that a scanner adds is half of the bytes of its picture.
_SHADES = bytes(round(round(shade * 63 / 255) * 255 / 63) for shade in range(256))
_PNG = b"\x89PNG\r\n\x1a\n"


def main(asked: list[str]) -> None:
    _shut_in(MOST_SECONDS[asked[0]])
    content = sys.stdin.buffer.read()
    answer = json.dumps(words(content)).encode() if asked[0] == "words" else picture(content, int(asked[1]))
    sys.stdout.buffer.write(answer)


def _shut_in(seconds: int) -> None:
    """From here no file, connection or program can be opened, and nothing be written but the answer."""
    codecs.lookup("utf-16-le")  # What is still needed of Python's own files.
    limits = {
        resource.RLIMIT_AS: MOST_BYTES,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def words(content: bytes) -> dict[str, object]:
    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as problem:
        locked = getattr(problem, "err_code", 0) == _PASSWORD
        return {"pages": 0, "words": [], "problem": LOCKED if locked else DAMAGED, "is_cut": False}
    found, is_cut = _words_in(document, min(count, MOST_PAGES))
    return {"pages": count, "words": found, "problem": "" if count else DAMAGED, "is_cut": is_cut}


def _words_in(document: pypdfium2.PdfDocument, pages: int) -> tuple[list[str], bool]:
    """Page by page, and whether there are more than that."""
    found: list[str] = []
    left = MOST_CHARACTERS
    for number in range(pages):
        if left <= 0 or time.process_time() > SECONDS_OF_WORDS:
            return found, True
        on_page = _words_on(document, number)
        found.append(on_page[:left])
        left -= len(on_page)
    return found, left < 0


def _words_on(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        return str(document[number].get_textpage().get_text_range())
    except pypdfium2.PdfiumError:
        return ""


def picture(content: bytes, number: int) -> bytes:
    page = pypdfium2.PdfDocument(content)[number]
    bitmap = page.render(scale=_scale(*page.get_size()), rev_byteorder=True, may_draw_forms=False)
    rows = memoryview(bitmap.buffer).cast("B")
    lines = [bytes(rows[at : at + bitmap.width * bitmap.n_channels]).translate(_SHADES) for at in _starts(bitmap)]
    return _png(bitmap.width, bitmap.height, *_plain(lines, bitmap.n_channels))


def _scale(width: float, height: float) -> float:
    """Dots a point. A page may say that it is a kilometre long."""
    width, height = max(width, 1.0), max(height, 1.0)
    return min(WIDTH / width, LONGEST / height, math.sqrt(MOST_PIXELS / (width * height)))


def _starts(bitmap: pypdfium2.PdfBitmap) -> range:
    return range(0, bitmap.stride * bitmap.height, bitmap.stride)


def _plain(lines: list[bytes], channels: int) -> tuple[list[bytes], int]:
    """Three bytes a dot, or one where all of it is grey."""
    if channels == 1:
        return lines, 0
    red, green, blue = ([line[at::channels] for line in lines] for at in range(3))
    if red == green == blue:
        return red, 0
    return [_woven(three) for three in zip(red, green, blue, strict=True)], 2


def _woven(colours: tuple[bytes, ...]) -> bytes:
    line = bytearray(3 * len(colours[0]))
    for at, colour in enumerate(colours):
        line[at::3] = colour
    return bytes(line)


def _png(width: int, height: int, lines: list[bytes], colour: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 6)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    main(sys.argv[1:])
