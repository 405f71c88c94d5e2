"""Take part in a session: register an organisation, answer an invitation, say which dates suit, cancel."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, MaillageError
from maillage.dialogue.actions.polling import answer_dates
from maillage.dialogue.actions.registering import cancel_registration, change_registration, register
from maillage.dialogue.links import invitation_of, registration_of
from maillage.dialogue.models import (
    Availability,
    ChoiceState,
    DateAnswer,
    Invitation,
    Registration,
    Rotation,
    Session,
    TopicChoice,
)
from maillage.dialogue.queries.programme import session_numbered
from maillage.dialogue.queries.taking_part import (
    TAKEN,
    date_counts,
    is_open_to_registration,
    organisations_of,
    seats_of,
)
from maillage.web.forms.session import RegistrationForm, registration_initial
from maillage.web.guard import signed_in
from maillage.web.messages import told
from maillage.web.pages.preparing import LETTERS
from maillage.web.params import only_known
from maillage.web.sessioning import session_title, when_told
from maillage.work.actions import enqueue

ANSWER = "date-"


@signed_in
def registering(request: HttpRequest, number: int) -> HttpResponse:
    """Register one of one's organisations; one registered already is shown as it is, to change or cancel."""
    query = only_known(request, ("structure",))
    row = session_numbered(number, user=request.user)
    user = cast(User, request.user)
    mine = organisations_of(user)
    slug = request.POST.get("structure", "") or query.get("structure", "")
    chosen = next((each for each in mine if each.slug == slug), mine[0] if mine and not slug else None)
    if slug and chosen is None:
        raise PermissionDenied
    context: dict[str, Any] = {"organisations": mine, "chosen": chosen}
    if chosen is None:
        return render(request, "dialogue/register.html", context | _about(row))
    known = Registration.objects.filter(session=row, organisation=chosen).first()
    initial = {"delegate_name": user.name, "delegate_email": user.email}
    return _register(request, row, chosen, context=context, known=known, initial=initial, by=user)


def by_invitation(request: HttpRequest, word: str) -> HttpResponse:
    """Answer an invitation, without an account."""
    only_known(request, ())
    invitation = invitation_of(word)
    row, organisation = invitation.session, invitation.organisation
    known = Registration.objects.filter(session=row, organisation=organisation).first()
    context: dict[str, Any] = {"chosen": organisation, "invitation": invitation, "word": word}
    if known and known.state in TAKEN:
        return render(request, "dialogue/already.html", context | _about(row))
    initial = {"delegate_email": invitation.email}
    return _register(request, row, organisation, context=context, known=None, initial=initial, invitation=invitation)


def _register(
    request: HttpRequest,
    row: Session,
    organisation: Organisation,
    *,
    context: dict[str, Any],
    known: Registration | None,
    initial: dict[str, Any],
    by: User | None = None,
    invitation: Invitation | None = None,
) -> HttpResponse:
    """The form of a registration: a first one, or the one already there."""
    current = known if known and known.state in TAKEN else None
    shown = registration_initial(current) if current else initial
    sent = request.method == "POST"
    form = RegistrationForm(request.POST, session=row) if sent and row.mode else None
    if form is not None and form.is_valid():
        try:
            kept = _keep(row, organisation, form, current=current, by=by, invitation=invitation)
        except MaillageError as error:
            form.add_error(None, told(error))
        else:
            return _kept(request, kept)
    if form is None and row.mode:
        form = RegistrationForm(initial=shown, session=row)
    status = 400 if form is not None and form.errors else 200
    whole = context | _about(row) | {"form": form, "known": known, "current": current}
    return render(request, "dialogue/register.html", whole | _poll(row, organisation), status=status)


def _keep(
    row: Session,
    organisation: Organisation,
    form: RegistrationForm,
    *,
    current: Registration | None,
    by: User | None,
    invitation: Invitation | None,
) -> Registration:
    if current:
        return change_registration(registration=current, fields=form.said(), by=by)
    done = register(session=row, organisation=organisation, fields=form.said(), by=by, invitation=invitation)
    return done.registration


def _kept(request: HttpRequest, kept: Registration) -> HttpResponse:
    enqueue(LETTERS)
    said = {
        "confirmed": gettext("L’inscription est confirmée. Un courriel part, avec de quoi remplir votre agenda."),
        "waiting": gettext("Les places sont prises : la structure est sur la liste d’attente, à son tour."),
        "asked": gettext("La demande est envoyée : un animateur l’examine."),
        "refused": gettext("L’inscription de cette structure n’est pas retenue : écrivez à l’animateur."),
    }
    messages.success(request, said.get(kept.state, gettext("C’est noté.")))
    return HttpResponseRedirect(f"/dialogue/sessions/{kept.session.number}")


def by_link(request: HttpRequest, word: str) -> HttpResponse:
    """Change who comes, by the link sent to the delegate."""
    only_known(request, ())
    registration = registration_of(word)
    row = registration.session
    context: dict[str, Any] = {"chosen": registration.organisation, "link": word, "workshops": _workshops(row, word)}
    if registration.state not in TAKEN:
        return render(request, "dialogue/already.html", context | _about(row) | {"gone": True})
    return _register(request, row, registration.organisation, context=context, known=registration, initial={})


def _workshops(row: Session, word: str) -> list[dict[str, str]]:
    """What the link of a registration opens of the workshops of a session: the choice of topics, the rooms."""
    at = f"/dialogue/inscriptions/{word}"
    choices = TopicChoice.objects.filter(moment__session=row).exclude(state=ChoiceState.SETTLED)
    rotations = Rotation.objects.filter(moment__session=row)
    return [
        *(
            {"kind": "topics", "title": each.moment.title, "address": f"{at}/sujets/{each.moment.uid}"}
            for each in choices.select_related("moment")
        ),
        *(
            {"kind": "room", "title": each.moment.title, "address": f"{at}/ateliers/{each.uid}"}
            for each in rotations.select_related("moment")
        ),
    ]


@require_POST
def cancel_by_link(request: HttpRequest, word: str) -> HttpResponse:
    """Give the seat back, by the link sent to the delegate."""
    return _cancelled(request, registration_of(word), by=None)


@require_POST
@signed_in
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Give back the seat of one of one's organisations."""
    row = session_numbered(number, user=request.user)
    found = Registration.objects.select_related("session", "organisation").filter(
        session=row, organisation__slug=request.POST.get("structure", "")
    )
    registration = found.first()
    if registration is None:
        raise PermissionDenied
    return _cancelled(request, registration, by=cast(User, request.user))


def _cancelled(request: HttpRequest, registration: Registration, *, by: User | None) -> HttpResponse:
    cancel_registration(registration=registration, by=by)
    enqueue(LETTERS)
    messages.success(request, gettext("L’inscription est annulée. Sa place va à la structure suivante."))
    return HttpResponseRedirect(f"/dialogue/sessions/{registration.session.number}")


@require_POST
@signed_in
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Say which dates suit one of one's organisations."""
    row = session_numbered(number, user=request.user)
    slug = request.POST.get("structure", "")
    organisation = next((each for each in organisations_of(cast(User, request.user)) if each.slug == slug), None)
    if organisation is None:
        raise PermissionDenied
    answer_dates(session=row, organisation=organisation, answers=_answers(request), by=cast(User, request.user))
    messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(f"/dialogue/sessions/{number}/inscription?structure={slug}")


@require_POST
def answer_invited(request: HttpRequest, word: str) -> HttpResponse:
    """Say which dates suit an invited organisation."""
    invitation = invitation_of(word)
    answer_dates(
        session=invitation.session,
        organisation=invitation.organisation,
        answers=_answers(request),
        by=None,
        invitation=invitation,
    )
    messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(f"/dialogue/invitations/{word}")


def _answers(request: HttpRequest) -> dict[int, str]:
    found = {name[len(ANSWER) :]: value for name, value in request.POST.items() if name.startswith(ANSWER)}
    if any(not key.isascii() or not key.isdigit() for key in found):
        raise Invalid("date_unknown")
    return {int(key[:12]): str(value) for key, value in found.items() if value}


def _about(row: Session) -> dict[str, Any]:
    return {
        "session": row,
        "title": session_title(row),
        "when": when_told(row),
        "seats": seats_of(row),
        "is_open": is_open_to_registration(row),
    }


def _poll(row: Session, organisation: Organisation) -> dict[str, Any]:
    """The dates of the poll, each with what this organisation said of it."""
    said = dict(
        DateAnswer.objects.filter(option__session=row, organisation=organisation).values_list("option_id", "value")
    )
    dates = [(each, said.get(each.option.pk, "")) for each in date_counts(row)] if row.starts_at is None else []
    return {"dates": dates, "availabilities": [(code, gettext(str(label))) for code, label in Availability.choices]}
