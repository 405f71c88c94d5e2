"""PDFs written byte by byte: a few lines of text per page, or a content stream given as it is."""

from __future__ import annotations


def a_pdf(*pages: str, raw: bytes = b"") -> bytes:
    """A PDF with one line of text per page; `raw`: the packed (Flate) content of its only page instead."""
    contents = [raw] if raw else [_shown(text) for text in pages]
    kids = " ".join(f"{4 + 2 * rank} 0 R" for rank in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for rank, content in enumerate(contents):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * rank} 0 R "
        objects.append(page.encode() + b"/Resources << /Font << /F1 3 0 R >> >> >>")
        packing = b"/Filter /FlateDecode " if raw else b""
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packing, len(content), content))
    return _file(objects)


def _shown(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % escaped.encode("cp1252", "replace") if text else b""


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
