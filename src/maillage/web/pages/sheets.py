"""Sheets: decide on one programme, one actor, one need, one study."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from maillage.accounts.models import User
from maillage.accounts.queries import author_of, history_of
from maillage.actors.models import Organisation
from maillage.actors.queries import (
    ORGANISATION,
    awake_organisation,
    may_edit_organisation,
    organisation_record,
    whole_organisations,
)
from maillage.core.vocabulary import Status
from maillage.curation.addresses import dead_among
from maillage.curation.ladder import unconfirmed_since
from maillage.curation.models import SheetKind
from maillage.curation.queries import origins_of
from maillage.inventory.keeping import may_edit_programme
from maillage.inventory.models import Need, NeedStudy
from maillage.inventory.queries import (
    PROGRAMME,
    awake,
    links_of,
    programme_on,
    programme_record,
    published_programmes,
    whole_programmes,
)
from maillage.inventory.studies import coded_needs, may_edit_study
from maillage.web.forms.ask import answer_address
from maillage.web.goals import goals_told
from maillage.web.messages import link_told
from maillage.web.origins import origins_told
from maillage.web.params import day_asked, only_known
from maillage.web.telling import (
    Named,
    freshness,
    history_told,
    linked_data,
    organisation_view,
    programme_view,
    ties_of,
    verdict_on,
)
from maillage.web.typography import french
from maillage.web.where import Choice, locate, place_of

SHOWN = (Status.PUBLISHED.value, Status.ARCHIVED.value)


def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """One programme, today or as known on a day; « et chez moi ? »."""
    query = only_known(request, ("ou", "territoire", "au"))
    row = get_object_or_404(whole_programmes(), slug=slug)
    if row.merged_into:
        return _led_to(request, awake(row).get_absolute_url())
    if not _may_see(request, row.status, PROGRAMME, str(row.uid)):
        raise Http404
    day = day_asked(query, "au")
    record = programme_on(programme=row, day=day) if day else programme_record(row)
    if record is None:
        return render(request, "sheets/not_yet.html", {"title": row.title, "slug": slug, "day": day}, status=404)
    place, choices = _place(query.get("ou", ""), query.get("territoire", ""))
    context: dict[str, Any] = {
        "record": record,
        "told": programme_view(record),
        "status": row.status,
        "day": day,
        "place": place,
        "choices": choices,
        "typed": query.get("ou", ""),
        "verdict": verdict_on(record, place) if place else None,
        "ties": ties_of(links_of(row), row.slug),
        "network": row.delivered_by,
        "parent": row.parent,
        "variant_of": row.variant_of,
        "history": history_told(history_of(target_type=PROGRAMME, target_key=str(row.uid))),
        "fresh": freshness(record.verified_on, timezone.localdate()),
        "linked_data": linked_data(record),
        "dead_links": [
            (found.url, link_told(found.why, found.status))
            for found in dead_among((record.source_url, record.contact_url))
        ],
        "origins": origins_told(record, origins_of(kind=SheetKind.PROGRAMME, key=record.uid)),
        "unconfirmed": unconfirmed_since(row, today=timezone.localdate()) if row.status == Status.PUBLISHED else None,
        "goals": goals_told(row, declared=record.sdgs),
        "may_review": getattr(request.user, "is_animator", False),
        "may_edit": isinstance(request.user, User) and not day and may_edit_programme(request.user, row),
    }
    return render(request, "sheets/programme.html", context)


def _led_to(request: HttpRequest, address: str) -> HttpResponse:
    """The address of a sheet that was merged leads for ever to the one it was merged into."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _place(typed: str, territory: str) -> tuple[Any, tuple[Choice, ...]]:
    located = locate(typed, territory)
    return (place_of(located.code) if located.code else None), located.choices


def _may_see(request: HttpRequest, status: str, target_type: str, key: str) -> bool:
    """Published and archived sheets are for all; drafts for their author and for animators."""
    if status in SHOWN:
        return True
    user = request.user
    if not user.is_authenticated:
        return False
    return bool(getattr(user, "is_animator", False)) or author_of(target_type=target_type, target_key=key) == user.pk


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One actor: what it is, where, what it offers."""
    only_known(request, ())
    row = get_object_or_404(whole_organisations(Organisation.objects.filter(status__in=[*SHOWN, "merged"])), slug=slug)
    if row.merged_into:
        return _led_to(request, awake_organisation(row).get_absolute_url())
    record = organisation_record(row)
    own = published_programmes().filter(parts__organisation=row).order_by("title").values_list("slug", "title")
    through: Any = ()
    if row.network_id:
        through = published_programmes().filter(delivered_by=row.network).order_by("title").values_list("slug", "title")
    context = {
        "record": record,
        "row": row,
        "told": organisation_view(record),
        "own": _named(own),
        "through": _named(through),
        "history": history_told(history_of(target_type=ORGANISATION, target_key=str(row.uid))[:10]),
        "fresh": freshness(record.verified_on, timezone.localdate()),
        "may_edit": isinstance(request.user, User) and may_edit_organisation(request.user, row),
    }
    return render(request, "sheets/organisation.html", context)


def _named(rows: Any) -> list[Named]:
    found = dict.fromkeys(rows)
    return [Named(name=french(title), address=f"/programmes/{slug}") for slug, title in found]


def need(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One need that a person let through."""
    only_known(request, ())
    rows = Need.objects.filter(status__in=SHOWN).select_related("territory", "study").prefetch_related("categories")
    row = get_object_or_404(rows, uid=uid)
    code = row.territory.code if row.territory else ""
    context = {"need": row, "answer": answer_address(need=row.text, territory=code), "goals": goals_told(row)}
    return render(request, "sheets/need.html", context)


def study(request: HttpRequest, slug: str) -> HttpResponse:
    """One study of needs."""
    only_known(request, ())
    rows = NeedStudy.objects.filter(status__in=SHOWN).select_related("territory", "document")
    row = get_object_or_404(rows, slug=slug)
    needs = coded_needs(row).filter(status=Status.PUBLISHED.value)
    counts = Counter(category.label for need in needs for category in need.categories.all())
    context = {
        "study": row,
        "needs": needs,
        "tally": [(french(label), count) for label, count in counts.most_common()],
        "may_code": isinstance(request.user, User) and may_edit_study(request.user, row),
    }
    return render(request, "sheets/study.html", context)
