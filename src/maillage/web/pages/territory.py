"""One territory: what it lies in, who is there, what can be used there; and what remains to verify anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from maillage.actors.queries import network_labels
from maillage.core.errors import Invalid
from maillage.core.vocabulary import Echelon, Nature, Stage
from maillage.inventory.goals import local_targets
from maillage.inventory.queries import grants_counted, grants_listed, to_verify
from maillage.search.queries import Filters, search
from maillage.search.wanted import Wanted
from maillage.territories.models import TerritoryKind
from maillage.territories.queries import closure, geography, lineage, present_around
from maillage.web.alike import similar_rows
from maillage.web.feeds import ways_to_be_told
from maillage.web.forms.ask import Ask
from maillage.web.listing import row_views
from maillage.web.params import only_known, page_number
from maillage.web.telling import Named
from maillage.web.typography import french
from maillage.web.where import place_of

AROUND = 14
"""Zones told on the page, the ones that hold most of the place first."""

NEAR = (Echelon.LOCAL.value, Echelon.DEPARTMENTAL.value)
"""Who is told first: those one can meet."""

PER_PAGE = 50

LATEST = 5
"""Funded projects told on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Programmes of one nature usable here, by stage."""

    nature: str
    label: str
    address: str
    total: int
    cells: tuple[tuple[str, int, str], ...]
    """(stage, how many, the list that shows them)"""


def territory(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of one place."""
    only_known(request, ())
    place = place_of(code)
    if place.code != code:
        return HttpResponseRedirect(f"/territoires/{place.code}")
    line = lineage(place.code)
    today = timezone.localdate()
    found = search(text="", filters=Filters(kind="organisation", zones=place.containing), today=today)
    near = search(text="", filters=Filters(kind="organisation", zones=place.containing, echelons=NEAR), today=today)
    networks = network_labels()
    grants = grants_listed(place=place.code)
    grants_count, grants_amount = grants_counted(grants)
    context = {
        "place": place,
        "grants": grants[:LATEST] if grants_count else (),
        "grants_count": grants_count,
        "grants_amount": grants_amount,
        "own": line.place,
        "kind": gettext(str(TerritoryKind(line.place.kind).label)),
        "chain": [_named(each.code, each.name, each.kind) for each in line.chain()[1:]],
        "others": [_named(each.code, each.name, each.kind) for each in line.others],
        "rows": [_counts(nature, place.code, place.containing) for nature in Nature],
        "stages": [gettext(stage.label) for stage in Stage],
        "bodies": row_views(near, suffix="")[:12],
        "bodies_total": found.total,
        "networks": [
            (Named(name=french(networks[slug]), address=f"/acteurs?territoire={place.code}&reseau={slug}"), count)
            for slug, count in found.facets.get("network", ())
            if slug in networks
        ],
        "around": _around(place.code),
        "local": local_targets(territories=place.containing),
        "similar": similar_rows(place),
        "ask": Ask(where=place.label, territory=place.code),
        "told": ways_to_be_told(Wanted(shelf="programme", place=place.code)),
    }
    return render(request, "territory/page.html", context)


def _named(code: str, name: str, kind: str) -> Named:
    note = gettext(str(TerritoryKind(kind).label))
    return Named(name=french(name), address=f"/territoires/{code}", note=note)


def _counts(nature: Nature, code: str, zones: tuple[str, ...]) -> CountRow:
    """How many programmes of this nature can be used in the place, by stage: one query of the index."""
    found = search(text="", filters=Filters(natures=(nature.value,), zones=zones), today=timezone.localdate())
    by_stage = dict(found.facets.get("stage", ()))
    base = {"territoire": code, "nature": nature.value}
    return CountRow(
        nature=nature.value,
        label=gettext(nature.label),
        address="/programmes?" + urlencode(base),
        total=found.total,
        cells=tuple(
            (gettext(stage.label), by_stage.get(stage, 0), "/programmes?" + urlencode(base | {"etape": stage.value}))
            for stage in Stage
        ),
    )


def _around(code: str) -> list[tuple[Named, int | None]]:
    """The zones that meet this place without containing it whole, with the share of its people, in percent."""
    here = geography()
    inside = closure().containing(code)
    met = [item for item in present_around(code) if item.zone not in inside and not item.address_to_check]
    met.sort(key=lambda item: (-(item.of_place or 0), item.zone))
    told = []
    for item in met[:AROUND]:
        place = here.place(item.zone)
        share = round(100 * item.of_place) if item.of_place is not None else None
        told.append((_named(place.code, place.name, place.kind), share))
    return told


def to_check(request: HttpRequest) -> HttpResponse:
    """Every published sheet nobody compared with its source yet, the oldest first."""
    number = page_number(only_known(request, ("page",)))
    pages = Paginator(to_verify().select_related(None).only("slug", "title", "source_name", "updated_at"), PER_PAGE)
    try:
        page = pages.page(number)
    except EmptyPage as error:
        raise Invalid("page_unknown", page=number) from error
    return render(request, "territory/to_check.html", {"page": page, "total": pages.count})
