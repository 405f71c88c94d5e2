"""`maillage travailler` and `maillage planifier`: what is done alone, and how a machine starts it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from maillage.cli.terminal import Exit, fail, in_french, told_to_stop, wake_django


class Format(StrEnum):
    """What starts jobs on a machine."""

    CRON = "cron"
    SYSTEMD = "systemd"


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("travailler")(work)
    app.command("planifier")(schedule)


def work(
    once: Annotated[bool, typer.Option("--une-fois", help="Faire ce qui attend, puis s’arrêter.")] = False,
) -> None:
    """Fait les travaux planifiés ou demandés, jusqu’à Ctrl-C. « servir » le lance déjà.

    Un travail interrompu, même brutalement, est repris. Sortie 0.
    """
    with in_french():
        wake_django()
        from maillage.work import tasks

        stop = told_to_stop()
        if once:
            count = tasks.work_waiting(stop=stop)
            typer.echo(f"Travaux faits : {count}.")
        else:
            tasks.work(stop=stop)


def schedule(
    form: Annotated[Format, typer.Argument(metavar="cron|systemd", help="Ce qui lance les travaux.")] = Format.SYSTEMD,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Celui du serveur (systemd).")] = 8000,
    user: Annotated[str, typer.Option("--compte", help="Le compte qui les lance (systemd).")] = "maillage",
    folder: Annotated[
        Path | None, typer.Option("--vers", metavar="DOSSIER", help="Écrire les fichiers là au lieu de les montrer.")
    ] = None,
) -> None:
    """Montre de quoi lancer seuls, sur cette machine, le serveur, les travaux et les sauvegardes.

    Inutile quand « servir » tourne déjà : il fait les travaux. Sortie 0 ; 2 si le dossier refuse.
    """
    with in_french():
        wake_django()
        from maillage.cli.units import crontab, systemd_units

        files = {"maillage.cron": crontab()} if form == Format.CRON else systemd_units(port=port, user=user)
        if folder is None:
            typer.echo("\n".join(f"# {name}\n{text}" for name, text in files.items()), nl=False)
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            fail(f"« {folder} » refuse : {error.strerror or error}.", Exit.USAGE)
        typer.echo(f"Écrits dans {folder} : {', '.join(files)}.")
