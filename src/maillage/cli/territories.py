"""Commands about places: load the official geography, make a zone from a list of codes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from maillage.cli.terminal import in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add these commands to `maillage`."""
    app.command("charger-geographie")(load)
    app.command("creer-zone")(make_zone)


def load() -> None:
    """Charger la géographie officielle et les zones (contrats, programmes de l’État, quartiers)."""
    with in_french():
        wake_django()
        from maillage.territories.actions import load_geography, load_zones

        started = time.monotonic()
        loaded, zones = load_geography(), load_zones()
    kept = f" ; gardés car cités par une fiche : {', '.join(loaded.kept)}" if loaded.kept else ""
    typer.echo(
        f"{sum(loaded.places.values())} lieux, {loaded.former_codes} anciens codes, {loaded.removed} retirés{kept}."
    )
    typer.echo(f"{zones.zones} zones, en {time.monotonic() - started:.0f} s.")
    for zone, member in zones.unread:
        typer.echo(f"Membre inconnu laissé de côté : {member} ({zone}).", err=True)


def make_zone(
    name: Annotated[str, typer.Argument(metavar="NOM", help="Nom de la zone.")],
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Codes INSEE, SIREN ou typés.", exists=True)],
) -> None:
    """Créer une zone à partir d’une liste de codes INSEE ou SIREN."""
    with in_french():
        wake_django()
        from maillage.territories.actions import make_zone as make

        made = make(name=name, codes_text=file.read_text(encoding="utf-8-sig"))
    typer.echo(f"Zone {made.zone.code} : {made.communes} communes.")
    for written, commune in made.replaced:
        typer.echo(f"{written} est compté avec toute la commune {commune}.")
