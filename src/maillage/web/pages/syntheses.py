"""What a session spoke of, its synthesis, the amendments of those who were there; on paper too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.dialogue.actions.synthesising import (
    amend,
    cite,
    decide_amendment,
    draft_synthesis,
    drop_citation,
    freeze_synthesis,
    open_amendments,
    write_synthesis,
)
from maillage.dialogue.models import Amendment, Citation, Cycle, Session, Synthesis, SynthesisState
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import session_numbered
from maillage.dialogue.queries.workshops import notes_by_moment
from maillage.dialogue.queries.writing import compiled_syntheses, may_amend_for, seen_synthesis
from maillage.web.citing import sheet_at
from maillage.web.guard import leaders, signed_in
from maillage.web.messages import told
from maillage.web.params import only_known
from maillage.web.printing import printed
from maillage.web.sessioning import session_title, when_told


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A title, "" before the first one, and its text."""

    title: str
    text: str


def chapters(body: str) -> list[Chapter]:
    """The body cut at its titles."""
    parts = re.split(r"(?m)^## +(.+)$", body)
    found = [Chapter(title="", text=parts[0].strip())] if parts[0].strip() else []
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return found + [Chapter(title=title.strip(), text=text.strip()) for title, text in pairs]


def context_of(row: Session, synthesis: Synthesis) -> dict[str, Any]:
    """A synthesis as pages and papers show it."""
    return {
        "session": row,
        "title": session_title(row),
        "when": when_told(row),
        "synthesis": synthesis,
        "chapters": chapters(synthesis.body),
    }


def _seen(request: HttpRequest, number: int) -> tuple[Session, Synthesis]:
    row = session_numbered(number, user=request.user)
    synthesis = seen_synthesis(row, request.user)
    if synthesis is None:
        raise Http404
    return row, synthesis


@require_safe
def synthesis(request: HttpRequest, number: int) -> HttpResponse:
    """The synthesis one may read, and its amendments while it is amended."""
    only_known(request, ())
    row, found = _seen(request, number)
    rows = Amendment.objects.filter(synthesis=found).select_related("organisation").order_by("id")
    is_animator = leads(request.user)
    context = context_of(row, found) | {
        "amendments": list(rows),
        "for_whom": may_amend_for(request.user, found),
        "is_animator": is_animator,
        "is_frozen": found.state == SynthesisState.FROZEN,
    }
    return render(request, "dialogue/synthesis.html", context)


@require_safe
def synthesis_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The same on paper."""
    only_known(request, ())
    row, found = _seen(request, number)
    context = {"title": session_title(row), "parts": [context_of(row, found)]}
    return printed(request, "dialogue/paper.html", context, name=f"synthese-{number}")


@require_safe
def compiled(request: HttpRequest, slug: str) -> HttpResponse:
    """The frozen syntheses of a cycle, one after the other, on paper."""
    only_known(request, ())
    cycle = get_object_or_404(Cycle, slug=slug)
    rows = compiled_syntheses(cycle)
    if not rows:
        raise Http404
    parts = [context_of(each.session, each) for each in rows]
    return printed(request, "dialogue/paper.html", {"title": cycle.title, "parts": parts}, name=f"syntheses-{slug}")


@require_POST
@leaders
def begin(request: HttpRequest, number: int) -> HttpResponse:
    """Assemble a first draft."""
    row = session_numbered(number, user=request.user)
    return _done(request, number, lambda by: draft_synthesis(session=row, notes=notes_by_moment(row), by=by))


@leaders
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Write the body; who wrote second sees both texts."""
    only_known(request, ())
    row, found = _seen(request, number)
    context: dict[str, Any] = context_of(row, found) | {"text": found.body}
    if request.method == "POST":
        text, seen = request.POST.get("texte", ""), request.POST.get("vu", "")
        number_seen = int(seen[:9]) if seen.isascii() and seen.isdigit() else 0
        try:
            write_synthesis(synthesis=found, body=text, seen=number_seen, by=cast(User, request.user))
        except MaillageError as error:
            theirs = found.body if error.code == "edited_meanwhile" else ""
            context |= {"text": text, "error": told(error), "theirs": theirs}
            return render(request, "dialogue/write.html", context, status=409)
        return HttpResponseRedirect(f"/dialogue/sessions/{number}/synthese")
    return render(request, "dialogue/write.html", context)


@require_POST
@leaders
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Open the amendments until a day, or freeze."""
    _row, found = _seen(request, number)
    decision = request.POST.get("decision", "")
    if decision == "figer":
        return _done(request, number, lambda by: freeze_synthesis(synthesis=found, by=by))
    if decision != "ouvrir":
        raise Invalid("choice_unknown", field="decision", value=decision, expected=["ouvrir", "figer"])
    try:
        until = forms.DateField().clean(request.POST.get("jusqu", ""))
    except forms.ValidationError as error:
        raise Invalid("day_unreadable", value=request.POST.get("jusqu", "")[:40]) from error
    return _done(request, number, lambda by: open_amendments(synthesis=found, until=until, by=by))


@require_POST
@signed_in
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Amend for an organisation that was there; words refused come back."""
    row, found = _seen(request, number)
    slug = request.POST.get("structure", "")
    organisation = next((each for each in may_amend_for(request.user, found) if each.slug == slug), None)
    if organisation is None:
        raise PermissionDenied
    said = {name: request.POST.get(field, "") for name, field in FIELDS.items()}
    try:
        amend(synthesis=found, organisation=organisation, by=cast(User, request.user), **said)
    except MaillageError as error:
        context = context_of(row, found) | {"said": said, "error": told(error), "for_whom": [organisation]}
        return render(request, "dialogue/synthesis.html", context, status=409)
    messages.success(request, gettext("Votre amendement est gardé : un animateur l’examine."))
    return HttpResponseRedirect(f"/dialogue/sessions/{number}/synthese#amendements")


FIELDS = {"passage": "passage", "words": "texte", "reason": "raison"}


@require_POST
@leaders
def decide(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take an amendment, or say why not."""
    _row, found = _seen(request, number)
    amendment = get_object_or_404(Amendment.objects.select_related("synthesis__session"), synthesis=found, pk=pk)
    accept, answer = request.POST.get("decision", ""), request.POST.get("reponse", "")
    if accept not in ("oui", "non"):
        raise Invalid("choice_unknown", field="decision", value=accept, expected=["oui", "non"])
    return _done(request, number, lambda by: decide_amendment(amendment=amendment, accept=accept, answer=answer, by=by))


@require_POST
@leaders
def cite_sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a sheet as it stands today, from its address; or take one away."""
    row = session_numbered(number, user=request.user)
    back = f"/animation/dialogue/{number}#citations"
    if dropped := request.POST.get("retirer", ""):
        citation = get_object_or_404(Citation, session=row, pk=dropped if dropped.isdigit() else 0)
        return _done(request, number, lambda by: drop_citation(citation=citation, by=by), to=back)
    address = request.POST.get("adresse", "")
    return _done(request, number, lambda by: cite(session=row, by=by, **sheet_at(address)), to=back)


def _done(request: HttpRequest, number: int, act: Callable[[User], Any], *, to: str = "") -> HttpResponse:
    try:
        act(cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(to or f"/dialogue/sessions/{number}/synthese")
