"""Letters on paper, written as the smallest PDF that says them (ISO 32000-1, section 7.5)."""

from collections.abc import Sequence

_A4 = (595, 842)
_LINES = 46


def paper(text: str) -> bytes:
    """As many A4 pages as it takes."""
    lines = text.strip("\n").split("\n")
    return pdf([lines[at : at + _LINES] for at in range(0, len(lines), _LINES)])


def pdf(pages: Sequence[Sequence[str]], *, size: tuple[float, float] = _A4, catalog: str = "") -> bytes:
    """`catalog`: what else stands in the catalog."""
    first = 4
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        words = _words(lines, size[1])
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (*size, first + 2 * n + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words))
    return _file(objects)


def _words(lines: Sequence[str], height: float) -> bytes:
    shown = b" ".join(b"(%s) Tj T*" % _escaped(line) for line in lines)
    return b"BT /F1 11 Tf 15 TL 64 %g Td %s ET" % (height - 72, shown)


def _escaped(line: str) -> bytes:
    plain = line.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return bytes(written + head + table + end)
