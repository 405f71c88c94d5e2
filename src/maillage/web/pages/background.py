"""What is done alone, as an animateur sees it: jobs, and the health of each source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.curation.actions.sources import ask_now, believe
from maillage.curation.queries import RefusedFor, refused_for, summary
from maillage.harvest.actions import NewSource, Settings, add_source, settle_source
from maillage.harvest.models import USUAL_HOURS, HarvestRun, Source
from maillage.harvest.queries import SourceHealth, readings_of, sources_health, ways_of_reading
from maillage.web.guard import animators
from maillage.web.messages import fault_told, told
from maillage.web.params import chosen, only_known, page_number
from maillage.work.actions import retry
from maillage.work.models import Job, JobState
from maillage.work.queries import counts_by_state, duration_s, jobs
from maillage.work.registry import duties

AT_ONCE = 40
"""Jobs told on one page, the latest first."""
READINGS, FIRST_REFUSED = 20, 5
"""Readings of a source listed on the page of one of them, and records shown for each reason of refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTold:
    """One job in words. `share`: how far it is, in percent, None when nobody knows."""

    job: Job
    label: str | Promise
    duration: str
    share: int | None
    why: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTold:
    """One source in words. `why`: what its last run complained of."""

    health: SourceHealth
    why: str


@animators
def work(request: HttpRequest) -> HttpResponse:
    """The jobs: what runs and how far, what failed and why, what is done; and when each kind comes back."""
    query = only_known(request, ("etat", "page"))
    state = (*chosen(query, "etat", JobState.values), "")[0]
    counts = counts_by_state()
    page = Paginator(jobs(state=state), AT_ONCE).get_page(page_number(query))
    context = {
        "states": [(code, label, counts[code]) for code, label in JobState.choices],
        "state": state,
        "jobs": [_job_told(job) for job in page.object_list],
        "page": page,
        "schedule": list(_schedule()),
    }
    return render(request, "animation/work.html", context)


@require_POST
@animators
def do_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a job again, now."""
    job = get_object_or_404(Job, pk=pk)
    try:
        retry(job=job, by=cast(User, request.user))
        messages.success(request, gettext("Le travail est relancé."))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect("/animation/travaux")


@animators
def sources(request: HttpRequest) -> HttpResponse:
    """Every source: when it last spoke, what became of what it said, when it is asked again."""
    only_known(request, ())
    return _sources_page(request)


def _sources_page(request: HttpRequest, *, asked: Mapping[str, str] | None = None, why: str = "") -> HttpResponse:
    """The sources, and the form that adds one, holding what was `asked` and `why` it was refused."""
    found = [SourceTold(health=health, why=_why(health.last)) for health in sources_health()]
    context = {"sources": found, "ways": ways_of_reading(), "asked": asked, "why": why, "usual": USUAL_HOURS}
    return render(request, "animation/sources.html", context, status=400 if why else 200)


@require_POST
@animators
def add(request: HttpRequest) -> HttpResponse:
    """Add a source: how it is read, where, how often."""
    sent = request.POST
    try:
        asked = NewSource(
            kind=sent.get("sorte", ""),
            name=sent.get("nom", ""),
            licence=sent.get("licence", ""),
            settings=_settings(request),
        )
        source = add_source(asked, by=cast(User, request.user))
    except MaillageError as error:
        return _sources_page(request, asked=sent.dict(), why=told(error))
    messages.success(request, gettext("« %(name)s » est ajoutée.") % {"name": source.name})
    return HttpResponseRedirect(f"/animation/sources#source-{source.slug}")


@animators
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One reading of a source: where it came from, what became of its records, why some were refused."""
    only_known(request, ())
    run = get_object_or_404(HarvestRun.objects.select_related("source"), pk=pk)
    context = {
        "run": run,
        "why": _why(run),
        "counts": summary(run),
        "refused": [_refusal_told(each) for each in refused_for(run, shown=FIRST_REFUSED)],
        "others": readings_of(run.source, limit=READINGS),
    }
    return render(request, "animation/reading.html", context)


def _refusal_told(refused: RefusedFor) -> dict[str, object]:
    return {
        "sentence": fault_told(refused.expected, refused.facts),
        "column": refused.column,
        "count": refused.count,
        "first": refused.first,
    }


@require_POST
@animators
def settle(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a source or not, at which address, how often; or ask it now."""
    source = get_object_or_404(Source, slug=slug)
    by = cast(User, request.user)
    try:
        if request.POST.get("decision") == "maintenant":
            ask_now(source, by=by)
            messages.success(request, gettext("« %(name)s » sera interrogée dans un instant.") % {"name": source.name})
        else:
            settle_source(source, _settings(request), by=by)
            messages.success(request, gettext("C’est noté pour « %(name)s ».") % {"name": source.name})
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect("/animation/sources")


@require_POST
@animators
def believe_run(request: HttpRequest, pk: int) -> HttpResponse:
    """« C’est normal, continuer »."""
    run = get_object_or_404(HarvestRun.objects.select_related("source"), pk=pk)
    try:
        believe(run, by=cast(User, request.user))
        messages.success(request, gettext("La lecture de « %(name)s » continue.") % {"name": run.source.name})
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect("/animation/sources")


def _settings(request: HttpRequest) -> Settings:
    sent = request.POST
    hours = sent.get("toutes_les", "")
    if not hours.isascii() or not hours.isdigit():
        raise Invalid("rhythm_out_of_bounds", value=hours, least=1, most=8784)
    return Settings(enabled=sent.get("activee") == "oui", address=sent.get("adresse", ""), every_hours=int(hours[:6]))


def _job_told(job: Job) -> JobTold:
    duty = duties().get(job.name)
    why = told(MaillageError(job.error, **job.error_facts)) if job.error else ""
    return JobTold(
        job=job,
        label=duty.label if duty else job.name,
        duration=_in_words(duration_s(job)) if job.started_at else "",
        share=min(100, job.done * 100 // job.total) if job.total else None,
        why=why,
        counts=tuple(job.told.items()),
    )


def _in_words(seconds: float) -> str:
    if seconds < 60:
        return gettext("%(count)d s") % {"count": round(seconds)}
    if seconds < 3600:
        return gettext("%(count)d min") % {"count": round(seconds / 60)}
    return gettext("%(count)d h") % {"count": round(seconds / 3600)}


def _schedule() -> Iterator[tuple[str | Promise, dt.datetime]]:
    now = timezone.localtime()
    for duty in duties().values():
        if duty.schedule:
            yield duty.label, duty.schedule.following(now)


def _why(run: HarvestRun | None) -> str:
    return told(MaillageError(run.error, **run.error_facts)) if run and run.error else ""
