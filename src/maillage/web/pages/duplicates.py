"""Duplicates side by side: why they look alike, what each says, and what to do of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.actors.queries import organisation_record, whole_organisations
from maillage.core.errors import Invalid, MaillageError
from maillage.core.records import OrganisationRecord, ProgrammeRecord, as_plain
from maillage.core.wording import Reason, because
from maillage.curation.actions import keep_verdict, merge_organisations, merge_programmes, put_off, undo_merge
from maillage.curation.merging import OWN, TAKES, better_first, is_silent, taken
from maillage.curation.models import DuplicateVerdict, Merge, PairVerdict, SheetKind
from maillage.curation.queries import duplicates_to_decide, merges_done
from maillage.curation.resemblance import read_reasons
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes
from maillage.web.compared import SideBySide, side_by_side
from maillage.web.fieldwords import field_label, value_told
from maillage.web.guard import animators
from maillage.web.messages import reason_told, told
from maillage.web.params import only_known, page_number

PATH = "/animation/doublons"
PER_PAGE = 20
MERGES_SHOWN = 10
DECISIONS = ("fusionner", "distinctes", "plus-tard")
KINDS = {"programmes": SheetKind.PROGRAMME, "acteurs": SheetKind.ORGANISATION}
Record = ProgrammeRecord | OrganisationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One sheet of a pair."""

    uid: str
    title: str
    address: str
    source: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """A pair as the list shows it."""

    row: DuplicateVerdict
    left: Side
    right: Side
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One field on which two sheets differ: both values, and which one the rules would take."""

    name: str
    label: str
    texts: SideBySide
    taken: str
    adds_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A merge that stands."""

    row: Merge
    kept: Side | None
    absorbed: Side | None


@animators
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs to decide, the surest first; the merges that can be undone."""
    query = only_known(request, ("sorte", "page"))
    name = _kind_asked(query.get("sorte", ""))
    kind = KINDS[name]
    pages = Paginator(duplicates_to_decide(kind=kind), PER_PAGE)
    page = pages.get_page(page_number(query))
    merges = list(merges_done(kind=kind)[:MERGES_SHOWN])
    keys = {key for row in page.object_list for key in (row.left, row.right)}
    known = _sides(kind, keys | {key for row in merges for key in (row.kept, row.absorbed)})
    context = {
        "couples": [_couple(row, known) for row in page.object_list if {row.left, row.right} <= known.keys()],
        "page": page,
        "total": pages.count,
        "name": name,
        "others": [(other, duplicates_to_decide(kind=code).count()) for other, code in KINDS.items()],
        "merges": [Done(row=row, kept=known.get(row.kept), absorbed=known.get(row.absorbed)) for row in merges],
    }
    return render(request, "animation/duplicates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@animators
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair: its table of reasons, its fields side by side; merge, say they are two, or put it off."""
    row = get_object_or_404(DuplicateVerdict, pk=pk)
    if request.method == "POST":
        return _decide(request, row)
    only_known(request, ())
    return _shown(request, row)


@require_POST
@animators
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two sheets again."""
    merge = get_object_or_404(Merge, pk=pk)
    try:
        undo_merge(merge=merge, by=cast(User, request.user))
        messages.success(request, gettext("C’est défait : les deux fiches sont revenues, chacune à son adresse."))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(_list(merge.kind))


def _shown(request: HttpRequest, row: DuplicateVerdict, *, error: str = "") -> HttpResponse:
    records = _records(row.kind, (row.left, row.right))
    if len(records) != 2:
        raise Http404
    kept, absorbed = better_first(records[row.left], records[row.right])  # type: ignore[type-var]  # one kind a pair
    sides = _sides(row.kind, (row.left, row.right))
    reasons = [(_told(reason, sides[kept.uid]), points) for reason, points in read_reasons(row.reasons)]
    context = {
        "row": row,
        "sides": [sides[kept.uid], sides[absorbed.uid]],
        "reasons": reasons,
        "choices": _choices(kept, absorbed),
        "error": error,
        "back": _list(row.kind),
        "is_open": not row.human and not {sides[kept.uid].status, sides[absorbed.uid].status} & {"merged"},
    }
    return render(request, "animation/pair.html", context, status=400 if error else 200)


def _decide(request: HttpRequest, row: DuplicateVerdict) -> HttpResponse:
    sent, by = request.POST, cast(User, request.user)
    decision = sent.get("decision", "")
    if decision not in DECISIONS:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(DECISIONS))
    if decision == "plus-tard":
        put_off(pair=row)
        messages.success(request, gettext("Remise à plus tard : la paire est au bout de la file."))
    elif decision == "distinctes":
        keep_verdict(kind=row.kind, pair=(row.left, row.right), verdict=PairVerdict.DIFFERENT, by=by)
        messages.success(request, gettext("C’est noté : ces deux fiches ne seront plus jamais proposées ensemble."))
    else:
        try:
            _merge(row, kept=sent.get("garder", ""), chosen=_chosen(sent), by=by)
        except MaillageError as error:
            return _shown(request, row, error=told(error))
        messages.success(request, gettext("Les deux fiches n’en font plus qu’une. Vous pouvez le défaire plus bas."))
    return HttpResponseRedirect(_list(row.kind))


def _chosen(sent: Mapping[str, Any]) -> dict[str, str]:
    found = {name.removeprefix("champ-"): str(sent[name]) for name in sent if name.startswith("champ-")}
    for name, take in found.items():
        if take not in TAKES:
            raise Invalid("choice_unknown", field=name, value=take, expected=list(TAKES))
    return found


def _merge(row: DuplicateVerdict, *, kept: str, chosen: Mapping[str, str], by: User) -> None:
    """Merge the pair; the choices were made with one sheet on the left, which may not be the one kept."""
    records = _records(row.kind, (row.left, row.right))
    first, second = better_first(records[row.left], records[row.right])  # type: ignore[type-var]  # one kind a pair
    if kept not in records:
        raise Invalid("choice_unknown", field="garder", value=kept, expected=list(records))
    other = {"kept": "absorbed", "absorbed": "kept", "both": "both"}
    settled = dict(chosen) if kept == first.uid else {name: other[take] for name, take in chosen.items()}
    absorbed = second.uid if kept == first.uid else first.uid
    if row.kind == SheetKind.PROGRAMME:
        rows = {str(one.uid): one for one in Programme.objects.filter(uid__in=records)}
        merge_programmes(kept=rows[kept], absorbed=rows[absorbed], chosen=settled, by=by)
    else:
        actors = {str(one.uid): one for one in Organisation.objects.filter(uid__in=records)}
        merge_organisations(kept=actors[kept], absorbed=actors[absorbed], chosen=settled, by=by)


def _choices(kept: Record, absorbed: Record) -> list[Choice]:
    here, there = as_plain(kept), as_plain(absorbed)
    found = []
    for name in (item.name for item in fields(kept)):
        if name in OWN or here[name] == there[name] or (is_silent(name, here[name]) and is_silent(name, there[name])):
            continue
        found.append(
            Choice(
                name=name,
                label=field_label(name),
                texts=side_by_side(value_told(name, here[name]), value_told(name, there[name])),
                taken=taken(name, getattr(kept, name), getattr(absorbed, name)),
                adds_up=isinstance(here[name], list),
            )
        )
    return found


def _couple(row: DuplicateVerdict, known: Mapping[str, Side]) -> Couple:
    told_of = known[row.left]
    reasons = [(points, _told(reason, told_of)) for reason, points in read_reasons(row.reasons) if points > 0]
    shown = tuple(text for _, text in sorted(reasons, reverse=True)[:3])
    return Couple(row=row, left=known[row.left], right=known[row.right], reasons=shown)


def _told(reason: Reason, side: Side) -> str:
    """The reason in words; the list two sheets come from by its name, not by its code."""
    return reason_told(because(reason.code, source=side.source) if reason.code == "dup_source" else reason)


def _records(kind: str, keys: Sequence[str]) -> dict[str, Record]:
    if kind == SheetKind.PROGRAMME:
        programmes = whole_programmes(Programme.objects.filter(uid__in=keys))
        return {str(row.uid): programme_record(row) for row in programmes}
    actors = whole_organisations(Organisation.objects.filter(uid__in=keys))
    return {str(row.uid): organisation_record(row) for row in actors}


def _sides(kind: str, keys: Iterable[str]) -> dict[str, Side]:
    model: Any = Programme if kind == SheetKind.PROGRAMME else Organisation
    rows = model.objects.filter(uid__in=list(keys))
    return {
        str(row.uid): Side(
            uid=str(row.uid),
            title=str(row),
            address=row.get_absolute_url(),
            source=row.source_name or row.origin,
            status=row.status,
        )
        for row in rows
    }


def _kind_asked(name: str) -> str:
    if name and name not in KINDS:
        raise Invalid("choice_unknown", field="sorte", value=name, expected=list(KINDS))
    return name or "programmes"


def _list(kind: str) -> str:
    return PATH if kind == SheetKind.PROGRAMME else f"{PATH}?sorte=acteurs"
