"""Place autocomplete, as data for the field and as a page for those without JavaScript."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, ngettext

from maillage.web.params import only_known
from maillage.web.typography import french
from maillage.web.where import find

MOST = 8
LONGEST = 200


def places(request: HttpRequest) -> HttpResponse:
    """The places whose name or code starts as typed."""
    typed = " ".join(only_known(request, ("q",)).get("q", "")[:LONGEST].split())
    found = find(typed, limit=MOST) if len(typed) > 1 else ()
    if request.accepts("text/html") and not request.headers.get("Accept", "").startswith("application/json"):
        response: HttpResponse = render(request, "territory/places.html", {"typed": typed, "places": found})
    else:
        told = ngettext("%(count)s lieu trouvé", "%(count)s lieux trouvés", len(found)) % {"count": len(found)}
        rows = [{"code": item.code, "label": french(item.label), "detail": french(item.detail)} for item in found]
        response = JsonResponse({"places": rows, "told": told if found else gettext("Aucun lieu de ce nom")})
    patch_vary_headers(response, ["Accept"])
    return response
