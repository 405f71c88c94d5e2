"""`maillage creer-animateur`."""

from __future__ import annotations

from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, wake_django


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("creer-animateur")(create_animator)


def create_animator(
    email: Annotated[str, typer.Argument(metavar="ADRESSE")],
    name: Annotated[str, typer.Option("--nom", help="Le nom affiché.")] = "",
    password: Annotated[
        str,
        typer.Option(
            "--mot-de-passe", prompt=True, hide_input=True, confirmation_prompt=True, envvar="MAILLAGE_MOT_DE_PASSE"
        ),
    ] = "",
) -> None:
    """Donne les droits d’animateur à un compte, créé s’il n’existe pas.

    Sortie 0 ; 2 si l’adresse ou le mot de passe ne convient pas.
    """
    with in_french():
        wake_django()
        from django.core.exceptions import ValidationError

        from maillage.accounts.actions import name_animator

        try:
            user = name_animator(email=email, name=name, password=password)
        except ValidationError as error:
            fail(" ".join(error.messages), Exit.USAGE)
        typer.echo(f"{user.email} est animateur. Connexion : /compte/connexion")
