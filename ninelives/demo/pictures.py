"""The files that come with mails of the demo: a photo of a meter, a bill. Drawn here, so that no binary is in git."""

import struct
import zlib

WIDTH, HEIGHT = 320, 120
GLASS, CASE, INK = 212, 96, 24
# Which of the seven segments (top, top left, top right, middle, bottom left, bottom right, bottom) a digit has.
SEGMENTS = {
    "0": "1110111",
    "1": "0010010",
    "2": "1011101",
    "3": "1011011",
    "4": "0111010",
    "5": "1101011",
    "6": "1101111",
    "7": "1010010",
    "8": "1111111",
    "9": "1111011",
}
# Left, top, width and height of each segment within a digit of 32 by 60.
PLACES = ((4, 0, 24, 5), (0, 4, 5, 24), (27, 4, 5, 24), (4, 28, 24, 5), (0, 32, 5, 24), (27, 32, 5, 24), (4, 56, 24, 5))


def meter(reading: str) -> bytes:
    """The display of a meter, as a PNG."""
    rows = [bytearray([CASE]) * WIDTH for _ in range(HEIGHT)]
    _fill(rows, 16, 16, WIDTH - 32, HEIGHT - 32, GLASS)
    for position, digit in enumerate(reading[:6].rjust(6, "0")):
        for place, is_on in zip(PLACES, SEGMENTS[digit], strict=True):
            if is_on == "1":
                left, top, width, height = place
                _fill(rows, 32 + position * 44 + left, 30 + top, width, height, INK)
    return _png(rows)


def bill(lines: list[str]) -> bytes:
    """One page with these lines, as a PDF."""
    shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    page = f"BT /F1 12 Tf 16 TL 56 780 Td\n{shown}\nET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1"
        b" << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return written + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def _fill(rows: list[bytearray], left: int, top: int, width: int, height: int, shade: int) -> None:
    for row in rows[top : top + height]:
        row[left : left + width] = bytes([shade]) * width


def _png(rows: list[bytearray]) -> bytes:
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
