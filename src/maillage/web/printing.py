"""A page as a PDF, paged for paper. Nothing is fetched: no address of the text is ever opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from maillage.core.errors import Refused

LONGEST_WAIT_S = 20.0
"""Seconds one waits for another paper."""
_press = Lock()


def printed(request: HttpRequest, template: str, context: dict[str, Any], *, name: str) -> HttpResponse:
    """The PDF of this template; where this machine lacks Pango, the same page to print from the browser, saying so."""
    try:
        import weasyprint  # noqa: F401 - 1.6 s to wake, and only PDFs need it; its libraries are the system's
    except (ImportError, OSError):
        return render(request, template, context | {"by_hand": True})
    paper = finders.find("css/paper.css")
    html = render_to_string(template, context, request=request)
    response = HttpResponse(_on_paper(html, str(paper)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=8)
def _on_paper(html: str, paper: str) -> bytes:
    """The paged text, tagged for screen readers; the last ones asked are kept, some seconds each.

    Only what the text itself holds (`data:`) is ever read: nothing is fetched. Raises Refused("paper_busy").
    """
    with in_turn():
        return _printed(html, paper)


@contextmanager
def in_turn() -> Iterator[None]:
    """One paper or image at a time in a process, so that they never take the place of pages.

    Raises Refused("paper_busy").
    """
    if not _press.acquire(timeout=LONGEST_WAIT_S):
        raise Refused("paper_busy")
    try:
        yield
    finally:
        _press.release()


def _printed(html: str, paper: str) -> bytes:
    import weasyprint

    held = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    document = weasyprint.HTML(string=html, url_fetcher=held)
    return bytes(document.write_pdf(stylesheets=[weasyprint.CSS(filename=paper)], pdf_variant="pdf/ua-1") or b"")
