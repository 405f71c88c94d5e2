"""`maillage sauvegarder` and `maillage restaurer`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("sauvegarder")(save)
    app.command("restaurer")(restore)


def save(
    folder: Annotated[Path | None, typer.Argument(metavar="DOSSIER", help="Par défaut : var/sauvegardes.")] = None,
) -> None:
    """Enregistre tout l’état dans un fichier, sans arrêter le serveur.

    Sortie 0 ; 2 si le dossier ou le disque refuse.
    """
    with in_french():
        wake_django()
        from django.conf import settings

        from maillage.storage.backup import save_backup

        try:
            path = save_backup(folder or settings.VAR / "sauvegardes")
        except OSError as error:
            fail(f"Sauvegarde impossible : {error.strerror or error}. Rien n’a été laissé à moitié.", Exit.USAGE)
        typer.echo(f"Sauvegarde : {path} ({path.stat().st_size / 1e6:.1f} Mo).")


def restore(
    path: Annotated[Path, typer.Argument(metavar="FICHIER", help="Un fichier fait par « sauvegarder ».")],
    sure: Annotated[bool, typer.Option("--oui", help="Ne pas demander confirmation.")] = False,
) -> None:
    """Remet l’état d’une sauvegarde ; l’état présent est d’abord sauvegardé.

    Sortie 0 ; 1 sans confirmation ; 2 si le fichier ne convient pas.
    """
    with in_french():
        wake_django()
        from django.conf import settings
        from django.core.management import call_command

        from maillage.search import engine
        from maillage.storage.backup import restore_backup, save_backup

        if not path.is_file():
            fail(f"« {path} » n’est pas un fichier.", Exit.USAGE)
        if not sure and not typer.confirm("L’état présent sera remplacé. Continuer ?"):
            raise typer.Exit(Exit.NOTHING)
        before = save_backup(settings.VAR / "sauvegardes")
        manifest = restore_backup(path)
        call_command("migrate", verbosity=0, interactive=False)
        engine.ask_repair()
        typer.echo(f"État du {manifest['made_at']} remis. L’état précédent est dans {before}.")
        typer.echo("L’index de recherche se reconstruit au prochain démarrage, ou par « maillage reindexer ».")
