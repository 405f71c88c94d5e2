"""What a visitor can say without an account: a gap, an opinion, a correction."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.actors.queries import published_organisations
from maillage.answer.actions import tell_helpful
from maillage.core.errors import Invalid, MaillageError, Unknown
from maillage.core.vocabulary import Audience, GapKind, Nature, Stage, categories
from maillage.curation.actions import propose_correction
from maillage.inventory.actions import signal_need
from maillage.inventory.models import NeedOrigin, Programme
from maillage.inventory.queries import published_programmes
from maillage.territories.queries import resolve
from maillage.web.guard import sender_of
from maillage.web.messages import told
from maillage.web.pace import check_pace, opened_now, opened_since
from maillage.web.pages.answer import answer_to, read_asked
from maillage.web.params import chosen, only_known

SIGNALLED = "signalled"
"""Session key: what this person signalled already."""

JUDGED = "judged"
"""Session key: the answers this person judged already."""


@require_POST
def signal_gap(request: HttpRequest) -> HttpResponse:
    """Keep a gap met in an answer or a search, once per person, then thank them."""
    sent = request.POST
    text = " ".join(sent.get("besoin", "").replace("\x00", " ").split())
    place = sent.get("territoire", "").strip()
    values: dict[str, Any] = {
        "stage": _one(sent, "etape", Stage.codes()),
        "nature": _one(sent, "nature", Nature.codes()),
        "audience": _one(sent, "public", Audience.codes()),
        "gap": _one(sent, "manque", GapKind.codes()),
    }
    searched = _one(sent, "source", ("recherche",))
    mark = hashlib.sha256(repr((text, place, sorted(values.items()))).encode()).hexdigest()[:20]
    known = list(request.session.get(SIGNALLED, ()))
    if mark not in known:
        signal_need(
            text=text,
            territory=resolve(place) if place else None,
            by=request.user if isinstance(request.user, User) else None,
            origin=NeedOrigin.SEARCH if searched else NeedOrigin.GAP,
            categories=chosen(sent, "theme", categories()),
            **values,
        )
        request.session[SIGNALLED] = [*known[-49:], mark]
    return HttpResponseRedirect("/manques/merci")


def _one(sent: QueryDict, name: str, known: Any) -> str:
    return (chosen(sent, name, known) or ("",))[0]


def thanks(request: HttpRequest) -> HttpResponse:
    """What becomes of a signalled gap."""
    only_known(request, ())
    return render(request, "contribute/thanks.html")


@require_POST
def opinion(request: HttpRequest) -> HttpResponse:
    """Keep whether an answer helped, once per person and answer, and go back to it."""
    query = request.POST.get("reponse", "")[:8000]
    helpful = chosen(request.POST, "utile", ("oui", "non"))
    if not helpful:
        raise Invalid("choice_unknown", field="utile", value="", expected=["oui", "non"])
    asked = read_asked(QueryDict(query))
    mark = hashlib.sha256(query.encode()).hexdigest()[:20]
    known = list(request.session.get(JUDGED, ()))
    if mark not in known:
        tell_helpful(answer=answer_to(asked, asked.territory), helpful=helpful[0] == "oui")
        request.session[JUDGED] = [*known[-49:], mark]
    return HttpResponseRedirect(f"/repondre?{asked.query()}&avis=merci#avis")


def correction(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with a sheet; nothing typed is lost when something is missing."""
    if request.method != "POST":
        query = only_known(request, ("fiche",))
        return _correction_form(request, {"fiche": query.get("fiche", "")})
    values = {name: request.POST.get(name, "") for name in ("fiche", "text", "email", "site_web", "ouvert")}
    try:
        about = sheet_at(values["fiche"])
        if not values["site_web"]:
            check_pace(values["ouvert"])
            propose_correction(
                about=about, text=values["text"], sender=sender_of(request), email=values["email"].strip()
            )
    except MaillageError as error:
        return _correction_form(request, values, error=told(error))
    return HttpResponseRedirect("/corrections/merci")


def _correction_form(request: HttpRequest, values: dict[str, str], *, error: str = "") -> HttpResponse:
    about: Programme | Organisation | None = None
    if values["fiche"] and not error:
        about = sheet_at(values["fiche"])
    opened = values.get("ouvert", "") if opened_since(values.get("ouvert", "")) is not None else opened_now()
    context = {"values": values, "error": error, "about": about, "opened": opened}
    return render(request, "contribute/correction.html", context, status=400 if error else 200)


def correction_thanks(request: HttpRequest) -> HttpResponse:
    """What becomes of a correction."""
    only_known(request, ())
    return render(request, "contribute/correction_thanks.html")


def sheet_at(path: str) -> Programme | Organisation:
    """The published sheet at this address of ours. Raises Unknown("sheet_unknown")."""
    folder, _, slug = path.strip().partition("?")[0].rpartition("/")
    if folder.endswith("/programmes"):
        found: Programme | Organisation | None = published_programmes().filter(slug=slug).first()
    elif folder.endswith("/acteurs"):
        found = published_organisations().filter(slug=slug).first()
    else:
        found = None
    if found is None:
        raise Unknown("sheet_unknown", value=path[:200])
    return found
