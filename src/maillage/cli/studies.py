"""`maillage importer-etudes`: studies of needs from a table or a feed, on disk or at a public address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django
from maillage.core.wording import expectation

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.inventory.actions import StudiesImported

SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("importer-etudes")(import_studies)


def import_studies(
    source: Annotated[str, typer.Argument(metavar="FICHIER|ADRESSE", help="CSV du modèle, ou flux RSS ou Atom.")],
    email: Annotated[str, typer.Option("--par", metavar="ADRESSE", help="Le compte, contributeur ou animateur.")],
) -> None:
    """Importe des études de besoins, et les besoins codés que donne le tableau. Guide : docs/guide/etudes.md.

    Tout entre en brouillon, sous le nom du compte ; relancé, l’import n’ajoute rien deux fois.
    Sortie 0 ; 1 si des lignes sont à corriger ; 2 si le fichier, l’adresse ou le compte ne convient pas.
    """
    with in_french():
        wake_django()
        from maillage.accounts.models import User
        from maillage.curation.actions.studies import import_study_file

        by = User.objects.filter(email=email.lower(), is_active=True).first()
        if by is None:
            fail(f"Aucun compte n’a l’adresse « {email} ».", Exit.USAGE)
        if source.startswith(("http://", "https://")):
            done = _from_address(source, by)
        elif Path(source).is_file():
            done = import_study_file(Path(source), by=by)
        else:
            fail(f"« {source} » n’est ni un fichier ni une adresse web.", Exit.USAGE)
        _tell(done)


def _from_address(address: str, by: User) -> StudiesImported:
    from maillage.curation.actions.studies import import_study_address
    from maillage.harvest.outside import polite_client

    with polite_client() as client:
        return import_study_address(address, client=client, by=by)


def _tell(done: StudiesImported) -> None:
    typer.echo(
        f"Études : {done.studies_created} nouvelles, {done.studies_found} déjà connues. "
        f"Besoins : {done.needs_created} nouveaux, {done.needs_same} déjà codés."
    )
    for fault in done.faults[:SHOWN]:
        expected = expectation(fault.expected, fault.facts)
        typer.echo(f"  ligne {fault.line}, colonne {fault.column} : « {fault.value} » — attendu : {expected}.")
    if len(done.faults) > SHOWN:
        typer.echo(f"  … et {len(done.faults) - SHOWN} autres.")
    if done.faults:
        raise typer.Exit(Exit.NOTHING)
