"""The mapping page: a field for each column, our code for each of their words, what goes for every line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.harvest.deposits import (
    ColumnSeen,
    RuleRow,
    guess_code,
    guess_fields,
    vocabulary_of,
    words_in,
)
from maillage.harvest.deposits import (
    Mapping as Rules,
)

FIELDS = {
    "title": _("Titre"),
    "origin_id": _("Identifiant dans la source"),
    "promise": _("Promesse, en une phrase"),
    "description": _("Description"),
    "eligibility": _("Critères d’éligibilité"),
    "how_to": _("Comment faire"),
    "operator": _("Structure qui porte l’offre"),
    "funder": _("Financeur"),
    "zones": _("Territoires"),
    "natures": _("Nature d’ingénierie"),
    "echelon": _("Échelon"),
    "stages": _("Étapes du projet"),
    "aid_types": _("Type d’aide"),
    "audiences": _("Pour qui"),
    "categories": _("Thèmes"),
    "price": _("Prix"),
    "price_note": _("Montant, détail du prix"),
    "recurrence": _("Récurrence"),
    "opens_on": _("Date d’ouverture"),
    "closes_on": _("Date de clôture"),
    "contact_desk": _("Guichet"),
    "contact_url": _("Page de contact"),
    "source_url": _("Page publique"),
    "source_updated_on": _("Mis à jour le"),
    "keywords": _("Mots-clés"),
    "conditions": _("Conditions, une par ligne"),
    "cumul": _("Cumul"),
    "licence": _("Licence"),
}
"""The fields a page offers, in the order of a sheet; the mapping file knows the others too."""
EVERYWHERE = ("operator", "zones", "natures", "stages", "aid_types", "audiences", "source_url")
"""What may be said once for every line that does not say it."""
SEPARATORS = {
    "": _("une seule valeur"),
    ";": _("point-virgule"),
    ",": _("virgule"),
    "|": _("barre verticale"),
    "\\n": _("à la ligne"),
    "/": _("barre oblique"),
}
NOTHING = "-"
"""The choice of a word that gives nothing on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordView:
    """One of their words and what it becomes. `place`: its rank in the column."""

    place: int
    word: str
    count: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """One column of the file, with what it feeds. `guessed`: nobody chose it yet."""

    place: int
    name: str
    samples: tuple[str, ...]
    field: str
    guessed: bool
    separator: str
    words: tuple[WordView, ...]
    codes: tuple[tuple[str, str], ...]


def asked_of(sent: Mapping[str, str], columns: Sequence[ColumnSeen]) -> list[ColumnView]:
    """The columns as the person just described them."""
    return [
        _view(
            place,
            column,
            field=_known(sent.get(f"champ-{place}", "")),
            separator=_separator(sent.get(f"separateur-{place}", "")),
            codes={int(name.rpartition("-")[2]): value for name, value in sent.items() if _is_word(name, place)},
        )
        for place, column in enumerate(columns)
    ]


def _is_word(name: str, place: int) -> bool:
    return name.startswith(f"mot-{place}-") and name.rpartition("-")[2].isdigit()


def guessed_of(columns: Sequence[ColumnSeen], rules: Rules | None) -> list[ColumnView]:
    """The columns as the mapping of a table like it describes them, else as their names and cells suggest."""
    if rules:
        return [_from_rules(place, column, rules) for place, column in enumerate(columns)]
    guesses = guess_fields([column.name for column in columns], {column.name: column.samples for column in columns})
    return [
        _view(place, column, field=guesses.get(column.name, ""), guessed=column.name in guesses)
        for place, column in enumerate(columns)
    ]


def _from_rules(place: int, column: ColumnSeen, rules: Rules) -> ColumnView:
    group = next((one for one in rules.groups if one.column == column.name), None)
    if group is None:
        return _view(place, column, field="")
    separator = " ".join(group.first.separators).replace("\n", "\\n")
    said = {rule.value: rule.becomes or NOTHING for rule in group.rules if rule.value}
    words = words_in(column, field=group.field, separator=separator.replace("\\n", "\n"))
    codes = {rank: said[word] for rank, (word, _) in enumerate(words) if word in said}
    return _view(place, column, field=_known(group.field), separator=separator, codes=codes)


def _view(
    place: int,
    column: ColumnSeen,
    *,
    field: str,
    separator: str = "",
    codes: Mapping[int, str] | None = None,
    guessed: bool = False,
) -> ColumnView:
    vocabulary = vocabulary_of(field) if field else {}
    found = words_in(column, field=field, separator=separator.replace("\\n", "\n")) if vocabulary else []
    said = codes or {}
    words = [
        WordView(place=rank, word=word, count=count, code=said.get(rank) or guess_code(field, word))
        for rank, (word, count) in enumerate(found)
    ]
    return ColumnView(
        place=place,
        name=column.name,
        samples=column.samples,
        field=field,
        guessed=guessed,
        separator=separator,
        words=tuple(words),
        codes=tuple((code, gettext(label)) for code, label in vocabulary.items()),
    )


def rules_of(columns: Sequence[ColumnView], constants: Mapping[str, str]) -> list[RuleRow]:
    """The lines of the mapping file that the page says."""
    rows: list[RuleRow] = []
    for column in columns:
        if not column.field:
            continue
        said = [word for word in column.words if word.code]
        for word in said:
            becomes = "" if word.code == NOTHING else word.code
            rows.append(
                RuleRow(
                    column=column.name,
                    field=column.field,
                    value=word.word,
                    becomes=becomes,
                    separator=column.separator,
                )
            )
        if not said:
            rows.append(RuleRow(column=column.name, field=column.field, separator=column.separator))
    rows += [
        RuleRow(column="", field=name, becomes=value, mode="si vide") for name, value in constants.items() if value
    ]
    return rows


def constants_sent(sent: Mapping[str, str]) -> dict[str, str]:
    """What the person said for every line."""
    return {name: " ".join(sent.get(f"partout-{name}", "").split())[:300] for name in EVERYWHERE}


def constants_of(rules: Rules | None) -> dict[str, str]:
    """What a mapping says for every line."""
    groups = rules.groups if rules else ()
    return {group.field: group.first.becomes for group in groups if not group.column and group.field in EVERYWHERE}


def _known(field: str) -> str:
    return field if field in FIELDS else ""


def _separator(text: str) -> str:
    return text if text in SEPARATORS else ""
