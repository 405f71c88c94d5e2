"""`maillage servir`: the server, the follower of the index and the worker, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Annotated

import typer

from maillage.cli.terminal import in_french, told_to_stop, wake_django
from maillage.core.errors import Refused

WORKERS = 2
THREADS = 4
PYTHON = (sys.executable, "-m")
AFTER_S, JOBS_AFTER_S = 1, 5
"""Seconds left to the first pages before the follower, then the worker, start beside the server."""
NICENESS = {"suivre": 5, "travailler": 10}
"""How far each gives way to the pages when the processors are busy, 0 to 19; whoever they start does as much."""


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("servir")(serve)
    app.command("suivre", hidden=True)(follow)


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--hote")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--processus", min=1, max=64)] = WORKERS,
    jobs: Annotated[bool, typer.Option("--travaux/--sans-travaux", help="Faire aussi les travaux planifiés.")] = True,
) -> None:
    """Sert Maillage à cette adresse jusqu’à Ctrl-C. Sortie 0 ; 4 si le port est pris."""
    with in_french():
        check_port(host, port)
        server = _start_server(host, port, workers)
        companions = {"suivre": AFTER_S, **({"travailler": JOBS_AFTER_S} if jobs else {})}
        running: dict[str, subprocess.Popen[bytes]] = {}
        typer.echo(f"Maillage est ouvert : http://{host}:{port}/ (Ctrl-C pour arrêter)")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        opened = time.monotonic()
        try:
            while server.poll() is None:
                time.sleep(1)
                for name, after in companions.items():
                    stopped = name not in running or running[name].poll() is not None
                    if stopped and time.monotonic() - opened >= after:
                        running[name] = start_companion(name)
        except KeyboardInterrupt:
            typer.echo("Arrêt.")
        finally:
            _stop([server, *running.values()])


def _start_server(host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    """granian, which answers the pages."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    application = "maillage.config.wsgi:application"
    return subprocess.Popen([*PYTHON, "granian", *words, "--respawn-failed-workers", application])


def start_companion(name: str) -> subprocess.Popen[bytes]:
    """The follower or the worker, which give way to the pages."""
    process = subprocess.Popen([*PYTHON, "maillage", name])
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS[name])
    return process


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end; one that is in the middle of a long step is killed: what it did is kept, the rest waits."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def check_port(host: str, port: int) -> None:
    """Raise Refused("port_busy") when something already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused("port_busy", host=host, port=port, why=error.strerror) from error


def follow() -> None:
    """Keep the index and the coverage fresh until told to stop."""
    wake_django()
    from maillage.coverage.tasks import follow as follow_coverage
    from maillage.search.tasks import follow as follow_events

    stop = told_to_stop()
    # Beside the index, never before it: counting everything takes half a minute, a sheet is found within seconds.
    threading.Thread(target=follow_coverage, kwargs={"stop": stop}, daemon=True).start()
    follow_events(stop=stop)
