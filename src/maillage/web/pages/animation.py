"""Keep the commons alive: what waits for an animateur, and their decisions."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.queries import memberships_to_confirm
from maillage.answer.judgements import opinions
from maillage.articulation.queries import waiting_halfway
from maillage.core.agenda import goals
from maillage.core.errors import Invalid, MaillageError
from maillage.core.records import LinkRecord
from maillage.core.vocabulary import GoalRole, Status
from maillage.curation.actions import decide_correction
from maillage.curation.addresses import dead_addresses, moved_addresses
from maillage.curation.ladder import grown_old
from maillage.curation.models import Correction, CorrectionState, SheetKind
from maillage.curation.queries import duplicates_to_decide, pending_corrections, queue_counts
from maillage.inventory.actions import move_programme, refuse_link, review_need, verify_programme
from maillage.inventory.goals import goals_to_review
from maillage.inventory.models import Need, Programme
from maillage.inventory.queries import needs_to_review, programme_record, to_review, to_verify, whole_programmes
from maillage.inventory.studies import studies_to_review
from maillage.web.goals import goals_told
from maillage.web.guard import animators
from maillage.web.keeping import quality_view
from maillage.web.messages import told
from maillage.web.pages.queue import told_kinds
from maillage.web.params import only_known
from maillage.web.telling import programme_view

AT_ONCE = 15
"""Items of each queue told at once, the oldest first."""

MOVES = {"publier": Status.PUBLISHED, "rendre": Status.DRAFT, "archiver": Status.ARCHIVED}


@animators
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits, by queue."""
    only_known(request, ())
    context = {
        "corrections": pending_corrections()[:AT_ONCE],
        "corrections_total": pending_corrections().count(),
        "drafts": to_review()[:AT_ONCE],
        "drafts_total": to_review().count(),
        "needs": needs_to_review()[:AT_ONCE],
        "needs_total": needs_to_review().count(),
        "studies": studies_to_review()[:AT_ONCE],
        "studies_total": studies_to_review().count(),
        "proposals": told_kinds(queue_counts(today=timezone.localdate())),
        "duplicates": [duplicates_to_decide(kind=kind).count() for kind in SheetKind.values],
        "to_verify_total": to_verify().count(),
        "halfway_total": waiting_halfway().count(),
        "goals_total": goals_to_review().count(),
        "links_total": dead_addresses().count() + moved_addresses().count(),
        "silent_total": grown_old(today=timezone.localdate()).count(),
        "opinions_total": opinions(with_words=True).count(),
        "members": memberships_to_confirm()[:AT_ONCE],
        "members_total": memberships_to_confirm().count(),
    }
    return render(request, "animation/dashboard.html", context)


@animators
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One sheet to review: read it, then decide."""
    only_known(request, ())
    row = get_object_or_404(whole_programmes(), slug=slug)
    record = programme_record(row)
    context = {
        "row": row,
        "record": record,
        "told": programme_view(record),
        "quality": quality_view(record, today=timezone.localdate()),
        "goals": goals_told(row, declared=record.sdgs),
        "every_goal": [(one.number, one.short(get_language() or "fr")) for one in goals().values()],
        "roles": GoalRole.choices(),
    }
    return render(request, "animation/sheet.html", context)


@require_POST
@animators
def decide_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, give back, archive, or say that it was checked against its source today."""
    row = get_object_or_404(Programme, slug=slug)
    by = cast(User, request.user)
    decision = request.POST.get("decision", "")
    try:
        if decision == "verifier":
            verify_programme(programme=row, on=timezone.localdate(), by=by)
        elif decision in MOVES:
            move_programme(programme=row, to=MOVES[decision], by=by)
        else:
            raise _unknown(decision, [*MOVES, "verifier"])
    except MaillageError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(f"/animation/fiches/{slug}")
    messages.success(request, gettext("C’est fait : « %(title)s ».") % {"title": row.title})
    return HttpResponseRedirect("/animation")


@require_POST
@animators
def decide_need(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a need, or set it aside."""
    row = get_object_or_404(Need, uid=uid)
    decision = request.POST.get("decision", "")
    if decision not in ("publier", "archiver"):
        raise _unknown(decision, ["publier", "archiver"])
    review_need(need=row, to=MOVES[decision], by=cast(User, request.user))
    return _done(request)


@require_POST
@animators
def decide_on_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or set aside what a visitor said."""
    row = get_object_or_404(Correction, pk=pk)
    states = {"retenir": CorrectionState.ACCEPTED, "ecarter": CorrectionState.REFUSED}
    decision = request.POST.get("decision", "")
    if decision not in states:
        raise _unknown(decision, list(states))
    decide_correction(correction=row, state=states[decision], by=cast(User, request.user))
    return _done(request)


@require_POST
@animators
def refuse_suggestion(request: HttpRequest) -> HttpResponse:
    """Say that a suggested link is not one: nobody is shown it again. Back to the answer it was read in."""
    sent = request.POST
    link = LinkRecord(origin=sent.get("de", ""), target=sent.get("vers", ""), kind=sent.get("type", ""), statement="")
    try:
        refuse_link(link, by=cast(User, request.user))
        messages.success(request, gettext("C’est noté : ce lien ne sera plus proposé."))
    except MaillageError as error:
        messages.error(request, told(error))
    back = sent.get("retour", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else "/animation")


def _unknown(decision: str, expected: list[str]) -> Invalid:
    return Invalid("choice_unknown", field="decision", value=decision, expected=expected)


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect("/animation")
