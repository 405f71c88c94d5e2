"""`maillage evaluer`: how good the engines are on a folder of labelled packs, with our own weights and thresholds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from maillage.cli.terminal import Exit, in_french
from maillage.core.errors import Invalid

GRANT_COLUMNS = frozenset({"id", "annee", "dotation", "echelon", "code_geo", "beneficiaire", "description"})
PAIR_COLUMNS = frozenset({"id_a", "id_b", "match"})

HELP = """Mesurer la qualité sur un dossier de jeux étiquetés, de même forme que ../shared/data.

Les poids et les seuils sont ceux de Maillage : rien n’est réglé sur le dossier donné.
Codes de sortie : 0 au moins un jeu mesuré · 1 aucun jeu reconnu dans ce dossier.
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("evaluer", help=HELP)(evaluate)


def evaluate(
    data: Annotated[Path, typer.Option("--donnees", help="Le dossier des jeux.", file_okay=False, exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Données plutôt que tableau.")] = False,
) -> None:
    """Measure every pack of the folder that we know how to measure."""
    with in_french():
        found = measure(data)
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            _print(found)
    raise typer.Exit(Exit.DONE if found else Exit.NOTHING)


def measure(data: Path) -> dict[str, dict[str, float]]:
    """The figures of each known pack found in the folder, rounded to four digits."""
    found = {name: judge(data / name) for name, judge in PACKS.items() if (data / name).is_dir()}
    return {name: {key: round(value, 4) for key, value in figures.items()} for name, figures in found.items()}


def duplicate_grants(pack: Path) -> Mapping[str, float]:
    """Duplicates between two lists of grants (`records.csv`, `pairs.csv`)."""
    from dataclasses import asdict

    from maillage.core.dedup.quality import grants_quality

    records = _rows(pack / "records.csv", columns=GRANT_COLUMNS)
    return asdict(grants_quality(records, _rows(pack / "pairs.csv", columns=PAIR_COLUMNS)))


def _rows(path: Path, *, columns: frozenset[str]) -> list[dict[str, str]]:
    if not path.is_file():
        raise Invalid("file_unreadable", file=path.name, reason="absent")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        table = csv.DictReader(handle)
        if missing := columns - set(table.fieldnames or ()):
            raise Invalid("file_lacks_columns", file=path.name, missing=sorted(missing))
        return list(table)


def _print(found: Mapping[str, Mapping[str, float]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not found:
        console.print("Aucun jeu reconnu dans ce dossier. Jeux connus : " + ", ".join(PACKS))
    for name, figures in found.items():
        table = Table(title=name)
        for key in figures:
            table.add_column(key, justify="right")
        table.add_row(*(f"{value:.3f}".replace(".", ",") for value in figures.values()))
        console.print(table)


PACKS: Mapping[str, Callable[[Path], Mapping[str, float]]] = {"benchmark_dedup_dotations": duplicate_grants}
"""The packs we know how to measure, by the name of their folder."""
