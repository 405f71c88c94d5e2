"""The animateur's queue: what sources say, compared with ours, decided one by one or together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, MaillageError
from maillage.core.wording import Reason
from maillage.curation.actions import (
    Chosen,
    accept,
    accept_as_new,
    accept_edited,
    decide_later,
    decide_many,
    refuse,
)
from maillage.curation.actions.together import AT_ONCE, DECIDE
from maillage.curation.models import Proposal, ProposalAbout, ProposalKind, ProposalState
from maillage.curation.queries import CLOSED, queue, queue_counts, queue_sources
from maillage.inventory.models import Programme
from maillage.territories.models import Territory
from maillage.web.compared import SideBySide, side_by_side
from maillage.web.fieldwords import LONG, WRITABLE, field_label, value_told
from maillage.web.guard import animators
from maillage.web.messages import reason_told, told
from maillage.web.params import only_known, page_number
from maillage.web.typography import number_in_words
from maillage.work.queries import live_jobs

PATH = "/animation/propositions"
PER_PAGE = 25
KINDS = {
    "nouvelles": (ProposalKind.NEW.value, _("nouvelles")),
    "modifiees": (ProposalKind.UPDATE.value, _("modifiées")),
    "douteuses": (ProposalKind.DOUBTFUL.value, _("douteuses")),
    "closes": (CLOSED, _("closes ou expirées")),
    "disparues": (ProposalKind.GONE.value, _("disparues de leur source")),
}
"""What `sorte` may say: the kind it stands for, and its label."""

SINGLE = {"prendre": accept, "nouvelle": accept_as_new, "ecarter": refuse}
TOGETHER = {"prendre": True, "ecarter": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field, ours and theirs. `writable`: may be reworded; `raw`: theirs as it is written."""

    name: str
    label: str
    texts: SideBySide
    is_applied: bool = False
    is_writable: bool = False
    is_long: bool = False
    is_day: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One proposal as the queue shows it. `sheet` and `address`: what of ours it is about, empty when we have none."""

    row: Proposal
    kind: str
    is_over: bool
    is_doubtful: bool
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    summary: str
    sheet: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow the queue."""

    label: str
    count: int
    address: str
    is_chosen: bool


@animators
def propositions(request: HttpRequest) -> HttpResponse:
    """What waits, narrowed to a kind and a source, 25 at a time."""
    query = only_known(request, ("sorte", "source", "page"))
    kind, source = _asked(query)
    today = timezone.localdate()
    pages = Paginator(queue(today=today, kind=_code(kind), source=source), PER_PAGE)
    page = pages.get_page(page_number(query))
    counts = queue_counts(today=today, source=source)
    context = {
        "entries": [entry_of(row, today) for row in page.object_list],
        "page": page,
        "total": pages.count,
        "deciding": live_jobs(DECIDE),
        "here": _address(kind, source, page.number),
        "kind": kind,
        "source": source,
        "kinds": _kinds(counts, kind, source),
        "sources": _sources(today, kind, source),
        "before": _address(kind, source, page.number - 1) if page.has_previous() else "",
        "after": _address(kind, source, page.number + 1) if page.has_next() else "",
    }
    return render(request, "animation/queue.html", context)


@require_POST
@animators
def decide_together(request: HttpRequest) -> HttpResponse:
    """Take or set aside those ticked, or all those of the filter, once their number was read and confirmed."""
    sent = request.POST
    kind, source = _asked(sent)
    decision = sent.get("decision", "")
    if decision not in TOGETHER:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(TOGETHER))
    back = _address(kind, source)
    everything = sent.get("toutes") == "oui"
    rows = queue(today=timezone.localdate(), kind=_code(kind), source=source)
    chosen = [int(key) for key in sent.getlist("choix") if key.isascii() and key.isdigit()]
    if not everything:
        rows = rows.filter(pk__in=chosen)
    count = rows.count()
    if not count:
        messages.error(request, gettext("Rien n’est coché : cochez des lignes, ou choisissez toutes celles du filtre."))
        return HttpResponseRedirect(back)
    if sent.get("sure") != "oui":
        context = {
            "count": count,
            "decision": decision,
            "everything": everything,
            "chosen": chosen,
            "kind": kind,
            "source": source,
            "back": back,
            "doubtful": rows.filter(kind=ProposalKind.DOUBTFUL).count() if TOGETHER[decision] else 0,
        }
        return render(request, "animation/queue_sure.html", context)
    if everything and sent.get("combien") != str(count):
        messages.error(
            request, gettext("La file a changé entre-temps : vérifiez le nombre, puis confirmez de nouveau.")
        )
        return HttpResponseRedirect(back)
    if count > AT_ONCE:
        last = rows.order_by("-id").values_list("id", flat=True)[0]
        day = timezone.localdate().isoformat()
        kept = Chosen(kind=_code(kind), source=source, day=day, until=last, keys=[] if everything else chosen)
        decide_later(kept, accepted=TOGETHER[decision], by=cast(User, request.user))
        said = gettext("%(count)s propositions se tranchent, dans l’ordre ; cette page dit où cela en est.")
        messages.success(request, said % {"count": number_in_words(count)})
    else:
        _decide(request, rows, accepted=TOGETHER[decision])
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@animators
def proposition(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: read it whole, reword it, take it or set it aside."""
    rows = Proposal.objects.select_related("item", "programme", "organisation", "zone", "source", "run")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _decide_one(request, row)
    query = only_known(request, ("retour",))
    return _one(request, row, back=_safe(query.get("retour", "")))


def entry_of(row: Proposal, today: dt.date) -> Entry:
    """A proposal in words."""
    over = row.kind in (ProposalKind.NEW, ProposalKind.UPDATE) and row.closes_on is not None and row.closes_on < today
    record: Mapping[str, Any] = row.record
    ours = row.sheet
    return Entry(
        sheet=str(getattr(ours, "title", "") or getattr(ours, "name", "")) if ours else "",
        address=_where(ours),
        row=row,
        kind=gettext("close ou expirée") if over else gettext(str(row.get_kind_display())),
        is_over=over,
        is_doubtful=row.kind == ProposalKind.DOUBTFUL and row.about != ProposalAbout.ZONE,
        lines=tuple(_line(found) for found in row.differences),
        reasons=tuple(reason_told(Reason(code, tuple(facts.items()))) for code, facts in row.reasons),
        summary=str(record.get("promise") or record.get("description") or "")[:280],
    )


def _where(ours: Programme | Organisation | Territory | None) -> str:
    """The page of what a proposal is about."""
    if ours is None:
        return ""
    return f"/territoires/{ours.code}" if isinstance(ours, Territory) else ours.get_absolute_url()


def _line(found: Mapping[str, Any], *, values: Mapping[str, str] | None = None) -> Line:
    name, before, after = found["field"], found["before"], found["after"]
    raw = (values or {}).get(name) or (after if isinstance(after, str) else "")
    return Line(
        name=name,
        label=field_label(name),
        texts=side_by_side(value_told(name, before), value_told(name, after)),
        is_applied=bool(found.get("applied")),
        is_writable=name in WRITABLE and (after is None or isinstance(after, str)),
        is_long=name in LONG,
        is_day=name in ("opens_on", "closes_on"),
        raw=raw,
    )


def _one(
    request: HttpRequest, row: Proposal, *, back: str, error: str = "", values: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page of one proposal; what was typed is still there when a rule said no."""
    found = row.differences
    if row.kind == ProposalKind.NEW or not found:
        found = [
            {"field": name, "before": None, "after": row.record.get(name)} for name in row.record if row.record[name]
        ]
    hidden = ("uid", "slug", "origin", "origin_id")
    context = {
        "entry": entry_of(row, timezone.localdate()),
        "lines": [_line(one, values=values) for one in found if one["field"] not in hidden],
        "row": row,
        "back": back,
        "error": error,
        "is_open": row.state == ProposalState.PENDING,
        "is_new": row.kind == ProposalKind.NEW,
        "is_whole": row.about == ProposalAbout.ZONE,
    }
    return render(request, "animation/proposal.html", context, status=400 if error else 200)


def _decide_one(request: HttpRequest, row: Proposal) -> HttpResponse:
    sent, by = request.POST, cast(User, request.user)
    decision, back = sent.get("decision", ""), _safe(sent.get("retour", ""))
    expected = [*SINGLE, "corrigee"]
    if decision not in expected:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=expected)
    values = {name: sent.get(f"valeur-{name}", "").replace("\r\n", "\n").strip() for name in WRITABLE}
    values = {name: value for name, value in values.items() if f"valeur-{name}" in sent}
    try:
        if decision == "corrigee":
            plain = {
                name: value or None if name in ("opens_on", "closes_on") else value for name, value in values.items()
            }
            _check_days(plain)
            accept_edited(proposal=row, values=plain, kept=sent.getlist("garder"), by=by)
        else:
            SINGLE[decision](proposal=row, by=by)
    except MaillageError as error:
        if decision == "corrigee":
            return _one(request, row, back=back, error=told(error), values=values)
        messages.error(request, told(error))
        return HttpResponseRedirect(back)
    messages.success(request, gettext("C’est noté : « %(title)s ».") % {"title": row.title})
    return HttpResponseRedirect(back)


def _check_days(values: Mapping[str, str | None]) -> None:
    for name in ("opens_on", "closes_on"):
        try:
            dt.date.fromisoformat(values.get(name) or "2026-01-01")
        except ValueError as error:
            raise Invalid("day_unreadable", value=values[name]) from error


def _decide(request: HttpRequest, rows: QuerySet[Proposal], *, accepted: bool) -> None:
    done, refusals = decide_many(proposals=rows, accepted=accepted, by=cast(User, request.user))
    if done:
        said = ngettext("%(count)d proposition tranchée.", "%(count)d propositions tranchées.", done)
        messages.success(request, said % {"count": done})
    for refusal in refusals[:5]:
        messages.error(request, told(refusal))
    if len(refusals) > 5:
        messages.error(request, gettext("… et %(count)d autres laissées dans la file.") % {"count": len(refusals) - 5})


def _asked(sent: QueryDict) -> tuple[str, str]:
    kind, source = sent.get("sorte", ""), sent.get("source", "")
    if kind and kind not in KINDS:
        raise Invalid("choice_unknown", field="sorte", value=kind, expected=list(KINDS))
    return kind, source


def _code(kind: str) -> str:
    return KINDS[kind][0] if kind else ""


def _address(kind: str, source: str, page: int = 1) -> str:
    said = {"sorte": kind, "source": source, "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{PATH}?{query}" if query else PATH


def told_kinds(counts: Mapping[str, int]) -> Sequence[Filter]:
    """The kinds of what waits, with their number and their address."""
    return _kinds(counts, "", "")


def _kinds(counts: Mapping[str, int], kind: str, source: str) -> Sequence[Filter]:
    everything = Filter(
        label=gettext("tout"), count=sum(counts.values()), address=_address("", source), is_chosen=not kind
    )
    return [
        everything,
        *(
            Filter(
                label=gettext(label),
                count=counts.get(code, 0),
                address=_address(name, source),
                is_chosen=name == kind,
            )
            for name, (code, label) in KINDS.items()
        ),
    ]


def _sources(today: dt.date, kind: str, source: str) -> Sequence[Filter]:
    found = queue_sources(today=today, kind=_code(kind))
    return [
        Filter(
            label=name,
            count=count,
            address=_address(kind, "" if slug == source else slug),
            is_chosen=slug == source,
        )
        for slug, name, count in found
    ]


def _safe(back: str) -> str:
    """Back to the queue as it was; never elsewhere."""
    safe = back.startswith("/animation") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if safe else "/animation"
