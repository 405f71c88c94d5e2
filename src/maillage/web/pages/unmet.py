"""Needs that found nothing: signal one, take it back, read the figures."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.answer.places import Where, zone_names
from maillage.answer.queries import Answer
from maillage.core.errors import Invalid
from maillage.core.territory import FRANCE
from maillage.core.vocabulary import categories
from maillage.core.weighing import weight
from maillage.inventory.actions import signal_need, signal_unmet, take_back_unmet
from maillage.inventory.models import Need, NeedOrigin
from maillage.inventory.unmet import Counted, unmet_by_area, unmet_by_category, unmet_lines
from maillage.territories.queries import resolve
from maillage.web.guard import sender_of
from maillage.web.pages.answer import answer_to, read_asked
from maillage.web.params import chosen, only_known
from maillage.web.spaces import space_for
from maillage.web.typography import french

PAGE = "/besoins-sans-reponse"
TAKE_BACK = "take_back"
"""Session key: the words that take signals back, shown once after signalling."""


@require_POST
def signal(request: HttpRequest) -> HttpResponse:
    """Keep, when the person agrees, that this answer held nothing; its words only when they say so too."""
    if request.POST.get("accord") != "oui":
        raise Invalid("consent_missing")
    asked = read_asked(QueryDict(request.POST.get("reponse", "")[:8000]))
    found = answer_to(asked, asked.territory, space=space_for(request))
    if not found.unmet:
        raise Invalid("answer_not_empty")
    themes = [tag.code for tag in found.understanding.categories]
    need = _with_words(request, found, themes) if request.POST.get("mots") == "oui" else None
    word = signal_unmet(
        area=area_of(found.place), kind=found.unmet, categories=themes, sender=sender_of(request), need=need
    )
    request.session[TAKE_BACK] = word
    return HttpResponseRedirect(f"{PAGE}/merci")


def _with_words(request: HttpRequest, found: Answer, themes: list[str]) -> Need:
    """The need with its words, which a person reviews before anyone reads them."""
    return signal_need(
        text=found.text,
        territory=resolve(found.place.code) if found.place else None,
        by=request.user if isinstance(request.user, User) else None,
        origin=NeedOrigin.SEARCH,
        stage=found.stage,
        audience=found.audience,
        categories=themes,
    )


def area_of(place: Where | None) -> str:
    """The département of a place, or the place itself when it is wider; the nation without place."""
    if place is None:
        return FRANCE
    if place.kind in ("DEP", "REG", "PAYS"):
        return place.code
    return f"DEP-{place.department}" if place.department else FRANCE


def thanks(request: HttpRequest) -> HttpResponse:
    """What becomes of it, and the link that takes it back."""
    only_known(request, ())
    word = request.session.pop(TAKE_BACK, "")
    return render(request, "unmet/thanks.html", {"word": word, "least": int(weight("unmet", "shown_from"))})


def take_back(request: HttpRequest, word: str) -> HttpResponse:
    """Take a signal back, after saying so."""
    only_known(request, ())
    if request.method == "POST":
        take_back_unmet(word)
        return render(request, "unmet/taken_back.html", {"done": True})
    return render(request, "unmet/taken_back.html", {"done": False, "word": word})


def figures(request: HttpRequest) -> HttpResponse:
    """The figures, from five on; each opens its list."""
    query = only_known(request, ("theme", "lieu"))
    theme = (chosen(query, "theme", categories()) or ("",))[0]
    area = query.get("lieu", "")
    by_category, by_area = unmet_by_category(area=area), unmet_by_area(category=theme)
    if area and area not in zone_names([area]):
        raise Invalid("choice_unknown", field="lieu", value=area[:40], expected=["DEP-62"])
    lines = unmet_lines(area=area, category=theme) if theme or area else ()
    context = {
        "theme": french(gettext(categories()[theme].label)) if theme else "",
        "area": zone_names([area]).get(area, area),
        "by_category": _linked(by_category, name="theme", labels=_category_labels(by_category), lieu=area),
        "by_area": _linked(by_area, name="lieu", labels=zone_names(code for code, _ in by_area.shown), theme=theme),
        "fewer_categories": by_category.fewer,
        "fewer_areas": by_area.fewer,
        "lines": lines,
        "names": zone_names({line.area for line in lines or ()}),
        "least": int(weight("unmet", "shown_from")),
        "years": round(weight("unmet", "kept_days") / 365),
    }
    return render(request, "unmet/figures.html", context)


def _category_labels(counted: Counted) -> dict[str, str]:
    return {code: gettext(categories()[code].label) for code, _ in counted.shown if code in categories()}


def _linked(counted: Counted, *, name: str, labels: dict[str, str], **kept: str) -> list[tuple[str, int, str]]:
    """Label, figure, address of its list."""
    also = {key: value for key, value in kept.items() if value}
    return [
        (french(labels.get(code, code)), count, f"{PAGE}?{urlencode({name: code, **also})}#liste")
        for code, count in counted.shown
    ]
