"""Published sheets as those who keep them change them: what a sheet never had may stay empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.core.errors import MaillageError
from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.core.vocabulary import Echelon, Nature, OrganisationKind, competences
from maillage.inventory.studies import place_named
from maillage.web.forms.choices import in_words
from maillage.web.forms.offer import OfferForm, clean_codes
from maillage.web.messages import told

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class KeptForm(forms.Form):
    """A form over a sheet: the fields it leaves empty are not asked for. `held`: what the form shows of the sheet."""

    reread = forms.BooleanField(
        label=_("J’ai relu toute la fiche : elle est à jour aujourd’hui"),
        required=False,
        help_text=_("La date de vérification devient celle d’aujourd’hui."),
    )
    always: tuple[str, ...] = ()
    """The fields no sheet may lose."""

    def __init__(self, sent: Mapping[str, Any] | None = None, *, held: Mapping[str, Any]) -> None:
        super().__init__(sent, initial=dict(held))
        self.order_fields([name for name in self.fields if name != "reread"])
        for name, field in self.fields.items():
            field.required = field.required and (name in self.always or bool(held.get(name)))

    def clean(self) -> dict[str, Any]:
        """What was typed; a value that only a browser wrote otherwise (line ends, order of boxes) is as it was."""
        for name, value in self.cleaned_data.items():
            held = self.initial.get(name)
            if isinstance(value, str):
                value = value.replace("\r\n", "\n")
                same = isinstance(held, str) and value == held.replace("\r\n", "\n").strip()
            else:
                same = isinstance(value, list) and isinstance(held, tuple) and set(value) == set(held)
            self.cleaned_data[name] = held if same else tuple(value) if isinstance(value, list) else value
        return self.cleaned_data

    def lines(self, name: str) -> tuple[str, ...]:
        """What was typed in this field, one value per line."""
        return tuple(line for said in self.cleaned_data[name].splitlines() if (line := " ".join(said.split())))

    def changed(self, known: Any, *, today: dt.date) -> Any:
        """The sheet these fields make of `known`; what the form does not hold stays."""
        raise NotImplementedError

    def verified_on(self, known: dt.date | None, *, today: dt.date) -> dt.date | None:
        """The day the sheet was last checked, once this form is kept."""
        return today if self.cleaned_data["reread"] else known


def _day(label: str | _StrPromise) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _text(label: str | _StrPromise, *, rows: int, limit: int, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **said)


class ProgrammeSheetForm(KeptForm, OfferForm):
    """A published programme: the fields of an offer, and those that change with time."""

    always = ("title", "operator")
    field_order = (
        "title promise description eligibility conditions how_to contact_desk contact_url operator natures echelon "
        "stages aid_types audiences categories zones opens_on closes_on price price_note source_url"
    ).split()
    title = forms.CharField(label=_("Nom de l’offre"), max_length=300)
    description = _text(_("De quoi s’agit-il"), rows=8, limit=5000)
    zones = _text(
        _("Territoires"),
        rows=2,
        limit=200_000,
        help_text=_("Codes séparés par des virgules : 62041, EPCI-200033579, DEP-62, PAYS-99100."),
    )
    eligibility = _text(_("Conditions d’accès"), rows=3, limit=20_000, required=False)
    conditions = _text(_("Conditions"), rows=3, limit=20_000, required=False, help_text=_("Une par ligne."))
    price_note = forms.CharField(label=_("Précision sur le prix"), required=False, max_length=300)
    how_to = _text(_("Comment faire"), rows=3, limit=20_000, required=False)
    contact_desk = forms.CharField(label=_("Guichet"), required=False, max_length=300)
    opens_on = _day(_("Ouverture"))
    closes_on = _day(_("Clôture"))

    def changed(self, known: ProgrammeRecord, *, today: dt.date) -> ProgrammeRecord:
        """The sheet these fields make of `known`; what the form does not hold stays."""
        values = dict(self.cleaned_data)
        verified_on = self.verified_on(known.verified_on, today=today)
        conditions = self.lines("conditions")
        if " ".join(conditions) == " ".join(" ".join(known.conditions).split()):
            conditions = known.conditions
        operator = values.pop("operator").strip()
        del values["reread"]
        generalist = not values["categories"] and (known.generalist or bool(known.categories))
        values |= {"conditions": conditions, "verified_on": verified_on, "generalist": generalist}
        return replace(known, **values, operators=self.operators(known, operator))


def initial_of_programme(record: ProgrammeRecord) -> dict[str, Any]:
    """What the form shows of a published programme."""
    other = ("operator", "zones", "conditions", "reread")
    names = [name for name in ProgrammeSheetForm.base_fields if name not in other]
    values: dict[str, Any] = {name: getattr(record, name) for name in names}
    values["operator"] = record.operators[0].name if record.operators else ""
    values["zones"] = ", ".join(record.zones)
    values["conditions"] = "\n".join(record.conditions)
    return values


class OrganisationSheetForm(KeptForm):
    """A published organisation: what it is, where, what it can do. Its identifiers are corrected by animateurs."""

    always = ("name",)
    name = forms.CharField(label=_("Nom"), max_length=300)
    acronym = forms.CharField(label=_("Sigle"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Sorte d’organisme"), choices=in_words(OrganisationKind.choices))
    natures = forms.MultipleChoiceField(
        label=_("Nature d’ingénierie"), choices=in_words(Nature.choices), widget=forms.CheckboxSelectMultiple
    )
    echelon = forms.ChoiceField(label=_("Échelon"), choices=in_words(Echelon.choices))
    description = _text(_("Ce que fait la structure"), rows=6, limit=20_000, required=False)
    website = forms.URLField(label=_("Site"), required=False, max_length=500, assume_scheme="https")
    phone = forms.CharField(
        label=_("Téléphone"), required=False, max_length=30, help_text=_("Un standard, jamais celui d’une personne.")
    )
    seat = forms.CharField(
        label=_("Siège"), required=False, max_length=200, help_text=_("Un nom ou un code : Arras, 62041.")
    )
    zones = _text(
        _("Territoires servis"),
        rows=2,
        limit=200_000,
        help_text=_("Codes séparés par des virgules : 62041, EPCI-200033579, DEP-62, PAYS-99100."),
    )
    competences = forms.MultipleChoiceField(
        label=_("Compétences"),
        required=False,
        choices=in_words(lambda: competences().items()),
        widget=forms.CheckboxSelectMultiple,
    )
    source_url = forms.URLField(label=_("Page publique qui décrit la structure"), max_length=500, assume_scheme="https")

    def clean_zones(self) -> tuple[str, ...]:
        """The typed codes of the territories, each one checked."""
        return clean_codes(self.cleaned_data["zones"])

    def clean_seat(self) -> str:
        """The typed code of the seat, "" when none is given."""
        try:
            place = place_named(self.cleaned_data["seat"])
        except MaillageError as error:
            raise forms.ValidationError(told(error)) from error
        return place.code if place else ""

    def changed(self, known: OrganisationRecord, *, today: dt.date) -> OrganisationRecord:
        """The sheet these fields make of `known`; what the form does not hold stays."""
        values = dict(self.cleaned_data)
        del values["reread"]
        return replace(known, **values, verified_on=self.verified_on(known.verified_on, today=today))


def initial_of_organisation(record: OrganisationRecord) -> dict[str, Any]:
    """What the form shows of a published organisation."""
    names = [name for name in OrganisationSheetForm.base_fields if name not in ("zones", "reread")]
    return {name: getattr(record, name) for name in names} | {"zones": ", ".join(record.zones)}
