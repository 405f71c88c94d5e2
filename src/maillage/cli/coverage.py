"""`maillage couverture`: count what is offered and asked everywhere, and keep the day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from maillage.cli.terminal import in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("couverture")(count)


def count(
    day: Annotated[
        dt.datetime | None,
        typer.Option("--au", formats=["%Y-%m-%d"], help="Un jour passé, recomposé du journal des fiches."),
    ] = None,
) -> None:
    """Compte la couverture, la montre et garde ce jour. Avec --au, garde un jour passé sans rien montrer d’autre.

    Sortie 0 ; 2 pour un jour à venir ; 4 si un autre programme compte déjà.
    """
    with in_french():
        wake_django()
        from maillage.coverage.actions import take_snapshot
        from maillage.coverage.tasks import nightly

        if day is not None:
            kept = take_snapshot(day=day.date())
            typer.echo(f"Couverture au {kept.day:%d/%m/%Y} : {kept.offers} offres, {kept.pieces} preuves de demande.")
            return
        built = nightly()
        typer.echo(f"{built.offers} offres, {built.pieces} preuves de demande, en {built.seconds:.1f} s.")
