"""A proposal, something to do, how far it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.deciding import DecisionFields, FollowUpFields
from maillage.dialogue.actions.governing import RelayFields
from maillage.dialogue.models import Decision, DecisionMethod, FollowUp, FollowUpState, RoleKind, Session


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class DecisionForm(forms.Form):
    """A proposal and its rule."""

    title = forms.CharField(label=_("Proposition"), max_length=300)
    text = forms.CharField(
        label=_("Ce qu’elle dit"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3})
    )
    method = forms.ChoiceField(label=_("Comment on décide"))
    quorum_percent = forms.IntegerField(
        label=_("Quorum, en % des structures présentes"), min_value=0, max_value=100, initial=50
    )
    carries_percent = forms.IntegerField(
        label=_("Part qui emporte la décision, en %"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("De qui se prononce ; sans effet pour un consentement."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        methods = [(code, gettext(str(label))) for code, label in DecisionMethod.choices]
        self.fields["method"].choices = methods  # type: ignore[attr-defined]  # a ChoiceField

    def said(self) -> DecisionFields:
        """What these fields say."""
        return DecisionFields(**self.cleaned_data)


class FollowUpForm(forms.Form):
    """Who does what until when."""

    title = forms.CharField(label=_("Ce qui sera fait"), max_length=300)
    owner = forms.CharField(
        label=_("Par quelle structure"),
        max_length=300,
        help_text=_("Son nom, tel qu’il est dans la liste des acteurs."),
    )
    due_on = _day(_("Pour le"))
    review_on = _day(_("Point d’étape le"), required=False)
    decision = forms.ModelChoiceField(
        label=_("Suite de la décision"), required=False, queryset=Decision.objects.none(), empty_label=_("aucune")
    )
    details = forms.CharField(
        label=_("Détails"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["auto_id"] = "suite-%s"  # beside the form of a decision: no two ids alike
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = session.decisions.order_by("id")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_owner(self) -> Organisation:
        """The published organisation of this name."""
        return organisation_named(self.cleaned_data["owner"])

    def said(self) -> FollowUpFields:
        """What these fields say."""
        names = ("title", "due_on", "details", "review_on")
        return FollowUpFields(**{name: self.cleaned_data[name] for name in names})


class ReportForm(forms.Form):
    """How far something is."""

    state = forms.ChoiceField(label=_("Où elle en est"))
    progress = forms.IntegerField(label=_("Avancement, en %"), min_value=0, max_value=100)
    words = forms.CharField(
        label=_("Un mot"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = _day(_("Pour le"), _("Un jour plus tardif se dit avec sa raison."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(code, gettext(str(label))) for code, label in FollowUpState.choices]
        self.fields["state"].choices = states  # type: ignore[attr-defined]  # a ChoiceField

    @classmethod
    def of(cls, row: FollowUp) -> ReportForm:
        """The form of a follow-up as it stands."""
        initial = {"state": row.state, "progress": row.progress, "due_on": row.due_on}
        return cls(initial=initial, prefix=str(row.pk))


class RelayForm(forms.Form):
    """A role passed on."""

    kind = forms.ChoiceField(label=_("Rôle"))
    successor = forms.CharField(
        label=_("Structure qui prend le relais"),
        max_length=300,
        help_text=_("Son nom, tel qu’il est dans la liste des acteurs."),
    )
    accepted_by = forms.CharField(label=_("Instance qui l’a accepté"), max_length=300)
    accepted_on = _day(_("Accepté le"))
    session = forms.ModelChoiceField(
        label=_("Session qui l’a validé"), required=False, queryset=Session.objects.none(), empty_label=_("aucune")
    )
    scope = forms.CharField(label=_("Ce qui est relayé"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, gettext(str(label))) for code, label in RoleKind.choices]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["session"].queryset = Session.objects.order_by("-number")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_successor(self) -> Organisation:
        """The published organisation of this name."""
        return organisation_named(self.cleaned_data["successor"])

    def said(self) -> RelayFields:
        """What these fields say."""
        names = ("kind", "accepted_by", "accepted_on", "session", "scope")
        return RelayFields(**{name: self.cleaned_data[name] for name in names})


def organisation_named(text: str) -> Organisation:
    """The published organisation of this name, or of this address. Raises a ValidationError."""
    words = " ".join(text.split())
    published = Organisation.objects.filter(status=Status.PUBLISHED.value)
    found = list(published.filter(slug=words)[:1]) or list(published.filter(name__iexact=words)[:2])
    if len(found) != 1:
        raise forms.ValidationError(gettext("Aucune structure ne s’appelle « %(name)s ».") % {"name": words[:80]})
    return found[0]
