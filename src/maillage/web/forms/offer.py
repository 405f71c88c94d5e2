"""A contributor's draft of an offer: the fields without which a sheet says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.core.errors import Refused
from maillage.core.records import OperatorRef, ProgrammeRecord
from maillage.core.vocabulary import AidType, Audience, Echelon, Nature, Price, Stage, categories
from maillage.territories.queries import normalise
from maillage.web.forms.choices import in_words
from maillage.web.messages import told


class OfferForm(forms.Form):
    """The core fields of a programme, in the words of the person who offers it."""

    title = forms.CharField(label=_("Nom de l’offre"), max_length=120)
    promise = forms.CharField(
        label=_("Promesse"), max_length=180, required=False, help_text=_("En une phrase, ce que la personne obtient.")
    )
    description = forms.CharField(
        label=_("De quoi s’agit-il"),
        max_length=5000,
        min_length=50,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("De 200 à 1 200 caractères : ce qui est fait, pour qui, comment."),
    )
    operator = forms.CharField(label=_("Structure qui porte l’offre"), max_length=300)
    natures = forms.MultipleChoiceField(
        label=_("Nature d’ingénierie"), choices=in_words(Nature.choices), widget=forms.CheckboxSelectMultiple
    )
    echelon = forms.ChoiceField(label=_("Échelon où l’on frappe"), choices=in_words(Echelon.choices))
    stages = forms.MultipleChoiceField(
        label=_("Étapes du projet"), choices=in_words(Stage.choices), widget=forms.CheckboxSelectMultiple
    )
    aid_types = forms.MultipleChoiceField(
        label=_("Ce qui est donné"), choices=in_words(AidType.choices), widget=forms.CheckboxSelectMultiple
    )
    audiences = forms.MultipleChoiceField(
        label=_("Pour qui"), choices=in_words(Audience.choices), widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("Thèmes"),
        required=False,
        choices=in_words(lambda: [(item.code, item.label) for item in categories().values()]),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucun : l’offre vaut quel que soit le sujet."),
    )
    zones = forms.CharField(
        label=_("Territoires"),
        max_length=2000,
        help_text=_("Codes séparés par des virgules : 62041, EPCI-200033579, DEP-62, PAYS-99100."),
    )
    price = forms.ChoiceField(label=_("Prix"), choices=in_words(Price.choices))
    how_to = forms.CharField(
        label=_("Comment faire"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact_url = forms.URLField(label=_("Page de contact"), required=False, max_length=500, assume_scheme="https")
    source_url = forms.URLField(
        label=_("Page publique qui décrit l’offre"), max_length=500, assume_scheme="https", help_text=_("La source.")
    )

    def clean_zones(self) -> tuple[str, ...]:
        """The typed codes of the territories, each one checked."""
        return clean_codes(self.cleaned_data["zones"])

    def operators(self, base: ProgrammeRecord, name: str) -> tuple[OperatorRef, ...]:
        """Who carries the offer, the one named here first; the others stay."""
        held = base.operators and base.operators[0].name == name
        return base.operators if held else (OperatorRef(name=name), *base.operators[1:])

    def record(self, *, known: ProgrammeRecord | None = None) -> ProgrammeRecord:
        """The sheet these fields make; what the form does not hold stays as `known` has it."""
        values: dict[str, Any] = dict(self.cleaned_data)
        operator = values.pop("operator").strip()
        for name in ("natures", "stages", "aid_types", "audiences", "categories"):
            values[name] = tuple(values[name])
        base = known or ProgrammeRecord(title=values["title"])
        return replace(
            base,
            **values,
            operators=self.operators(base, operator),
            generalist=not values["categories"],
            source_name=base.source_name or operator,
        )


def clean_codes(text: str) -> tuple[str, ...]:
    """The typed codes of these territories, separated by commas. Raises ValidationError naming the first unknown."""
    pieces = [piece.strip() for piece in text.replace(";", ",").split(",") if piece.strip()]
    try:
        return tuple(dict.fromkeys(normalise(piece) for piece in pieces))
    except Refused as error:
        raise forms.ValidationError(told(error)) from error


def initial_of(record: ProgrammeRecord) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = [name for name in OfferForm.base_fields if name not in ("operator", "zones")]
    values: dict[str, Any] = {name: getattr(record, name) for name in names}
    values["operator"] = record.operators[0].name if record.operators else ""
    values["zones"] = ", ".join(record.zones)
    return values
