"""DOOR for terminals: `maillage …`. One file per family of commands; Django wakes only when a command needs it."""

from __future__ import annotations

import os
from importlib import import_module

import typer

FAMILIES = ("territories",)
"""Files of this folder; each has `register(app)` and imports Django inside its commands only."""

app = typer.Typer(name="maillage", help="Un besoin, un lieu, une réponse articulée.", no_args_is_help=True)


@app.callback()
def maillage() -> None:
    """Un besoin, un lieu, une réponse articulée."""


def wake_django() -> None:
    """Load settings and models; commands call it first, so that `--help` stays instant."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    import django

    django.setup()


@app.command("django", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, hidden=True)
def run_django(context: typer.Context) -> None:
    """Pass the words on to Django's own commands."""
    wake_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["maillage django", *context.args])


for family in FAMILIES:
    import_module(f"maillage.cli.{family}").register(app)


if __name__ == "__main__":
    app()
