"""Cycles for who keeps them: another one, what is said of one; and one on paper, for everyone."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from maillage.accounts.models import Event, User
from maillage.accounts.queries import history_of
from maillage.core.errors import MaillageError
from maillage.dialogue.actions.cycles import (
    CycleFields,
    change_cycle,
    fields_of_cycle,
    prepare_cycle,
    version_of_cycle,
)
from maillage.dialogue.models import Cycle
from maillage.dialogue.queries.cycles import CYCLE, decisions_of_cycle, follow_ups_of_cycle
from maillage.dialogue.queries.programme import seen_sessions
from maillage.dialogue.queries.surveys import outcome_of, survey_of_cycle
from maillage.dialogue.queries.writing import compiled_syntheses
from maillage.web.decided import decisions_told
from maillage.web.forms.cycle import CycleForm, cycle_initial
from maillage.web.forms.session import shown_values
from maillage.web.guard import leaders
from maillage.web.meeting import meet
from maillage.web.messages import told
from maillage.web.pages.syntheses import context_of
from maillage.web.params import only_known
from maillage.web.printing import printed
from maillage.web.sessioning import session_title, when_told
from maillage.web.surveyed import outcome_told
from maillage.web.telling import Step
from maillage.web.typography import french


@leaders
def new(request: HttpRequest) -> HttpResponse:
    """Begin another cycle."""
    only_known(request, ())
    form = CycleForm(request.POST) if request.method == "POST" else CycleForm(initial=_shown(CycleFields(title="")))
    if request.method == "POST" and form.is_valid():
        try:
            row = prepare_cycle(said=form.said(), by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
        else:
            return HttpResponseRedirect(row.get_absolute_url())
    return render(request, "dialogue/cycle_edit.html", {"form": form}, status=400 if form.errors else 200)


@leaders
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said of a cycle; two who write at once see both texts."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    now = _shown(fields_of_cycle(row))
    form = CycleForm(request.POST) if request.method == "POST" else CycleForm(initial=now)
    context: dict[str, Any] = {"form": form, "cycle": row, "seen": version_of_cycle(row)}
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("vu", "")
            change_cycle(cycle=row, said=form.said(), seen=seen, by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
            if error.code == "edited_meanwhile":
                theirs = shown_values(CycleForm(initial=now))
                context["clashes"] = meet(request.POST, form=CycleForm, theirs=theirs, before=None).clashes
        else:
            return HttpResponseRedirect(row.get_absolute_url())
    status = 409 if "clashes" in context else 400 if form.errors else 200
    return render(request, "dialogue/cycle_edit.html", context, status=status)


def _shown(said: CycleFields) -> dict[str, Any]:
    return cycle_initial(said)


@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole cycle on paper: what for, its sessions, decisions, follow-ups, evaluation, frozen syntheses."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    survey = survey_of_cycle(row)
    found = outcome_of(survey) if survey else None
    sessions = seen_sessions(None).filter(cycle=row).order_by("number")
    context = {
        "cycle": row,
        "day": timezone.localdate(),
        "sessions": [(each, session_title(each), when_told(each)) for each in sessions],
        "decisions": decisions_told(decisions_of_cycle(row)),
        "follow_ups": follow_ups_of_cycle(row, today=timezone.localdate()),
        "found": found,
        "themes": outcome_told(found, subject=survey.subject) if survey and found else [],
        "parts": [context_of(each.session, each) for each in compiled_syntheses(row)],
    }
    return printed(request, "dialogue/cycle_paper.html", context, name=f"cycle-{slug}")


def cycle_history(row: Cycle) -> list[Step]:
    """What happened to a cycle here, the newest first: when, by whom, which fields."""
    return [_step(event) for event in history_of(target_type=CYCLE, target_key=str(row.uid))]


def _step(event: Event) -> Step:
    names = [str(CycleForm.base_fields[name].label).lower() for name in event.facts.get("fields", ())]
    by = (event.by.name if event.by else "") or gettext("un animateur")
    return Step(at=event.at, verb=gettext(event.get_verb_display()), by=french(by), fields=", ".join(names))
