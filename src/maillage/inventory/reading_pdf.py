"""The text of a PDF, read in a process of its own: a hostile file can neither hang nor swell the house.

`python -m maillage.inventory.reading_pdf FILE` prints one JSON object; `read_pdf` runs it under bounds.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MEMORY_BYTES = 1024**3
SECONDS = 60
PAGES = 800
CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """What was read. `error`: a code of core.wording.ERRORS, "" when it went well. `is_cut`: there was more."""

    pages: tuple[str, ...] = ()
    page_count: int = 0
    is_cut: bool = False
    error: str = ""


def read_pdf(path: Path, *, seconds: int = SECONDS) -> PdfText:
    """The text of each page, within 60 s of processor, 1 GiB, 800 pages and 2 million characters."""
    command = [sys.executable, "-m", "maillage.inventory.reading_pdf", str(path), str(seconds)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=1.5 * seconds + 2, check=False)
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return PdfText(error="pdf_too_heavy")
    return PdfText(
        pages=tuple(found["pages"]), page_count=found["page_count"], is_cut=found["is_cut"], error=found["error"]
    )


def main(path: str, seconds: str) -> None:
    """What the child process does."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    logging.disable(logging.CRITICAL)
    pages: list[str] = []
    count, cut, error = 0, False, ""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise PermissionError
        count = len(reader.pages)
        room = CHARACTERS
        for page in reader.pages[:PAGES]:
            text = plain(page.extract_text() or "")[:room]
            pages.append(text)
            room -= len(text)
            if room <= 0:
                break
        cut = len(pages) < count or room <= 0
        error = "" if any(text.strip() for text in pages) else "pdf_without_text"
    except PermissionError:
        error = "pdf_locked"
    except MemoryError:
        error = "pdf_too_heavy"
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        error = "pdf_damaged"
    print(json.dumps({"pages": pages, "page_count": count, "is_cut": cut, "error": error}))


def plain(text: str) -> str:
    """The text without what a database refuses or a page would obey."""
    kept = text.replace("\f", "\n").encode("utf-8", "replace").decode()
    return "".join(letter for letter in kept if letter in "\n\t" or letter.isprintable()).strip()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
