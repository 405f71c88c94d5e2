"""A study of needs, and the lines in which its needs are coded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.core.errors import MaillageError
from maillage.core.records import StudyRecord
from maillage.core.vocabulary import Audience, Nature, Stage, categories
from maillage.inventory.models import Need
from maillage.inventory.studies import NeedLine, place_named
from maillage.web.messages import told

LINES = 5
"""Empty lines offered at once: few enough to stay in view beside the study."""
NAMES = ("texte", "lieu", "theme", "etape", "nature", "public", "uid")


class StudyForm(forms.Form):
    """What one must know of a study to trust it."""

    title = forms.CharField(label=_("Titre de l’étude"), max_length=300)
    publisher = forms.CharField(label=_("Qui l’a publiée"), max_length=300)
    published_on = forms.DateField(
        label=_("Date de publication"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    territory = forms.CharField(
        label=_("Territoire étudié"), required=False, max_length=200, help_text=_("Un nom ou un code : Arras, DEP-62.")
    )
    method = forms.CharField(
        label=_("Méthode"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Questionnaire, entretiens, ateliers… et auprès de qui."),
    )
    sample_size = forms.IntegerField(label=_("Nombre de réponses"), required=False, min_value=0, max_value=10**9)
    summary = forms.CharField(
        label=_("Ce qu’elle dit"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    url = forms.URLField(
        label=_("Page publique"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("L’adresse de l’étude, ou de sa page."),
    )
    licence = forms.CharField(label=_("Licence"), required=False, max_length=80)
    document = forms.FileField(
        label=_("Le PDF"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("30 Mo au plus. Son texte sera lu pour la recherche et pour coder les besoins."),
    )

    def clean_territory(self) -> str:
        """The typed code of the place, "" when none is given."""
        try:
            place = place_named(self.cleaned_data["territory"])
        except MaillageError as error:
            raise forms.ValidationError(told(error)) from error
        return place.code if place else ""

    def record(self, known: StudyRecord | None) -> StudyRecord:
        """The study these fields make."""
        values: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "document"}
        return replace(known or StudyRecord(title=""), **values, source_name=values["publisher"])


def initial_of(record: StudyRecord) -> dict[str, Any]:
    """What the form shows of a study."""
    return {name: getattr(record, name) for name in StudyForm.base_fields if name != "document"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of the coding form, with what was typed and what is wrong."""

    rank: int
    values: Mapping[str, str]
    error: str = ""
    focused: bool = False

    @property
    def has_details(self) -> bool:
        """True when more than the text was said: the details are shown open."""
        return any(self.values.get(name) for name in NAMES[1:6]) or bool(self.error)


def empty_lines(kept: Iterable[LineView] = ()) -> list[LineView]:
    """The lines to show: those that were refused first, then empty ones; the first empty one has the focus."""
    lines = [replace(line, rank=rank) for rank, line in enumerate(kept)]
    lines += [LineView(rank=rank, values={}) for rank in range(len(lines), max(LINES, len(lines) + 1))]
    first = next(line.rank for line in lines if not line.values)
    return [replace(line, focused=line.rank == first) for line in lines]


def line_of(need: Need) -> LineView:
    """A coded need, to be corrected."""
    first = need.categories.first()
    values = {
        "texte": need.text,
        "lieu": need.territory.code if need.territory else "",
        "theme": first.code if first else "",
        "etape": need.stage,
        "nature": need.nature,
        "public": need.audience,
        "uid": str(need.uid),
    }
    return LineView(rank=0, values=values)


def sent_lines(sent: Mapping[str, str]) -> list[dict[str, str]]:
    """What was typed, line by line, empty lines left out."""
    ranks = sorted({int(name.partition("-")[2]) for name in sent if name.startswith("texte-") and name[6:].isdigit()})
    lines = [{name: str(sent.get(f"{name}-{rank}", "")).strip() for name in NAMES} for rank in ranks[:100]]
    return [line for line in lines if line["texte"]]


def need_line(values: Mapping[str, str]) -> NeedLine:
    """The need a line says. Raises MaillageError when its place is not one."""
    return NeedLine(
        text=values["texte"],
        place=place_named(values["lieu"]),
        stage=values["etape"],
        nature=values["nature"],
        audience=values["public"],
        categories=(values["theme"],) if values["theme"] else (),
        uid=values["uid"],
    )


def choices() -> dict[str, Any]:
    """The lists of the coding form; themes in groups."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, one in categories().items():
        groups.setdefault(gettext(one.theme), []).append((code, gettext(one.label)))
    return {
        "themes": list(groups.items()),
        "stages": [(code, gettext(label)) for code, label in Stage.choices()],
        "natures": [(code, gettext(label)) for code, label in Nature.choices()],
        "audiences": [(code, gettext(label)) for code, label in Audience.choices()],
    }
