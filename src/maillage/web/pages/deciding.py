"""Decide together and keep what follows: proposals, voices, follow-ups, one's own commitments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.dialogue.actions.deciding import (
    close_decision,
    give_voice,
    plan_follow_up,
    propose_decision,
    relay_follow_up,
    report_follow_up,
    withdraw_decision,
)
from maillage.dialogue.models import Decision, FollowUp
from maillage.dialogue.queries.deciding import commitments_of, decisions_of, present_organisations
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import session_numbered
from maillage.dialogue.queries.taking_part import may_speak_for
from maillage.web.decided import decisions_told
from maillage.web.forms.decision import DecisionForm, FollowUpForm, ReportForm
from maillage.web.guard import leaders, signed_in
from maillage.web.messages import told
from maillage.web.params import only_known
from maillage.web.sessioning import session_title


@leaders
def decisions(request: HttpRequest, number: int) -> HttpResponse:
    """Propose, note what each says, count; plan what follows."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    rows = decisions_of(row)
    context = {
        "session": row,
        "title": session_title(row),
        "decisions": decisions_told(rows),
        "present": list(present_organisations(row)),
        "form": DecisionForm(),
        "follow_up_form": FollowUpForm(session=row),
    }
    return render(request, "dialogue/decisions.html", context)


@require_POST
@leaders
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Put a proposal to those who are there."""
    row = session_numbered(number, user=request.user)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _refused(request, number, form)
    return _done(
        request, lambda by: propose_decision(session=row, fields=form.said(), by=by), to=f"{_at(number)}#decisions"
    )


@require_POST
@leaders
def settle(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Count the voices, or take the proposal back."""
    row = session_numbered(number, user=request.user)
    decision = get_object_or_404(Decision.objects.select_related("session"), session=row, pk=pk)
    acts: dict[str, Callable[..., Decision]] = {"clore": close_decision, "retirer": withdraw_decision}
    chosen = request.POST.get("decision", "")
    if chosen not in acts:
        raise Invalid("choice_unknown", field="decision", value=chosen, expected=list(acts))
    return _done(request, lambda by: acts[chosen](decision=decision, by=by), to=f"{_at(number)}#d-{pk}")


@require_POST
@signed_in
def voice(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Say what an organisation thinks of a proposal: its own people, or an animateur who writes what was said."""
    row = session_numbered(number, user=request.user)
    decision = get_object_or_404(Decision.objects.select_related("session"), session=row, pk=pk)
    slug = request.POST.get("structure", "")
    user = cast(User, request.user)
    organisation = next((each for each in present_organisations(row) if each.slug == slug), None)
    if organisation is None or not may_speak_for(user, organisation):
        raise PermissionDenied
    value, reason = request.POST.get("voix", ""), request.POST.get("raison", "")
    back = _at(number) if leads(user) else f"/dialogue/sessions/{number}"
    return _done(
        request,
        lambda by: give_voice(decision=decision, organisation=organisation, value=value, reason=reason, by=by),
        to=f"{back}#d-{pk}",
    )


@require_POST
@leaders
def plan(request: HttpRequest, number: int) -> HttpResponse:
    """Write down who does what until when."""
    row = session_numbered(number, user=request.user)
    form = FollowUpForm(request.POST, session=row)
    if not form.is_valid():
        return _refused(request, number, form)
    owner, decision = form.cleaned_data["owner"], form.cleaned_data["decision"]
    return _done(
        request,
        lambda by: plan_follow_up(session=row, owner=owner, fields=form.said(), decision=decision, by=by),
        to=f"{_at(number)}#suites",
    )


@signed_in
def commitments(request: HttpRequest) -> HttpResponse:
    """What one's organisations said they would do, the latest first; every open one for an animateur."""
    only_known(request, ())
    rows = commitments_of(cast(User, request.user), today=timezone.localdate())
    told_rows = [(due, ReportForm.of(due.follow_up)) for due in rows]
    return render(request, "dialogue/commitments.html", {"rows": told_rows, "is_lead": leads(request.user)})


@require_POST
@signed_in
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far a follow-up is."""
    row = _mine(request, pk)
    form = ReportForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        messages.error(request, str(sentence))
        return HttpResponseRedirect(f"/mon-espace/engagements#s-{pk}")
    said = form.cleaned_data
    return _done(
        request, lambda by: report_follow_up(follow_up=row, by=by, **said), to=f"/mon-espace/engagements#s-{pk}"
    )


@require_POST
@signed_in
def relay(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a follow-up to another body, or write its answer."""
    row = _mine(request, pk)
    to, answer = request.POST.get("instance", ""), request.POST.get("reponse", "")
    return _done(
        request,
        lambda by: relay_follow_up(follow_up=row, to=to, answer=answer, by=by),
        to=f"/mon-espace/engagements#s-{pk}",
    )


def _mine(request: HttpRequest, pk: int) -> FollowUp:
    row = get_object_or_404(FollowUp.objects.select_related("owner"), pk=pk)
    if not may_speak_for(cast(User, request.user), row.owner):
        raise PermissionDenied
    return row


def _at(number: int) -> str:
    return f"/animation/dialogue/{number}/decisions"


def _refused(request: HttpRequest, number: int, form: Any) -> HttpResponse:
    """The form with its words and what is wrong."""
    row = session_numbered(number, user=request.user)
    return render(request, "dialogue/moment.html", {"form": form, "session": row}, status=400)


def _done(request: HttpRequest, act: Callable[[User], Any], *, to: str) -> HttpResponse:
    try:
        act(cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(to)
