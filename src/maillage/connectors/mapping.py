"""A mapping file: which column goes to which field, which of their words is which of ours.

A CSV with these columns (French, for it is also what people write by hand; docs/guide/importer.md):
`colonne` (theirs; empty for a constant), `valeur` (theirs; empty to take the cell as it is, `*` for any other value,
`~mot` for a cell that holds this word, `*` inside standing for any letters), `champ` (ours), `devient` (ours; several
codes are separated by `|`; `{colonne}` is replaced by a cell, `{}` by their value), `separateur` (between several
values of one cell; several separators are separated by a blank), `intitule` (words put before the text), `mode`
(`si vide`: only when nothing was found before). `note` is for people.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from maillage.connectors.cells import key_of
from maillage.connectors.fields import FIELDS, Field, field_of
from maillage.connectors.parsed import Change, shown
from maillage.core.errors import UnreadableFile

COLUMNS = ("colonne", "valeur", "champ", "devient", "separateur", "intitule", "mode", "note")
REQUIRED = ("colonne", "champ")
IF_EMPTY = "si vide"
ANY = "*"
CONTAINS = "~"
SHAPES = 500
"""Sets of columns remembered: records of JSON may each leave out other ones."""
ONCE = frozenset({"text", "line", "lines", "uid", "address"})
"""Kinds of fields whose cells each record writes its own way."""
PLACE = re.compile(r"\{([^{}]{1,200})\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a mapping file."""

    line: int
    column: str
    value: str
    field: str
    becomes: str
    separators: tuple[str, ...]
    heading: str
    only_if_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words looked for inside a folded cell. `start`: how they begin, to pass over most cells quickly."""

    start: str
    form: re.Pattern[str]
    becomes: str

    def are_in(self, key: str) -> bool:
        """True when the folded cell holds them."""
        return self.start in key and self.form.search(key) is not None


@dataclass(frozen=True)
class Group:
    """The rules that carry one column to one field, read together."""

    column: str
    field: str
    rules: tuple[Rule, ...]

    @property
    def first(self) -> Rule:
        """The rule that says how cells are cut and headed."""
        return self.rules[0]

    @cached_property
    def target(self) -> Field:
        """How the field reads its cells."""
        return field_of(self.field)

    @cached_property
    def is_vocabulary(self) -> bool:
        """True when their values become ours; False when the cell itself is taken."""
        return bool(self.column) and any(rule.value for rule in self.rules)

    @cached_property
    def exact(self) -> dict[str, str]:
        """Our codes by their folded value."""
        return {key_of(rule.value): rule.becomes for rule in self.rules if rule.value and not self._special(rule)}

    @cached_property
    def containing(self) -> tuple[Words, ...]:
        """Words looked for inside the folded cell, with our codes."""
        return tuple(_words(rule) for rule in self.rules if rule.value.startswith(CONTAINS))

    @cached_property
    def is_closed(self) -> bool:
        """True when a value that no rule knows is worth a report: their vocabulary is listed, not only searched."""
        return bool(self.exact) and self.target.kind != "refuse"

    @cached_property
    def otherwise(self) -> str | None:
        """Our codes for any other value; None when other values are not expected."""
        return next((rule.becomes for rule in self.rules if rule.value == ANY), None)

    @cached_property
    def expected(self) -> str:
        """The values we know, for a report."""
        return shown(", ".join(rule.value for rule in self.rules if rule.value and rule.value != ANY))

    @cached_property
    def is_remembered(self) -> bool:
        """True when cells come back from line to line and always give the same, whatever the rest of the record."""
        alone = self.target.kind != "refuse" and not self.first.only_if_empty
        comes_back = self.is_vocabulary or self.target.kind not in ONCE
        return alone and comes_back and not any(PLACE.search(rule.becomes) for rule in self.rules)

    def is_fed(self, columns: Collection[str]) -> bool:
        """Whether a record with these columns may give it something; a constant always does."""
        return not self.column or self.column in columns or self.column.partition("/")[0] in columns

    def _special(self, rule: Rule) -> bool:
        return rule.value == ANY or rule.value.startswith(CONTAINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What a group of rules made of one cell: values, what had to be changed on the way, and the place it lost."""

    values: tuple[Any, ...]
    changes: tuple[Change, ...]
    lost_zone: Change | None


@dataclass(frozen=True)
class Fed:
    """The groups of rules that records with the same columns feed, constants included."""

    groups: tuple[Group, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields these groups fill, by the name of the record where it has another."""
        return frozenset(group.target.record or group.field for group in self.groups)


@dataclass(frozen=True)
class Mapping:
    """All the rules of a mapping file, in its order."""

    groups: tuple[Group, ...] = ()
    text: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """What is remembered while reading stays: it is named by objects of this process."""
        return {"groups": self.groups, "text": self.text}

    @cached_property
    def columns(self) -> frozenset[str]:
        """Their columns that the file names, also inside `{…}`."""
        named = {group.column for group in self.groups if group.column}
        templates = (rule.becomes for group in self.groups for rule in group.rules)
        return frozenset(named.union(*(PLACE.findall(template) for template in templates)))

    @cached_property
    def remembered(self) -> dict[tuple[int, str | tuple[str, ...]], Remembered]:
        """What short cells gave, by group and cell; filled while reading."""
        return {}

    @cached_property
    def fed(self) -> dict[frozenset[str], Fed]:
        """What records with such columns feed; filled while reading."""
        return {}

    @cached_property
    def _shared(self) -> dict[frozenset[str], frozenset[str]]:
        return {}

    def shared(self, fields: frozenset[str]) -> frozenset[str]:
        """The same set, one object for all the records that bear it: held, and written beside, once."""
        if len(self._shared) >= SHAPES:
            self._shared.clear()
        return self._shared.setdefault(fields, fields)

    def fed_by(self, columns: frozenset[str]) -> Fed:
        """The groups that a record with these columns feeds. Lines of a table share theirs: worked out once."""
        found = self.fed.get(columns)
        if found is None:
            if len(self.fed) >= SHAPES:
                self.fed.clear()
            found = self.fed[columns] = Fed(groups=tuple(group for group in self.groups if group.is_fed(columns)))
        return found


def read_mapping(text: str, *, name: str, fields: Collection[str] = FIELDS) -> Mapping:
    """The mapping a CSV text holds; `;`, `,` and tabs separate. `fields`: those it may fill.

    Raises UnreadableFile naming the line when a column is missing, a field is unknown, or a code is not ours.
    """
    lines = text.lstrip("\ufeff").splitlines()
    header = lines[0] if lines else ""
    separator = max(";,\t", key=header.count)
    reader = csv.DictReader(lines, delimiter=separator)
    missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableFile("mapping_without_column", name=name, column=missing, known=COLUMNS)
    rules = [
        _rule(row, line=reader.line_num, name=name, fields=fields) for row in reader if (row.get("champ") or "").strip()
    ]
    if not rules:
        raise UnreadableFile("mapping_empty", name=name)
    ordered = _in_groups(rules)
    return Mapping(groups=tuple(Group(column, target, tuple(found)) for (column, target), found in ordered), text=text)


def _in_groups(rules: list[Rule]) -> list[tuple[tuple[str, str], list[Rule]]]:
    """Rules of one column and field together, at the place of the first; constants each on their own."""
    places: dict[tuple[str, str, int], int] = {}
    keyed = []
    for rule in rules:
        key = (rule.column, rule.field, 0 if rule.column else rule.line)
        keyed.append((places.setdefault(key, len(places)), rule))
    keyed.sort(key=lambda pair: pair[0])
    grouped = groupby(keyed, key=lambda pair: pair[0])
    lists = [[rule for _, rule in found] for _, found in grouped]
    return [((found[0].column, found[0].field), found) for found in lists]


def _rule(row: dict[str, str | None], *, line: int, name: str, fields: Collection[str]) -> Rule:
    if None in row:
        raise UnreadableFile("mapping_line_too_wide", name=name, line=line)
    cell = {column: (row.get(column) or "").strip() for column in COLUMNS}
    target = cell["champ"]
    if target not in fields and not (fields is FIELDS and target.startswith("professional.")):
        raise UnreadableFile("mapping_field_unknown", name=name, line=line, value=target, known=sorted(fields))
    vocabulary = field_of(target).vocabulary
    codes = [code.strip() for code in cell["devient"].split("|") if code.strip()]
    if vocabulary and (
        wrong := [code for code in codes if code not in vocabulary and not PLACE.search(code) and code != "{}"]
    ):
        raise UnreadableFile(
            "mapping_code_unknown", name=name, line=line, value=wrong, field=target, known=sorted(vocabulary)
        )
    return Rule(
        line=line,
        column=cell["colonne"],
        value=cell["valeur"],
        field=target,
        becomes=cell["devient"],
        separators=tuple(cell["separateur"].replace("\\n", "\n").split(" ")) if cell["separateur"] else (),
        heading=cell["intitule"],
        only_if_empty=key_of(cell["mode"]) == IF_EMPTY,
    )


def _words(rule: Rule) -> Words:
    folded = key_of(rule.value.removeprefix(CONTAINS))
    start = folded.rstrip("*")
    ending = "" if folded.endswith("*") else "(?![a-z0-9])"
    words = r"\w*".join(re.escape(part) for part in start.split("*"))
    return Words(start=start.partition("*")[0], form=re.compile(f"(?<![a-z0-9]){words}{ending}"), becomes=rule.becomes)
