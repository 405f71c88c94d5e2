"""`maillage rapport`: « Rapport d’analyse de l’inventaire », its data or its page, as known on a day."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


class Form(StrEnum):
    """What the report is written as."""

    JSON = "json"
    ZIP = "zip"


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("rapport")(report)


def report(
    place: Annotated[
        str, typer.Option("--territoire", help="Code typé : DEP-62, REG-32, EPCI-200033579. Par défaut : la France.")
    ] = "",
    network: Annotated[str, typer.Option("--reseau", help="Un réseau, par son nom court : adil.")] = "",
    day: Annotated[
        dt.datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Tel que connu à la fin de ce jour.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="json, ou zip de tableaux CSV.")] = Form.JSON,
    output: Annotated[Path | None, typer.Option("--sortie", metavar="FICHIER", help="Par défaut : la sortie.")] = None,
) -> None:
    """Écrit les données du rapport d’analyse de l’inventaire ; les mêmes pour le même jour, à l’octet près.

    Un jour dont rien n’a été gardé est d’abord recomposé du journal. La page et le PDF sont à l’adresse /rapport.
    Sortie 0 ; 2 pour un jour à venir ou un fichier refusé ; 3 pour un lieu inconnu ; 4 si un autre programme compte.
    """
    with in_french():
        wake_django()
        from maillage.report.actions import keep_day
        from maillage.report.files import as_json, as_zip
        from maillage.report.queries import report_of

        known = keep_day(day=day.date() if day else None)
        made = report_of(place=place, network=network, day=known)
        body = as_json(made) if form is Form.JSON else as_zip(made)
        if output is None:
            sys.stdout.buffer.write(body)
            return
        try:
            output.write_bytes(body)
        except OSError as error:
            fail(f"« {output} » ne s’écrit pas : {error.strerror or error}.", Exit.USAGE)
        typer.echo(f"{output} : {len(body) / 1e3:.0f} ko, empreinte {made.digest}.")
