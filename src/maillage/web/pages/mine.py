"""Mon espace: one's role, one's drafts, one's data."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.actions import become_contributor, delete_account
from maillage.accounts.models import User, Verb
from maillage.accounts.queries import author_of, export_of
from maillage.answer.choosing import choices_export, chosen_by
from maillage.answer.learning import learnt_by, learnt_export
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, programme_from_plain, version_of
from maillage.core.vocabulary import Status
from maillage.curation.ladder import kept_by
from maillage.inventory.actions import change_programme, move_programme, put_programmes
from maillage.inventory.models import Programme
from maillage.inventory.queries import PROGRAMME, drafts_of, programme_record, whole_programmes
from maillage.search.actions import forget_address
from maillage.search.links import manage_link
from maillage.search.watched import searches_export, searches_of
from maillage.web.forms.offer import OfferForm, initial_of
from maillage.web.guard import contributors, signed_in
from maillage.web.keeping import kept_views, quality_view
from maillage.web.meeting import meet, sheet_of_version
from maillage.web.messages import told
from maillage.web.params import only_known


@signed_in
def space(request: HttpRequest) -> HttpResponse:
    """What one can do here."""
    only_known(request, ())
    user = cast(User, request.user)
    drafts = kept_views(whole_programmes(drafts_of(user)), today=timezone.localdate())
    searches = [(manage_link(row), row) for row in searches_of(user)]
    context = {
        "drafts": drafts,
        "published_total": kept_by(user).count(),
        "searches": searches,
        "learnt_total": learnt_by(user).count(),
        "choices_total": chosen_by(user).count(),
    }
    return render(request, "mine/space.html", context)


@require_POST
@signed_in
def contributor(request: HttpRequest) -> HttpResponse:
    """Become a contributor, under the name one wishes to show."""
    become_contributor(user=cast(User, request.user), name=request.POST.get("name", ""))
    messages.success(request, gettext("Vous êtes contributeur : vous pouvez proposer des offres."))
    return HttpResponseRedirect("/mon-espace")


@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Everything kept about oneself, to download."""
    only_known(request, ())
    user = cast(User, request.user)
    answers = {"learnt": learnt_export(user), "choices": choices_export(user)}
    everything = export_of(user) | {"searches": searches_export(user)} | answers
    response = JsonResponse(everything, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-mes-donnees.json"'
    return response


@signed_in
def erase(request: HttpRequest) -> HttpResponse:
    """Take one's account away, after saying so twice."""
    if request.method == "POST" and request.POST.get("sure") == "oui":
        user = cast(User, request.user)
        logout(request)
        forget_address(user.email)
        delete_account(user=user)
        messages.success(request, gettext("Votre compte est supprimé. Vos contributions restent, sans votre nom."))
        return HttpResponseRedirect("/")
    only_known(request, ())
    return render(request, "mine/erase.html")


@contributors
def new_offer(request: HttpRequest) -> HttpResponse:
    """Draft an offer."""
    only_known(request, ())
    return _offer(request, None)


@contributors
def edit_offer(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on with a draft of one's own."""
    only_known(request, ())
    row = get_object_or_404(whole_programmes(Programme.objects.filter(status=Status.DRAFT.value)), slug=slug)
    if author_of(target_type=PROGRAMME, target_key=str(row.uid)) != request.user.pk:
        raise Http404
    return _offer(request, row)


def _offer(request: HttpRequest, row: Programme | None) -> HttpResponse:
    known = programme_record(row) if row else None
    form = (
        OfferForm(request.POST) if request.method == "POST" else OfferForm(initial=initial_of(known) if known else {})
    )
    if request.method == "POST" and form.is_valid():
        try:
            refusal = _keep(request, form, known, submit="soumettre" in request.POST)
        except Refused as error:
            if known is None or error.code != "edited_meanwhile":
                raise
            return _both_texts(request, known, error)
        if not refusal:
            return HttpResponseRedirect("/mon-espace")
        form.add_error(None, refusal)
    status = 400 if form.errors else 200
    quality = quality_view(known, today=timezone.localdate()) if known else None
    return render(
        request,
        "mine/offer.html",
        {"form": form, "row": row, "quality": quality, "version": _version(request, known)},
        status=status,
    )


def _version(request: HttpRequest, known: ProgrammeRecord | None) -> str:
    """The version the person read: the one their form brought back, else today's."""
    return request.POST.get("version", "") or (version_of(known) if known else "")


def _both_texts(request: HttpRequest, known: ProgrammeRecord, error: Refused) -> HttpResponse:
    """Someone wrote meanwhile: both texts side by side, the fields only they changed taken, ours still in the form."""
    known = programme_record(whole_programmes().get(uid=known.uid))
    version = request.POST.get("version", "")
    past = sheet_of_version(known.uid, version, target_type=PROGRAMME, read=programme_from_plain)
    before = initial_of(past) if past else None
    meeting = meet(request.POST, form=OfferForm, theirs=initial_of(known), before=before)
    context = {
        "form": OfferForm(meeting.values),
        "row": known,
        "version": version_of(known),
        "clashes": meeting.clashes,
        "taken": meeting.taken,
        "notice": told(error),
    }
    return render(request, "mine/offer.html", context, status=409)


def _keep(request: HttpRequest, form: OfferForm, known: ProgrammeRecord | None, *, submit: bool) -> str:
    """Store the draft, submit it when asked; the words of the rule that says no, "" when none does."""
    user = cast(User, request.user)
    record = form.record(known=known)
    version = request.POST.get("version", "")
    outcome = (
        change_programme(record, version=version, by=user)
        if known and version
        else put_programmes([record], by=user, verb=Verb.CHANGED)[0]
    )
    if outcome.refusal:
        return told(outcome.refusal)
    if submit:
        move_programme(programme=Programme.objects.get(slug=outcome.slug), to=Status.REVIEW, by=user)
        messages.success(request, gettext("Votre offre est soumise : un animateur la relira."))
    else:
        messages.success(request, gettext("Votre brouillon est gardé."))
    return ""
