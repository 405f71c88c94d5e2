"""What is said of a cycle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.dialogue.actions.cycles import PRIORITIES, PRIORITY_LENGTH, CycleFields


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class CycleForm(forms.Form):
    """A cycle: what for, when, what its members said of it."""

    title = forms.CharField(label=_("Titre"), max_length=300)
    objective = forms.CharField(
        label=_("Objectif"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    priorities = forms.CharField(
        label=_("Priorités"),
        required=False,
        max_length=PRIORITIES * (PRIORITY_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Une par ligne."),
    )
    period_told = forms.CharField(
        label=_("Période, en mots"),
        required=False,
        max_length=120,
        help_text=_("Quand aucun jour n’est connu : « mars 2021 »."),
    )
    starts_on = _day(_("Commence le"))
    ends_on = _day(_("Finit le"))
    evaluation = forms.CharField(
        label=_("Évaluation"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Ce que ses membres en disent à la fin ; l’évaluation anonyme a ses propres résultats."),
    )

    def said(self) -> CycleFields:
        """What these fields say."""
        values = dict(self.cleaned_data)
        priorities = tuple(line.strip() for line in values.pop("priorities").splitlines() if line.strip())
        return CycleFields(**values, priorities=priorities)


def cycle_initial(said: CycleFields) -> dict[str, Any]:
    """What the form shows of a cycle."""
    values = {name: getattr(said, name) for name in CycleForm.base_fields}
    return values | {"priorities": "\n".join(said.priorities)}
