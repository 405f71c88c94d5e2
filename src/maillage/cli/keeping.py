"""Keep sheets fresh and tagged from a terminal: `relancer`, `verifier-liens`, `suggerer-odd`."""

from __future__ import annotations

from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("relancer")(remind)
    app.command("verifier-liens")(check)
    app.command("suggerer-odd")(suggest)


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


def check(
    at_most: Annotated[int, typer.Option("--au-plus", min=1, help="Adresses demandées au plus.")] = 500,
) -> None:
    """Demande aux pages citées par les fiches si elles répondent encore, poliment, un site à la fois.

    Interrompu, il reprend où il en était. Sortie 0.
    """
    with in_french():
        wake_django()
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        from maillage.curation.actions import check_links
        from maillage.harvest.outside import polite_client

        columns = (TextColumn("Liens"), BarColumn(), MofNCompleteColumn())
        with polite_client() as client, Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("liens", total=None)
            done = check_links(
                probe=client.probe,
                at_most=at_most,
                progress=lambda count, total: bar.update(task, completed=count, total=total),
            )
        typer.echo(f"{done.asked} adresses demandées, {done.failed} en échec, {done.moved} déplacées à trancher.")


def suggest() -> None:
    """Suggère des ODD aux fiches et besoins publiés, là où deux signaux indépendants s’accordent.

    Rien n’est publié avant une personne. Relancé, il ne change rien : ce qu’elle a décidé reste. Sortie 0.
    """
    with in_french():
        wake_django()
        from maillage.inventory.actions import suggest_goals

        done = suggest_goals()
        typer.echo(
            f"{done.made} ODD suggérés, {done.kept} attendaient déjà, {done.dropped} retirés. À relire : /animation/odd"
        )
