"""A page as a PDF, paged for paper. Nothing is fetched: no address of the text is ever opened."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def printed(request: HttpRequest, template: str, context: dict[str, Any], *, name: str) -> HttpResponse:
    """The PDF of this template; where this machine lacks Pango, the same page to print from the browser, saying so."""
    try:
        import weasyprint  # 1.6 s to wake, and only PDFs need it; its libraries are the system's
    except (ImportError, OSError):
        return render(request, template, context | {"by_hand": True})
    paper = finders.find("css/paper.css")
    html = render_to_string(template, context, request=request)
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=html, url_fetcher=nothing)
    body = document.write_pdf(stylesheets=[weasyprint.CSS(filename=paper)])
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
