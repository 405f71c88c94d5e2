"""Bring a study, code its needs beside its text, import many; submit, publish, give back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.core.vocabulary import Status
from maillage.inventory.actions import (
    attach_document,
    code_needs,
    decide_suggestions,
    drop_need,
    import_studies,
    move_study,
    put_study,
    read_document_soon,
)
from maillage.inventory.models import Need, NeedStudy
from maillage.inventory.models.studies import DocumentState
from maillage.inventory.studies import coded_needs, document_path, may_edit_study, studies_of, study_record
from maillage.inventory.study_table import MOST_BYTES, read_table, template
from maillage.web.coding import coded_views, page_of
from maillage.web.forms.study import (
    LineView,
    StudyForm,
    choices,
    empty_lines,
    initial_of,
    line_of,
    need_line,
    sent_lines,
)
from maillage.web.guard import contributors
from maillage.web.messages import fault_told, told
from maillage.web.params import only_known, page_number
from maillage.work.actions import enqueue

MOVES = {
    "soumettre": Status.REVIEW,
    "publier": Status.PUBLISHED,
    "rendre": Status.DRAFT,
    "archiver": Status.ARCHIVED,
}
FAULTS_SHOWN = 200


@contributors
def mine(request: HttpRequest) -> HttpResponse:
    """The studies one brought; for animateurs, every one that is not published yet."""
    only_known(request, ())
    user = cast(User, request.user)
    rows = studies_of(user)
    if user.is_animator:
        rows = NeedStudy.objects.filter(status__in=(Status.DRAFT.value, Status.REVIEW.value)).order_by("-created_at")
    return render(request, "studies/mine.html", {"studies": rows[:100]})


@contributors
def new(request: HttpRequest) -> HttpResponse:
    """Bring a study."""
    only_known(request, ())
    return _form(request, None)


@contributors
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a study one may change."""
    only_known(request, ())
    return _form(request, _mine(request, slug))


def _form(request: HttpRequest, row: NeedStudy | None) -> HttpResponse:
    known = study_record(row) if row else None
    sent = request.method == "POST"
    form = StudyForm(request.POST, request.FILES) if sent else StudyForm(initial=initial_of(known) if known else {})
    if sent and form.is_valid():
        try:
            kept = put_study(form.record(known), by=cast(User, request.user), study=row)
            _attach(request, kept, form.cleaned_data["document"])
        except MaillageError as error:
            form.add_error(None, told(error))
            row = row or NeedStudy.objects.filter(title=form.cleaned_data["title"]).order_by("-id").first()
        else:
            messages.success(request, gettext("L’étude est gardée. Codez maintenant ses besoins."))
            return HttpResponseRedirect(f"/mon-espace/etudes/{kept.slug}/coder")
    context = {"form": form, "row": row, "document": getattr(row, "document", None)}
    return render(request, "studies/form.html", context, status=400 if form.errors else 200)


def _attach(request: HttpRequest, row: NeedStudy, file: Any) -> None:
    if file is None:
        return
    by = cast(User, request.user)
    held = attach_document(study=row, name=file.name or "etude.pdf", chunks=file.chunks(), by=by)
    if read_document_soon(held).state == DocumentState.WAITING:
        enqueue("lire-etudes", key=str(row.pk), by=by)


@contributors
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """The text of the study beside the lines where its needs are coded; each submit saves, nothing typed is lost."""
    query = only_known(request, ("page", "besoin"))
    row = _mine(request, slug)
    kept: list[LineView] = []
    if request.method == "POST":
        by = cast(User, request.user)
        kept, count = _save(row, request.POST.dict(), by=by)
        shown = request.POST.getlist("montre")
        decide_suggestions(study=row, taken={uid: request.POST.getlist(f"garder-{uid}") for uid in shown}, by=by)
        if not kept:
            told_count = ngettext("%(count)s besoin gardé.", "%(count)s besoins gardés.", count) % {"count": count}
            messages.success(request, told_count)
            return HttpResponseRedirect(f"/mon-espace/etudes/{slug}/coder?page={page_number(query)}")
    elif wanted := query.get("besoin", ""):
        kept = [line_of(get_object_or_404(coded_needs(row), uid=_uid(wanted)))]
    context: dict[str, Any] = {
        "row": row,
        "lines": empty_lines(kept),
        "choices": choices(),
        "needs": coded_views(coded_needs(row)),
        "text": page_of(row, page_number(query)),
        "may_publish": cast(User, request.user).is_animator,
    }
    return render(request, "studies/code.html", context, status=400 if any(line.error for line in kept) else 200)


def _save(row: NeedStudy, sent: Mapping[str, str], *, by: User) -> tuple[list[LineView], int]:
    """Keep the lines that may be; those refused come back with their words and what is wrong."""
    refused: list[LineView] = []
    count = 0
    for values in sent_lines(sent):
        try:
            (outcome,) = code_needs(study=row, lines=[need_line(values)], by=by)
            error = told(outcome.refusal) if outcome.refusal else ""
        except MaillageError as wrong:
            error = told(wrong)
        if error:
            refused.append(LineView(rank=0, values=values, error=error))
        else:
            count += 1
    return refused, count


def _uid(text: str) -> str:
    if len(text) != 36:
        raise Invalid("need_unknown", value=text[:40])
    return text


@require_POST
@contributors
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """Set aside a need coded by mistake."""
    row = _mine(request, slug)
    need = get_object_or_404(Need.objects.select_related("study"), study=row, uid=_uid(request.POST.get("besoin", "")))
    drop_need(need=need, by=cast(User, request.user))
    messages.success(request, gettext("Ce besoin est mis de côté."))
    return HttpResponseRedirect(f"/mon-espace/etudes/{slug}/coder")


@require_POST
@contributors
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Submit; for animateurs, publish, give back, archive."""
    row = _mine(request, slug)
    decision = request.POST.get("decision", "")
    if decision not in MOVES:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(MOVES))
    try:
        move_study(study=row, to=MOVES[decision], by=cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(f"/mon-espace/etudes/{slug}/coder")
    done = {
        "soumettre": gettext("L’étude est soumise : un animateur la relira."),
        "publier": gettext("L’étude est publiée, avec ses besoins."),
    }
    messages.success(request, done.get(decision, gettext("C’est noté.")))
    return HttpResponseRedirect(f"/etudes/{slug}" if decision == "publier" else "/mon-espace/etudes")


@contributors
def import_table(request: HttpRequest) -> HttpResponse:
    """Studies and their needs from a table: what was kept, and what is wrong, line by line."""
    only_known(request, ())
    context: dict[str, Any] = {}
    file = request.FILES.get("tableau")
    if request.method == "POST":
        try:
            if not isinstance(file, UploadedFile):
                raise Invalid("file_empty", name=gettext("Le fichier"))
            table = read_table(file.read(MOST_BYTES + 1), name=file.name or "")
            done = import_studies(table, by=cast(User, request.user))
            faults = [(fault, fault_told(fault.expected, fault.facts)) for fault in done.faults[:FAULTS_SHOWN]]
            context = {"done": done, "faults": faults, "faults_total": len(done.faults)}
        except MaillageError as error:
            context = {"error": told(error)}
    return render(request, "studies/import.html", context, status=400 if "error" in context else 200)


@contributors
def table_template(request: HttpRequest) -> HttpResponse:
    """The table to fill."""
    only_known(request, ())
    response = HttpResponse(template(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="etudes-et-besoins.csv"'
    return response


@require_safe
def document(request: HttpRequest, slug: str) -> FileResponse:
    """The PDF of a study: always a download, never shown inside the site."""
    only_known(request, ())
    row = get_object_or_404(NeedStudy.objects.select_related("document"), slug=slug)
    user = request.user
    seen = row.status == Status.PUBLISHED or (isinstance(user, User) and may_edit_study(user, row))
    held = getattr(row, "document", None)
    if not seen or held is None or not document_path(held.sha256).is_file():
        raise Http404
    response = FileResponse(document_path(held.sha256).open("rb"), content_type="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=\"etude.pdf\"; filename*=UTF-8''{quote(held.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _mine(request: HttpRequest, slug: str) -> NeedStudy:
    row = get_object_or_404(NeedStudy.objects.select_related("territory", "document"), slug=slug)
    if not may_edit_study(cast(User, request.user), row):
        raise PermissionDenied
    return row
