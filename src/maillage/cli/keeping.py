"""Keep sheets fresh from a terminal: `relancer`."""

from __future__ import annotations

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("relancer")(remind)


def remind() -> None:
    """Rappelle à leurs responsables les fiches que personne ne confirme, et archive les plus anciennes.

    À lancer chaque jour. Interrompu ou relancé, il n’oublie ni ne répète aucun rappel. Sortie 0 ; 4 si le serveur de
    courrier refuse : ce qui n’est pas parti partira au prochain passage.
    """
    with in_french():
        wake_django()
        from maillage.curation.actions import remind as run

        done = run()
        typer.echo(
            f"{done.planned} rappels prévus, {done.letters} lettres envoyées, "
            f"{done.archived} fiches archivées faute de réponse."
        )
        if done.failed:
            fail(f"{done.failed} lettres refusées par le serveur de courrier ; relancez plus tard.", Exit.UNAVAILABLE)
