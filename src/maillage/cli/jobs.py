"""`maillage travailler` and `maillage planifier`: what is done alone, and how a machine starts it."""

from __future__ import annotations

import signal
from enum import StrEnum
from typing import Annotated

import typer

from maillage.cli.terminal import in_french, wake_django


class Format(StrEnum):
    """What starts jobs on a machine."""

    CRON = "cron"
    SYSTEMD = "systemd"


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("travailler")(work)


def work(
    once: Annotated[bool, typer.Option("--une-fois", help="Faire ce qui attend, puis s’arrêter.")] = False,
) -> None:
    """Fait les travaux planifiés ou demandés, jusqu’à Ctrl-C. « servir » le lance déjà.

    Un travail interrompu, même brutalement, est repris. Sortie 0.
    """
    with in_french():
        wake_django()
        from maillage.work import tasks

        stopped = False

        def stop(*_: object) -> None:
            nonlocal stopped
            stopped = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if once:
            count = tasks.work_waiting(stop=lambda: stopped)
            typer.echo(f"Travaux faits : {count}.")
        else:
            tasks.work(stop=lambda: stopped)
