"""A session, a moment of its day, who comes for an organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.programme import MomentFields
from maillage.dialogue.actions.registering import RegistrationFields
from maillage.dialogue.actions.sessions import QUESTION_LENGTH, QUESTIONS, SessionFields
from maillage.dialogue.history import plans
from maillage.dialogue.models import AgendaMoment, Cycle, MomentKind, Registration, Session, SessionMode

LOCAL = "%Y-%m-%dT%H:%M"


def _instant(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """An hour of an existing day; one that a change of the clock skips or repeats is refused."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class SessionForm(forms.Form):
    """What an animateur says of a session."""

    number = forms.IntegerField(label=_("Numéro"), min_value=1, max_value=9999)
    title = forms.CharField(label=_("Titre"), max_length=300)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    summary = forms.CharField(
        label=_("De quoi il s’agit"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )
    questions = forms.CharField(
        label=_("Questions qui guident"),
        required=False,
        max_length=QUESTIONS * (QUESTION_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Une par ligne."),
    )
    mode = forms.ChoiceField(label=_("Forme"), required=False)
    starts_at = _instant(_("Jour et heure"), _("Laissez vide pour proposer plusieurs dates ensuite."))
    place = forms.CharField(label=_("Lieu"), required=False, max_length=300)
    remote_url = forms.URLField(
        label=_("Lien de visioconférence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Vu des seules structures inscrites."),
    )
    seats = forms.IntegerField(
        label=_("Places sur place"), required=False, min_value=0, max_value=100_000, help_text=_("Vide : sans limite.")
    )
    needs_approval = forms.BooleanField(label=_("Un animateur approuve chaque inscription"), required=False)
    closes_at = _instant(_("Clôture des inscriptions"), _("Vide : au début de la session."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cycles = [(cycle.slug, cycle.title) for cycle in Cycle.objects.order_by("-position")]
        self.fields["cycle"].choices = [("", gettext("aucun")), *cycles]  # type: ignore[attr-defined]  # a ChoiceField
        modes = [(code, gettext(str(label))) for code, label in SessionMode.choices]
        self.fields["mode"].choices = [("", gettext("à choisir")), *modes]  # type: ignore[attr-defined]  # the same

    def said(self) -> SessionFields:
        """What these fields say."""
        values = dict(self.cleaned_data)
        questions = tuple(line.strip() for line in values.pop("questions").splitlines() if line.strip())
        return SessionFields(**values, questions=questions)


def shown_values(form: forms.Form) -> dict[str, Any]:
    """What an unsent form shows, as it would be sent."""
    found: dict[str, Any] = {}
    for field in form:
        value = field.value()
        ticked = isinstance(value, bool)
        found[field.name] = ("on" if value else "") if ticked else field.field.widget.format_value(value)
    return found


def session_initial(said: SessionFields) -> dict[str, Any]:
    """What the form shows of a session."""
    values = {name: getattr(said, name) for name in SessionForm.base_fields}
    return values | {"questions": "\n".join(said.questions)}


class MomentForm(forms.Form):
    """What an animateur says of a moment."""

    kind = forms.ChoiceField(label=_("Sorte de moment"))
    title = forms.CharField(label=_("Titre"), required=False, max_length=300)
    minutes = forms.IntegerField(label=_("Durée en minutes"), min_value=1, max_value=720, initial=30)
    speakers = forms.CharField(
        label=_("Intervenants"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une structure par ligne : son nom, tel qu’il est dans la liste des acteurs."),
    )
    room = forms.CharField(label=_("Salle"), required=False, max_length=120)
    room_seats = forms.IntegerField(label=_("Places de la salle"), required=False, min_value=0, max_value=100_000)
    fixed_at = forms.TimeField(
        label=_("Pas avant"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Une heure à tenir quoi qu’il arrive, un déjeuner par exemple."),
    )
    beside = forms.BooleanField(label=_("En même temps que le moment précédent"), required=False)
    details = forms.CharField(
        label=_("Détails"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        kinds = [(code, gettext(str(label)).capitalize()) for code, label in MomentKind.choices]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField

    def clean_speakers(self) -> tuple[str, ...]:
        """The slugs of the organisations named, each known and only one of its name."""
        return tuple(dict.fromkeys(_named(line) for line in self.cleaned_data["speakers"].splitlines() if line.strip()))

    def clean_fixed_at(self) -> dt.datetime | None:
        """That hour of the session's day. Refused while the day is not chosen, or when no clock shows that hour."""
        hour = self.cleaned_data["fixed_at"]
        if hour is None:
            return None
        if self.session.starts_at is None:
            raise forms.ValidationError(gettext("Choisissez d’abord le jour de la session."))
        day = timezone.localtime(self.session.starts_at).date()
        text = f"{day.isoformat()}T{hour:%H:%M}"
        found: dt.datetime = forms.DateTimeField().clean(text)
        return found

    def said(self) -> MomentFields:
        """What these fields say."""
        return MomentFields(**self.cleaned_data)


def moment_initial(moment: AgendaMoment) -> dict[str, Any]:
    """What the form shows of a moment."""
    names = ("kind", "title", "minutes", "room", "room_seats", "beside", "details")
    values = {name: getattr(moment, name) for name in names}
    fixed = timezone.localtime(moment.fixed_at).time() if moment.fixed_at else None
    return values | {"fixed_at": fixed, "speakers": "\n".join(one.name for one in moment.speakers.all())}


def _named(line: str) -> str:
    words = " ".join(line.split())
    published = Organisation.objects.filter(status=Status.PUBLISHED.value)
    found = list(published.filter(slug=words)[:1]) or list(published.filter(name__iexact=words)[:2])
    if len(found) != 1:
        text = (
            gettext("Aucune structure ne s’appelle « %(name)s ».")
            if not found
            else gettext("Plusieurs structures s’appellent « %(name)s » : donnez la fin de l’adresse de sa fiche.")
        )
        raise forms.ValidationError(text % {"name": words[:80]})
    return found[0].slug


class PlanForm(forms.Form):
    """A day to start from: one of ours, or another session's."""

    modele = forms.ChoiceField(label=_("Partir d’un modèle"), required=False)

    def __init__(self, *args: Any, sessions: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = [(f"plan:{plan.slug}", gettext(plan.title)) for plan in plans().values()]
        theirs = [(f"session:{row.number}", gettext("Session %(number)s") % {"number": row.number}) for row in sessions]
        self.fields["modele"].choices = [*ours, *theirs]  # type: ignore[attr-defined]  # a ChoiceField


class RegistrationForm(forms.Form):
    """Who comes for an organisation."""

    delegate_name = forms.CharField(label=_("Délégué"), max_length=120, help_text=_("Qui vient pour la structure."))
    delegate_email = forms.EmailField(label=_("Son adresse électronique"), max_length=254)
    substitute_name = forms.CharField(
        label=_("Suppléant"), required=False, max_length=120, help_text=_("Qui peut venir à sa place.")
    )
    substitute_email = forms.EmailField(label=_("Adresse du suppléant"), required=False, max_length=254)
    mode = forms.ChoiceField(label=_("Comment"))
    is_listed = forms.BooleanField(
        label=_("La structure peut être nommée sur la page publique de la session"), required=False
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = session.mode == SessionMode.BOTH
        codes = (SessionMode.ON_SITE, SessionMode.REMOTE) if both else (SessionMode(session.mode),)
        self.fields["mode"].choices = [(code.value, gettext(str(code.label))) for code in codes]  # type: ignore[attr-defined]  # a ChoiceField

    def said(self) -> RegistrationFields:
        """What these fields say."""
        return RegistrationFields(**self.cleaned_data)


def registration_initial(registration: Registration) -> dict[str, Any]:
    """What the form shows of a registration."""
    return {name: getattr(registration, name) for name in RegistrationForm.base_fields}
