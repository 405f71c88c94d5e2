"""What an import tells: a table, the first refusals, and the whole report as a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from maillage.core.spreadsheet import neutral
from maillage.core.wording import expectation
from maillage.curation.queries import ReportLine, Summary

SHOWN = 20
HEADER = (
    "fiche",
    "ligne",
    "verdict",
    "decision",
    "identifiant",
    "titre",
    "colonne",
    "valeur",
    "attendu",
    "devenu",
    "champs",
    "raisons",
)
VERDICTS = {
    "new": "nouvelle",
    "update": "modifiée",
    "same": "inchangée",
    "doubtful": "douteuse",
    "refused": "refusée",
    "gone": "disparue de la source",
    "remark": "valeur changée",
}
STATES = {"pending": "à trancher", "accepted": "acceptée", "refused": "écartée", "replaced": "remplacée", "": ""}


def expected(line: ReportLine) -> str:
    """What the line should have held, in French."""
    return expectation(line.expected, line.facts) if line.expected else ""


def refusal_sentence(line: ReportLine) -> str:
    """One refusal on one line: place, value, what is expected."""
    column = f", colonne « {line.column} »" if line.column else ""
    value = f" : « {line.value} »" if line.value else ""
    return f"ligne {line.line} (fiche {line.position}){column}{value} — attendu : {expected(line)}"


def rows_of(counts: Summary) -> tuple[tuple[str, int], ...]:
    """The counts under their French names, in order."""
    return (
        ("lus", counts.read),
        ("nouveaux", counts.new),
        ("modifiés", counts.updated),
        ("inchangés", counts.same),
        ("douteux", counts.doubtful),
        ("refusés", counts.refused),
        ("disparus de la source", counts.gone),
        ("à trancher par une personne", counts.waiting),
    )


def as_json(counts: Summary, refused: Iterable[ReportLine]) -> dict[str, Any]:
    """The counts and the refusals, for a program."""
    told = [
        {
            "fiche": line.position,
            "ligne": line.line,
            "colonne": line.column,
            "valeur": line.value,
            "attendu": expected(line),
        }
        for line in refused
    ]
    return {"bilan": asdict(counts), "refus": told}


def write_report(path: Path, lines: Iterator[ReportLine]) -> Path:
    """The whole report as a CSV that a spreadsheet opens; whole or not at all, readable by its owner only.

    Raises OSError when the disk refuses it; no half file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
        ) as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(HEADER)
            writer.writerows(_cells(line) for line in lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _cells(line: ReportLine) -> list[str]:
    cells = (
        str(line.position),
        str(line.line),
        VERDICTS[line.verdict],
        STATES[line.state],
        line.origin_id,
        line.title,
        line.column,
        line.value,
        expected(line),
        line.became,
        ", ".join(line.fields),
        " ; ".join(reason.sentence() for reason in line.reasons),
    )
    return [neutral(cell) for cell in cells]
