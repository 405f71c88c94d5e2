"""The typical needs: a page by theme with a search, a page for each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from maillage.answer.places import where_is
from maillage.inventory.typical import referents, typical_needs
from maillage.web.forms.ask import Ask
from maillage.web.params import only_known
from maillage.web.typical import themed_links, typical_sheet

LONGEST = 200


def listed(request: HttpRequest) -> HttpResponse:
    """All of them, or those that share words with what is sought."""
    text = " ".join(only_known(request, ("q",)).get("q", "").split())[:LONGEST]
    themes = themed_links(text)
    found = sum(len(links) for _, links in themes)
    context = {"themes": themes, "text": text, "found": found, "total": len(typical_needs())}
    return render(request, "typical/page.html", context)


def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One typical need, with the form that leads to its answer for a place."""
    query = only_known(request, ("territoire",))
    need = referents().by_slug.get(slug)
    if need is None:
        raise Http404
    code = query.get("territoire", "")
    place = where_is(code) if code else None
    ask = Ask(need=need.title, where=place.label if place else "", territory=place.code if place else "")
    return render(request, "typical/need.html", {"need": typical_sheet(need), "ask": ask})
