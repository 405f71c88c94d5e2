"""Pages for what goes wrong: each says what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from maillage.core.errors import Ambiguous, Invalid, MaillageError, Refused, Unknown
from maillage.web.messages import told

NOT_FOUND = frozenset({"page_unknown", "registration_link_unknown", "session_unknown"})
"""Codes that mean « this address does not exist » rather than « this value is wrong »."""

REPAIRING = frozenset({"index_missing", "index_broken"})
"""Codes raised while the search index is being rebuilt."""


class SaysWhatWentWrong:
    """Middleware: a MaillageError that a view lets through, or a form's address opened as a page, is said in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return form_only(request, response) if response.status_code == 405 and request.method == "GET" else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for our own errors; None leaves the others to Django."""
        return refusal_page(request, error) if isinstance(error, MaillageError) else None


def refusal_page(request: HttpRequest, error: MaillageError) -> HttpResponse:
    """The page that says this error, with the status that fits."""
    if error.code in REPAIRING:
        response = render(request, "errors/repairing.html", status=503)
        response.headers["Retry-After"] = response.headers["Refresh"] = "5"
        return response
    if error.code == "coverage_missing":
        response = render(request, "errors/counting.html", status=503)
        response.headers["Retry-After"] = response.headers["Refresh"] = "20"
        return response
    status = 404 if error.code in NOT_FOUND else 400 if isinstance(error, Invalid | Unknown | Ambiguous) else 409
    if not isinstance(error, Refused):
        status = 502
    context = {"sentence": told(error), "candidates": error.facts.get("candidates", ()), "status": status}
    return render(request, "errors/refused.html", context, status=status)


def form_only(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """405: the address takes what a form sends, and somebody opened it, by reloading or by a link kept."""
    sentence = _("Cette adresse reçoit un formulaire : elle ne s’ouvre pas seule.")
    page = render(request, "errors/refused.html", {"sentence": sentence, "status": 405}, status=405)
    page.headers["Allow"] = refused.headers.get("Allow", "POST")
    return page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django names it
    """400 for what Django itself refuses."""
    sentence = _("Cette demande n’est pas lisible. Revenez à la page précédente et recommencez.")
    return render(request, "errors/refused.html", {"sentence": sentence, "status": 400}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django names it
    """403: signed in, but not allowed."""
    return render(request, "errors/forbidden.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """403: the form was not sent from one of our pages, or too long after it was opened."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django names it
    """404, with the doors one can take; an address typed with a slash too many goes to the page it meant."""
    meant = request.path.rstrip("/")
    if meant != request.path and request.method in ("GET", "HEAD") and is_valid_path(meant):
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(meant + (f"?{query}" if query else ""))
    return render(request, "errors/not_found.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """500, without any context: the page must show even when the database is gone."""
    return HttpResponse(render_to_string("errors/broken.html"), status=500)
