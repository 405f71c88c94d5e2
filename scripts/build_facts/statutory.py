"""What groupings exercise by their statutes: BANATIC codes of about 2022-23, whose names no pack holds.

A code is named by what the groupings that hold only this one are called: those of 1502 are « syndicats des eaux ». Our
words for each code are in `curated/statutory.csv`; one that too few names say is left without a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.build_facts.french import typographic, without_accents
from scripts.build_facts.packs import Row, read_curated, read_rows

CODES_HEADER = ("code", "label", "competence", "holders", "alone", "named")
GROUPINGS_HEADER = ("siren", "name", "nature", "department", "population", "codes")

_QUOTED = re.compile(r"(?:''|\")\s*(.+?)\s*(?:''|\")")
ALONE, SHARE = 5, 0.6
"""How many groupings must hold only this code, and the share of them whose name must say it."""


@dataclass(frozen=True)
class Matter:
    """A code and its name. `holders`: groupings that have it; `alone`: those that have only it; `named`: those of the
    latter whose name says it."""

    code: str
    label: str
    competence: str
    holders: int
    alone: int
    named: int

    def as_row(self) -> tuple[str, ...]:
        """The cells of its line."""
        return (self.code, self.label, self.competence, str(self.holders), str(self.alone), str(self.named))


def matters(rows: Sequence[Row], decisions: Sequence[Row]) -> tuple[list[Matter], list[str]]:
    """The codes that names tell apart surely enough, and a note on each of the others."""
    codes = [frozenset(filter(None, row["competences_banatic"].split("|"))) for row in rows]
    names = [without_accents(row["nom"]) for row in rows]
    kept, notes = [], []
    for decision in decisions:
        code, said = decision["code"], re.compile(decision["words"])
        alone = [name for name, held in zip(names, codes, strict=True) if held == {code}]
        named = sum(bool(said.search(name)) for name in alone)
        if len(alone) < ALONE or named < SHARE * len(alone):
            notes.append(f"statutory code {code} not named: {named} of {len(alone)} names say « {decision['label']} »")
            continue
        holders = sum(code in held for held in codes)
        kept.append(Matter(code, decision["label"], decision["competence"], holders, len(alone), named))
    return kept, notes


def statutory(data: Path) -> tuple[list[Matter], list[tuple[str, ...]], list[str]]:
    """The named codes, every grouping with its codes, and what to know before trusting them."""
    rows = read_rows(data / "acteurs_banatic_groupements" / "groupements.csv.gz")
    found, notes = matters(rows, read_curated("statutory"))
    groupings = sorted(
        (
            row["siren"],
            typographic(_QUOTED.sub(r"« \1 »", row["nom"])),
            row["nature"],
            row["departement"],
            row["population"],
            row["competences_banatic"].replace("|", " "),
        )
        for row in rows
    )
    return found, groupings, notes
