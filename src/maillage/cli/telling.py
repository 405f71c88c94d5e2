"""`maillage envoyer`: the digests whose day has come, and the messages that wait."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("envoyer")(send)


def send(
    day: Annotated[
        dt.datetime | None,
        typer.Option("--jour", formats=["%Y-%m-%d"], help="Comme si c’était ce jour, pour rattraper ou pour essayer."),
    ] = None,
) -> None:
    """Écrit les lettres de veille dont le jour est venu, puis envoie ce qui attend. Peut être relancé sans risque.

    Sortie 0 ; 4 si le serveur de courrier ou l’index ne répond pas (rien n’est perdu : relancez).
    """
    with in_french():
        wake_django()
        from maillage.search.tasks import send_digests

        told = send_digests(today=day.date() if day else None)
        typer.echo(
            f"Lettres écrites : {told.written} ; envoyées : {told.sent} ; remises à plus tard : {told.later} ; "
            f"refusées : {told.refused}."
        )
        if told.is_down:
            fail("Le serveur de courrier ne répond pas ; ce qui attend partira au prochain envoi.", Exit.UNAVAILABLE)
