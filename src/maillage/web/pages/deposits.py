"""A table of offers brought by a page: what its columns mean, a preview, then proposals for the animateurs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.curation.actions import import_deposit
from maillage.curation.queries import refusals, summary
from maillage.harvest.deposits import (
    columns_of,
    deposits_of,
    mapping_text,
    open_deposit,
    preview,
    read_mapping,
    vocabulary_of,
)
from maillage.harvest.models import Deposit, DepositState
from maillage.harvest.queries import OpenedFile, ParsedProgramme, recognise
from maillage.harvest.receiving import confirm_known, confirm_mapping, keep_draft, receive
from maillage.web.forms import mapping as forms
from maillage.web.guard import contributors
from maillage.web.messages import fault_told, reason_told, told
from maillage.web.params import only_known
from maillage.web.typography import french
from maillage.work.actions import enqueue

AT_ONCE_BYTES = 200_000
"""A table this small is read while its owner waits; a larger one is read by the worker."""
REFUSALS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """One sheet of the preview: what it would be, and what is wrong, in words."""

    line: int
    title: str
    facts: tuple[str, ...]
    faults: tuple[str, ...]
    refused: bool = False


@contributors
def mine(request: HttpRequest) -> HttpResponse:
    """The files one brought, and the way to bring another."""
    only_known(request, ())
    user = cast(User, request.user)
    error = ""
    if request.method == "POST":
        file = request.FILES.get("fichier")
        try:
            if not isinstance(file, UploadedFile):
                raise Invalid("file_empty", name=gettext("Le fichier"))
            row = receive(name=file.name or "tableau", chunks=file.chunks(), by=user)
            return HttpResponseRedirect(f"/mon-espace/fichiers/{row.uid}")
        except MaillageError as refusal:
            error = told(refusal)
    context = {"deposits": deposits_of(user)[:50], "error": error}
    return render(request, "deposits/mine.html", context, status=400 if error else 200)


@contributors
def describe(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Say what each column means; each submit keeps what was said and shows the first sheets."""
    only_known(request, ())
    row = get_object_or_404(deposits_of(cast(User, request.user)), uid=uid)
    if row.state in (DepositState.WAITING, DepositState.DONE) and request.method != "POST":
        return _done(request, row)
    opened = open_deposit(row)
    columns = columns_of(opened)
    error = _tried(request, row) if "tel-quel" in request.POST else ""
    if isinstance(error, HttpResponse):
        return error
    if request.method == "POST" and not error:
        views, constants = forms.asked_of(request.POST.dict(), columns), forms.constants_sent(request.POST.dict())
        text = _mapping(views, constants)
        sent = request.POST
        row = keep_draft(deposit=row, mapping=text, source_name=sent.get("source", ""), licence=sent.get("licence", ""))
        error = _tried(request, row) if "importer" in sent else ""
        if isinstance(error, HttpResponse):
            return error
    else:
        rules = read_mapping(row.mapping, name=row.name) if row.mapping else None
        views, constants = forms.guessed_of(columns, rules), forms.constants_of(rules)
        text = _mapping(views, constants)
    shown, wrong = _previewed(row, opened, text)
    context: dict[str, Any] = {
        "row": row,
        "columns": views,
        "fields": forms.FIELDS,
        "separators": forms.SEPARATORS,
        "nothing": forms.NOTHING,
        "constants": _constants(constants),
        "reasons": [reason_told(reason) for reason in opened.reasons],
        "previewed": shown,
        "error": error or wrong,
        "known": recognise(opened.columns),
    }
    return render(request, "deposits/describe.html", context, status=400 if error else 200)


def _mapping(views: list[forms.ColumnView], constants: dict[str, str]) -> str:
    return mapping_text(forms.rules_of(views, constants)) if any(view.field for view in views) else ""


def _tried(request: HttpRequest, row: Deposit) -> HttpResponse | str:
    """The import, or why it cannot be."""
    try:
        return _confirmed(request, row)
    except MaillageError as refusal:
        return told(refusal)


def _constants(said: dict[str, str]) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Name, label, value and choices of what goes for every line."""
    return [
        (
            name,
            str(forms.FIELDS[name]),
            said.get(name, ""),
            [(code, french(gettext(label))) for code, label in vocabulary_of(name).items()],
        )
        for name in forms.EVERYWHERE
    ]


def _previewed(row: Deposit, opened: OpenedFile, text: str) -> tuple[list[Previewed], str]:
    """The first sheets, or why there are none."""
    if not text:
        return [], ""
    try:
        return [_sheet(parsed) for parsed in preview(row, opened, mapping=text)], ""
    except MaillageError as error:
        return [], told(error)


def _sheet(parsed: Any) -> Previewed:
    if not isinstance(parsed, ParsedProgramme):
        fault = _fault(parsed.column, parsed.value, fault_told(parsed.expected, parsed.facts))
        return Previewed(line=parsed.line, title="", facts=(), faults=(fault,), refused=True)
    record = parsed.record
    facts = [*(ref.name for ref in record.operators[:2]), *record.zones[:3], record.promise or record.description[:120]]
    return Previewed(
        line=parsed.line,
        title=french(record.title),
        facts=tuple(french(fact) for fact in facts if fact),
        faults=tuple(
            _fault(change.column, change.value, fault_told(change.expected, change.facts)) for change in parsed.changes
        ),
    )


def _fault(column: str, value: str, expected: str) -> str:
    said = gettext("colonne « %(column)s » : « %(value)s » — attendu : %(expected)s")
    return french(said % {"column": column, "value": value[:80], "expected": expected})


def _confirmed(request: HttpRequest, row: Deposit) -> HttpResponse:
    user = cast(User, request.user)
    confirmed = confirm_known if "tel-quel" in request.POST else confirm_mapping
    row = confirmed(deposit=row, by=user)
    if row.size <= AT_ONCE_BYTES:
        import_deposit(deposit=row, progress=lambda _part, _done, _total: None)
    else:
        enqueue("lire-depots", key=str(row.pk), by=user)
        messages.success(
            request, gettext("Le fichier est gros : il est lu à part. Revenez à cette page quand vous voulez.")
        )
    return HttpResponseRedirect(f"/mon-espace/fichiers/{row.uid}")


def _done(request: HttpRequest, row: Deposit) -> HttpResponse:
    """What became of a file."""
    context: dict[str, Any] = {"row": row}
    if row.run:
        context["counts"] = summary(row.run)
        context["refusals"] = [
            (line, fault_told(line.expected, line.facts) if line.expected else "")
            for line, _ in zip(refusals(row.run), range(REFUSALS_SHOWN), strict=False)
        ]
    return render(request, "deposits/done.html", context)


@contributors
def mapping_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The mapping as a file, for `maillage importer --correspondance`."""
    only_known(request, ())
    row = get_object_or_404(deposits_of(cast(User, request.user)), uid=uid)
    response = HttpResponse("\ufeff" + row.mapping, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="correspondance.csv"'
    return response
