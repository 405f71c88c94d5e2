"""`maillage doublons`: look for the sheets that tell the same thing."""

from __future__ import annotations

import typer

from maillage.cli.terminal import in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("doublons")(duplicates)


def duplicates() -> None:
    """Compare les fiches entre elles et tient à jour la file des doublons ; ne réunit rien sans une personne.

    Sortie 0. Interrompue, la commande se relance : rien n’est perdu ni fait deux fois.
    """
    with in_french():
        wake_django()
        from maillage.curation.actions import find_duplicates
        from maillage.curation.models import SheetKind

        for kind, name in ((SheetKind.PROGRAMME, "programmes"), (SheetKind.ORGANISATION, "acteurs")):
            found = find_duplicates(kind=kind)
            told = f"{found.sheets} {name} comparés : {found.same} paires sûres, {found.doubtful} douteuses."
            typer.echo(told + (f" {found.merged} réunies d’office." if found.merged else ""))
        typer.echo("À trancher sur la page /animation/doublons.")
