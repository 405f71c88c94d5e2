"""DOOR for terminals: `maillage …`. One file per family of commands; Django wakes only when a command needs it."""

from __future__ import annotations

import os
from importlib import import_module

import typer

FAMILIES = (
    "answering",
    "inventory",
    "territories",
    "server",
    "upkeep",
    "people",
    "importer",
    "refresh",
    "jobs",
    "keeping",
    "curation",
    "evaluation",
    "studies",
    "telling",
    "coverage",
    "report",
)
"""Files of this folder; each has `register(app)` and imports Django inside its commands only."""

app = typer.Typer(
    name="maillage",
    help="Un besoin, un lieu, une réponse articulée.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def maillage() -> None:
    """Un besoin, un lieu, une réponse articulée."""


@app.command("django", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, hidden=True)
def run_django(context: typer.Context) -> None:
    """Pass the words on to Django's own commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["maillage django", *context.args])


for family in FAMILIES:
    import_module(f"maillage.cli.{family}").register(app)
