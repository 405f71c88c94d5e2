"""`maillage servir`: the server and the follower of the index, started and stopped together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import Annotated

import typer

from maillage.cli.terminal import in_french, wake_django
from maillage.core.errors import Refused

WORKERS = 2
THREADS = 4


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("servir")(serve)
    app.command("suivre", hidden=True)(follow)


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--hote")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--processus", min=1, max=64)] = WORKERS,
) -> None:
    """Sert Maillage à cette adresse jusqu’à Ctrl-C. Sortie 0 ; 4 si le port est pris."""
    with in_french():
        check_port(host, port)
        python = [sys.executable, "-m"]
        server = subprocess.Popen(
            [
                *python,
                "granian",
                "--interface",
                "wsgi",
                "--host",
                host,
                "--port",
                str(port),
                "--workers",
                str(workers),
                "--blocking-threads",
                str(THREADS),
                "--respawn-failed-workers",
                "--log-level",
                "warning",
                "maillage.config.wsgi:application",
            ]
        )
        follower: subprocess.Popen[bytes] | None = None
        typer.echo(f"Maillage est ouvert : http://{host}:{port}/ (Ctrl-C pour arrêter)")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while server.poll() is None:
                time.sleep(1)
                if follower is None or follower.poll() is not None:
                    follower = subprocess.Popen([*python, "maillage", "suivre"])
        except KeyboardInterrupt:
            typer.echo("Arrêt.")
        finally:
            running = [process for process in (server, follower) if process]
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=20)


def check_port(host: str, port: int) -> None:
    """Raise Refused("port_busy") when something already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused("port_busy", host=host, port=port, why=error.strerror) from error


def follow() -> None:
    """Keep the index fresh until told to stop."""
    wake_django()
    from maillage.search.tasks import follow as follow_events

    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    follow_events(stop=lambda: stopped)
