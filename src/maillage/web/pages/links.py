"""The links of sheets, for animateurs: those that no longer answer, those whose page moved."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.curation.actions import decide_move
from maillage.curation.addresses import dead_addresses, moved_addresses
from maillage.curation.models import CheckedAddress
from maillage.inventory.models import Programme
from maillage.web.guard import animators
from maillage.web.messages import link_told, told
from maillage.web.params import only_known, page_number

PER_PAGE = 30


@animators
def links(request: HttpRequest) -> HttpResponse:
    """What the link checker found."""
    query = only_known(request, ("page",))
    shown = Paginator(dead_addresses(), PER_PAGE).get_page(page_number(query))
    moved = list(moved_addresses()[:PER_PAGE])
    given = _given([row.url for row in (*shown.object_list, *moved)])
    context = {
        "shown": shown,
        "dead": [(row, link_told(row.why, row.status), given.get(row.url, [])) for row in shown.object_list],
        "moved": [(row, given.get(row.url, [])) for row in moved],
        "moved_total": moved_addresses().count(),
    }
    return render(request, "animation/links.html", context)


def _given(urls: list[str]) -> dict[str, list[Programme]]:
    """The published sheets that give each of these addresses, in two queries."""
    found: dict[str, list[Programme]] = {}
    for name in ("source_url", "contact_url"):
        rows = Programme.objects.filter(**{f"{name}__in": urls}).only("slug", "title", name).order_by("id")
        for row in rows:
            sheets = found.setdefault(getattr(row, name), [])
            if row not in sheets:
                sheets.append(row)
    return found


@require_POST
@animators
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the new address of a page, or refuse it for ever."""
    row = get_object_or_404(CheckedAddress, pk=pk)
    decision = request.POST.get("decision", "")
    if decision not in ("prendre", "ecarter"):
        raise Invalid("choice_unknown", field="decision", value=decision, expected=["prendre", "ecarter"])
    try:
        count = decide_move(address=row, accepted=decision == "prendre", by=cast(User, request.user))
        said = ngettext("%(count)s fiche changée.", "%(count)s fiches changées.", count) % {"count": count}
        messages.success(request, said if decision == "prendre" else gettext("C’est noté."))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect("/animation/liens")
