"""The space of dialogue for everyone: agenda, cycles, sessions, calendars, files."""

from __future__ import annotations

import csv
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from maillage.accounts.models import User
from maillage.core.spreadsheet import neutral
from maillage.dialogue.calendar import session_calendar
from maillage.dialogue.links import survey_word
from maillage.dialogue.models import Cycle, Documentation, Session, SessionState, Survey, Synthesis, SynthesisState
from maillage.dialogue.queries.deciding import decisions_of, follow_ups_of, present_organisations, recalled_at, standing
from maillage.dialogue.queries.leading import leading_once, leads
from maillage.dialogue.queries.programme import (
    agenda,
    alarms_of,
    attendance_counts,
    last_version,
    moments_of,
    programme_plain,
    seen_sessions,
    session_numbered,
    versions_of,
    with_programmes,
)
from maillage.dialogue.queries.surveys import asked_of, outcome_of, survey_of_cycle, survey_of_session
from maillage.dialogue.queries.taking_part import (
    coming_names,
    date_counts,
    is_member_of,
    is_open_to_registration,
    listed_organisations,
    organisations_of,
    registrations_of,
    seats_of,
)
from maillage.dialogue.queries.workshops import written_together
from maillage.dialogue.queries.writing import (
    citations_of,
    compiled_syntheses,
    seen_synthesis,
    signalled_gaps,
)
from maillage.web.citing import gravest_gaps
from maillage.web.decided import decisions_told
from maillage.web.feeds import calendar_bytes
from maillage.web.pages.cycles import cycle_history
from maillage.web.params import only_known
from maillage.web.sessioning import alarms_told, attendance_told, moments_told, session_title, versions_told, when_told
from maillage.web.typography import french

GAPS = 20
"""Gaps offered to an animateur who prepares a session."""
DECIDED = "title text method quorum_percent carries_percent state result closed_at".split()
FOLLOWED = "title details due_on review_on state progress relayed_to relayed_on answer answered_on".split()
CITED = "kind title address facts day".split()
"""What a file says of a decision, of what follows and of a sheet cited: what the page of their session says."""
COLUMNS = "numero;titre;cycle;etat;documentation;forme;debut;date_dite;lieu;questions;resume;source".split(";")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What comes, then the cycles with their sessions, the newest first."""
    only_known(request, ())
    rows = agenda(request.user)
    now = timezone.now()
    told = [(row, session_title(row), when_told(row)) for row in rows]
    coming = [each for each in told if _comes(each[0], now)]
    cycles = [(cycle, [each for each in told if each[0].cycle_id == cycle.pk]) for cycle in _cycles()]
    loose = [each for each in told if each[0].cycle_id is None and each not in coming]
    context = {"coming": coming[::-1], "cycles": cycles, "loose": loose[::-1], "is_lead": leads(request.user)}
    return render(request, "dialogue/agenda.html", context)


def _comes(row: Session, now: Any) -> bool:
    if row.state == SessionState.DRAFT:
        return True
    return row.state == SessionState.ANNOUNCED and (row.starts_at is None or row.starts_at >= now)


def _cycles() -> list[Cycle]:
    return list(Cycle.objects.order_by("-position"))


@require_safe
def cycle(request: HttpRequest, slug: str) -> HttpResponse:
    """One cycle: what it was for, its sessions, what its members said of it."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    sessions = seen_sessions(request.user).filter(cycle=row).order_by("number")
    told = [(each, session_title(each), when_told(each)) for each in sessions]
    context = {
        "cycle": row,
        "sessions": told,
        "has_syntheses": bool(compiled_syntheses(row)),
        "is_animator": leads(request.user),
        "history": cycle_history(row),
    }
    return render(request, "dialogue/cycle.html", context | _surveyed(request, survey_of_cycle(row)))


def _surveyed(request: HttpRequest, survey: Survey | None) -> dict[str, Any]:
    """An evaluation, and the links by which this person may answer it."""
    if survey is None:
        return {"survey": None}
    links = [(row.organisation, survey_word(survey, row)) for row in asked_of(survey, request.user)]
    return {"survey": survey, "survey_links": links}


@require_safe
@leading_once()
def session(request: HttpRequest, number: int) -> HttpResponse:
    """One session: its programme, who comes, what changed; for its members, more."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    version, today = last_version(row), timezone.localdate()
    is_animator = leads(request.user)
    is_member = is_member_of(request.user, row)
    counts = attendance_counts(row)
    context: dict[str, Any] = {
        "session": row,
        "title": session_title(row),
        "when": when_told(row),
        "is_silent": row.documentation == Documentation.NONE,
        "moments": moments_told(version.plain) if version else [],
        "versions": versions_told(each for each in versions_of(row) if each.number > 1),
        "listed": listed_organisations(row),
        "seats": seats_of(row),
        "is_open": is_open_to_registration(row),
        "is_animator": is_animator,
        "is_member": is_member,
        "counts": counts,
        "attendance": attendance_told(counts),
        "neighbours": _neighbours(row, request.user),
        "decisions": decisions_told(decisions_of(row)),
        "citations": citations_of(row),
        "synthesis": seen_synthesis(row, request.user),
        "own_follow_ups": standing(follow_ups_of(row), today=today),
    }
    if row.state in (SessionState.DRAFT, SessionState.ANNOUNCED):
        context["recalled"] = recalled_at(row, today=today)
    if row.state == SessionState.HELD:
        context |= _surveyed(request, survey_of_session(row))
    if is_member:
        context |= _members_part(request, row)
    return render(request, "dialogue/session.html", context)


def _members_part(request: HttpRequest, row: Session) -> dict[str, Any]:
    """What only those who come read: who comes, and their own code."""
    mine = {each.pk for each in organisations_of(request.user)} if isinstance(request.user, User) else set()
    return {
        "voices_for": list(present_organisations(row).filter(pk__in=mine)) if mine else [],
        "coming": [french(name) for name in coming_names(row)],
        "mine": list(registrations_of(row).filter(organisation__in=mine)) if mine else [],
        "written": written_together(row, request.user),
    }


def _neighbours(row: Session, user: object) -> list[Session]:
    around = seen_sessions(user).filter(number__in=(row.number - 1, row.number + 1))
    return list(around.order_by("number"))


@require_safe
def calendar_of_all(request: HttpRequest) -> HttpResponse:
    """Every public session, for a calendar to follow."""
    only_known(request, ())
    rows = with_programmes(seen_sessions(None)).order_by("number")
    return _calendar(request, list(rows), name="Maillage · " + gettext("sessions"))


@require_safe
def calendar_of_cycle(request: HttpRequest, slug: str) -> HttpResponse:
    """The public sessions of a cycle, for a calendar to follow."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    rows = with_programmes(seen_sessions(None)).filter(cycle=row).order_by("number")
    return _calendar(request, list(rows), name=f"Maillage · {row.title}")


@require_safe
def calendar_of_session(request: HttpRequest, number: int) -> HttpResponse:
    """One public session, to put in a calendar."""
    only_known(request, ())
    row = with_programmes(seen_sessions(None)).filter(number=number).first()
    if row is None or row.starts_at is None:
        raise Http404
    return _calendar(request, [row], name=session_title(row))


def _calendar(request: HttpRequest, rows: list[Session], *, name: str) -> HttpResponse:
    with override("fr"):
        return calendar_bytes(request, session_calendar(rows, name=name))


@require_safe
def cycle_json(request: HttpRequest, slug: str) -> JsonResponse:
    """A cycle and its public sessions, as data; no person in it."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    sessions = [_plain(each) for each in _of_cycle(row)]
    about = {
        "slug": row.slug,
        "title": row.title,
        "objective": row.objective,
        "priorities": row.priorities,
        "period": row.period_told,
        "evaluation": row.evaluation,
        "source": row.source_name,
        "survey": _survey_plain(survey_of_cycle(row)),
    }
    return JsonResponse(about | {"sessions": sessions}, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def cycle_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The public sessions of a cycle, for a spreadsheet."""
    only_known(request, ())
    row = get_object_or_404(Cycle, slug=slug)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="cycle-{row.slug}.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(COLUMNS)
    for each in _of_cycle(row):
        starts = timezone.localtime(each.starts_at).isoformat() if each.starts_at else ""
        cells = (
            each.number,
            each.title,
            row.title,
            each.get_state_display(),
            each.get_documentation_display(),
            each.get_mode_display(),
            starts,
            each.when_told,
            each.place,
            " / ".join(each.questions),
            each.summary,
            each.source_name,
        )
        writer.writerow([neutral(str(cell)) for cell in cells])
    return response


def _survey_plain(survey: Survey | None) -> dict[str, Any] | None:
    """What an evaluation says to everyone; None while it is open, or when too few answered."""
    found = outcome_of(survey) if survey else None
    return asdict(found) if found else None


def _of_cycle(row: Cycle) -> list[Session]:
    rows = with_programmes(seen_sessions(None)).select_related("synthesis")
    left = rows.prefetch_related("decisions", "follow_ups__owner", "citations")
    return list(left.filter(cycle=row).order_by("number"))


def _plain(row: Session) -> dict[str, Any]:
    versions = sorted(row.versions.all(), key=lambda each: each.number)
    programme = versions[-1].plain["moments"] if versions else []
    return {
        "number": row.number,
        "number_deduced": row.number_deduced,
        "title": row.title,
        "summary": row.summary,
        "questions": row.questions,
        "state": row.state,
        "documentation": row.documentation,
        "mode": row.mode,
        "starts_at": row.starts_at.isoformat() if row.starts_at else None,
        "when": row.when_told,
        "place": row.place,
        "source": row.source_name,
        "programme": programme,
        "survey": _survey_plain(getattr(row, "survey", None)),
        "decisions": [{name: getattr(each, name) for name in DECIDED} for each in row.decisions.all()],
        "follow_ups": [
            {name: getattr(each, name) for name in FOLLOWED} | {"owner": each.owner.slug}
            for each in row.follow_ups.all()
        ],
        "citations": [{name: getattr(each, name) for name in CITED} for each in row.citations.all()],
        "synthesis": _synthesis_plain(getattr(row, "synthesis", None)),
    }


def _synthesis_plain(row: Synthesis | None) -> dict[str, Any] | None:
    """A synthesis once frozen, None until then."""
    if row is None or row.state != SynthesisState.FROZEN:
        return None
    return {"text": row.body, "frozen_at": row.frozen_at, "sha256": row.sha256}


def preview(row: Session) -> dict[str, Any]:
    """The programme being prepared, with what does not hold together."""
    moments = moments_of(row)
    alarms = alarms_of(row, moments)
    return {
        "moments": moments_told(programme_plain(row, moments), alarms),
        "alarms": alarms_told(alarms),
        "dates": date_counts(row),
        "citations": citations_of(row),
        "synthesis": Synthesis.objects.filter(session=row).first(),
        "needs": signalled_gaps(limit=GAPS),
        "gaps": gravest_gaps(),
    }
