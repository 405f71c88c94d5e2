"""Change a published sheet directly, when one keeps it; two people who write at once lose no text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext

from maillage.accounts.models import User
from maillage.actors.actions import change_organisation
from maillage.actors.queries import (
    ORGANISATION,
    may_edit_organisation,
    organisation_record,
    published_organisations,
    whole_organisations,
)
from maillage.core.errors import Refused
from maillage.core.records import (
    OrganisationRecord,
    ProgrammeRecord,
    organisation_from_plain,
    programme_from_plain,
    version_of,
)
from maillage.curation.actions import edit_programme
from maillage.inventory.keeping import may_edit_programme
from maillage.inventory.queries import PROGRAMME, programme_record, published_programmes, whole_programmes
from maillage.web.forms.sheet import (
    KeptForm,
    OrganisationSheetForm,
    ProgrammeSheetForm,
    initial_of_organisation,
    initial_of_programme,
)
from maillage.web.guard import contributors
from maillage.web.keeping import QualityView, quality_view
from maillage.web.meeting import meet, sheet_of_version
from maillage.web.messages import told
from maillage.web.params import only_known

Record = Any
"""A `ProgrammeRecord` or an `OrganisationRecord`, as the desk at hand reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How one kind of sheet is read, shown in a form, and kept. `keep` raises Refused, or a rule that says no."""

    target_type: str
    form: type[KeptForm]
    initial: Callable[[Record], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], Record]
    now: Callable[[], Record]
    keep: Callable[[Record, str], None]
    name: str
    address: str
    quality: QualityView | None = None


@contributors
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a published programme that one keeps."""
    user = cast(User, request.user)
    row = get_object_or_404(whole_programmes(published_programmes()), slug=slug)
    if not may_edit_programme(user, row):
        raise PermissionDenied

    def keep(record: ProgrammeRecord, version: str) -> None:
        if refusal := edit_programme(record, version=version, by=user).refusal:
            raise refusal

    desk = Desk(
        target_type=PROGRAMME,
        form=ProgrammeSheetForm,
        initial=initial_of_programme,
        read=programme_from_plain,
        now=lambda: programme_record(whole_programmes().get(pk=row.pk)),
        keep=keep,
        name=row.title,
        address=row.get_absolute_url(),
        quality=quality_view(programme_record(row), today=timezone.localdate()),
    )
    return _edit(request, desk, programme_record(row))


@contributors
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a published organisation that one keeps."""
    user = cast(User, request.user)
    row = get_object_or_404(whole_organisations(published_organisations()), slug=slug)
    if not may_edit_organisation(user, row):
        raise PermissionDenied

    def keep(record: OrganisationRecord, version: str) -> None:
        change_organisation(record, version=version, by=user)

    desk = Desk(
        target_type=ORGANISATION,
        form=OrganisationSheetForm,
        initial=initial_of_organisation,
        read=organisation_from_plain,
        now=lambda: organisation_record(whole_organisations().get(pk=row.pk)),
        keep=keep,
        name=row.name,
        address=row.get_absolute_url(),
    )
    return _edit(request, desk, organisation_record(row))


def _edit(request: HttpRequest, desk: Desk, known: Record) -> HttpResponse:
    held = desk.initial(known)
    if request.method != "POST":
        only_known(request, ())
        return _page(request, desk, desk.form(held=held), version_of(known))
    form, version = desk.form(request.POST, held=held), request.POST.get("version", "")
    if form.is_valid():
        try:
            desk.keep(form.changed(known, today=timezone.localdate()), version)
        except Refused as error:
            if error.code == "edited_meanwhile":
                return _both_texts(request, desk, version, error)
            form.add_error(None, told(error))
        else:
            messages.success(request, gettext("La fiche est modifiée ; son histoire garde l’ancienne."))
            return HttpResponseRedirect(desk.address)
    return _page(request, desk, form, version, status=400)


def _both_texts(request: HttpRequest, desk: Desk, version: str, error: Refused) -> HttpResponse:
    """Someone wrote meanwhile: both texts side by side, the fields only they changed taken, ours still in the form."""
    known = desk.now()
    held = desk.initial(known)
    past = sheet_of_version(known.uid, version, target_type=desk.target_type, read=desk.read)
    before = desk.initial(past) if past else None
    meeting = meet(request.POST, form=desk.form, theirs=held, before=before)
    form = desk.form(meeting.values, held=held)
    told_more = {"clashes": meeting.clashes, "taken": meeting.taken, "notice": told(error)}
    return _page(request, desk, form, version_of(known), status=409, **told_more)


def _page(
    request: HttpRequest, desk: Desk, form: KeptForm, version: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "version": version, "name": desk.name, "address": desk.address, "quality": desk.quality}
    return render(request, "sheets/edit.html", context | more, status=status)
