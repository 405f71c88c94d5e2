"""`maillage evaluer`: how good the engines are on a folder of labelled packs, with our own weights and thresholds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django
from maillage.core.errors import MaillageError, Unknown
from maillage.core.wording import error_sentence

if TYPE_CHECKING:
    from maillage.evaluation.queries import Result

HELP = """Mesurer la qualité sur un dossier de jeux étiquetés, de même forme que ../shared/data.

Les poids et les seuils sont ceux de Maillage : rien n’est réglé sur le dossier donné.
Un jeu qui n’a pas la forme attendue est nommé, avec le fichier et la ligne ; les autres sont mesurés.
Codes de sortie : 0 jeux mesurés · 1 aucun jeu reconnu dans ce dossier · 2 un jeu n’a pas la forme attendue.
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("evaluer", help=HELP)(evaluate)


def evaluate(
    data: Annotated[Path, typer.Option("--donnees", help="Le dossier des jeux.", file_okay=False, exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Données plutôt que tableau.")] = False,
    official: Annotated[bool, typer.Option("--textes-officiels", help="Sans nos fiches du Fonds vert.")] = False,
    learned: Annotated[
        bool, typer.Option("--apres-decisions", help="Après apprentissage, par parts croisées.")
    ] = False,
) -> None:
    """Measure every pack of the folder that we know how to measure."""
    with in_french():
        wake_django()
        from maillage.evaluation import queries

        broken: list[str] = []

        def refused(name: str, error: MaillageError) -> None:
            broken.append(name)
            typer.echo(f"{name} : {error_sentence(error)}", err=True)

        if learned:
            found = queries.evaluate_learned(data, progress=_tell, refused=refused)
        else:
            found = queries.evaluate(data, ours=not official, progress=_tell, refused=refused)
        if as_json:
            plain = {name: {key: round(it.value, 4) for key, it in one.measures.items()} for name, one in found.items()}
            typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        elif found:
            _print(found)
        if broken:
            raise typer.Exit(Exit.USAGE)
        if not found:
            fail(error_sentence(Unknown("packs_unknown", known=queries.KNOWN)), Exit.NOTHING)


def _tell(name: str) -> None:
    typer.echo(f"{name}…", err=True)


def _print(found: Mapping[str, Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Jeu", "Mesure", "Valeur", "Intervalle à 95 %", "Par besoin")
    for name, result in found.items():
        for measure, value in result.measures.items():
            interval = f"{_shown(value.low)} à {_shown(value.high)}" if value.low is not None else ""
            took = f"{result.milliseconds:.1f} ms".replace(".", ",") if result.milliseconds else ""
            table.add_row(name, measure, _shown(value.value), interval, took)
    Console().print(table)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".replace(".", ",")
