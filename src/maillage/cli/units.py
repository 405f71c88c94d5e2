"""What starts jobs on a machine: lines of a crontab, or units of systemd, for this installation."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from maillage.work.registry import duties

TOLD = ("MAILLAGE_", "DATABASE_URL")
"""How the variables of our own settings begin."""
SECRET = ("KEY", "PASSWORD", "DATABASE_URL", "EMAIL_URL")
"""What a variable that holds a secret is called: it goes into a file that its owner alone reads, never into a unit."""
EVERY = "*/5 * * * *"
SAVED_AT = "30 2 * * *"
SECRETS = "secrets.env"


def crontab() -> str:
    """Lines for `crontab -e`: jobs every five minutes, a backup each night."""
    lines = [
        "# Maillage sans serveur permanent. Quand « maillage servir » ou « maillage travailler » tourne, il fait déjà",
        "# les travaux : gardez alors la sauvegarde seule.",
        *(f"# {duty.name} : {duty.schedule.cron}" for duty in duties().values() if duty.schedule),
        f"{EVERY} {_cron_command('travailler', '--une-fois')}",
        f"{SAVED_AT} {_cron_command('sauvegarder')}",
    ]
    return "\n".join(lines) + "\n"


def systemd_units(*, port: int, user: str) -> Mapping[str, str]:
    """The units by file name: the server, the worker beside it, and a backup each night."""
    return {
        "maillage.service": _service(
            "Maillage, le serveur et le suivi de l’index", f"servir --sans-travaux --port {port}", user, lasting=True
        ),
        "maillage-travaux.service": _service("Maillage, les travaux", "travailler", user, lasting=True),
        "maillage-sauvegarde.service": _service("Maillage, une sauvegarde", "sauvegarder", user, lasting=False),
        "maillage-sauvegarde.timer": _unit(
            {
                "Unit": ["Description=Maillage, une sauvegarde chaque nuit"],
                "Timer": ["OnCalendar=*-*-* 02:30:00", "Persistent=true"],
                "Install": ["WantedBy=timers.target"],
            }
        ),
    }


def _service(description: str, words: str, user: str, *, lasting: bool) -> str:
    python = _quoted(sys.executable)
    lines = [
        f"Type={'exec' if lasting else 'oneshot'}",
        f"User={user}",
        f"WorkingDirectory={str(settings.PROJECT).replace('%', '%%')}",
        *(f"Environment={_quoted(f'{name}={value}')}" for name, value in _environment()),
        f"EnvironmentFile=-{str(Path(settings.VAR) / SECRETS).replace('%', '%%')}",
        f"ExecStart={python} -m maillage {words}",
    ]
    sections = {"Unit": [f"Description={description}", "After=network-online.target", "Wants=network-online.target"]}
    if not lasting:
        return _unit(sections | {"Service": lines})
    lines += ["Restart=always", "RestartSec=5", "TimeoutStopSec=30", "KillMode=mixed"]
    return _unit(sections | {"Service": lines, "Install": ["WantedBy=multi-user.target"]})


def _unit(sections: Mapping[str, list[str]]) -> str:
    return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())


def _environment() -> Iterator[tuple[str, str]]:
    """What this installation was told by its environment, secrets left out; where its code and its state are."""
    yield "MAILLAGE_VAR", str(settings.VAR)
    yield "PYTHONPATH", str(settings.PROJECT / "src")
    for name, value in sorted(os.environ.items()):
        if name.startswith(TOLD) and name != "MAILLAGE_VAR" and not name.endswith(SECRET):
            yield name, value


def _quoted(text: str) -> str:
    """One word for systemd: quoted, its own signs doubled."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{safe}"'


def _cron_command(*words: str) -> str:
    """One line for cron, which reads `%` as an end of line."""
    told = " ".join(f"{name}={shlex.quote(value)}" for name, value in _environment())
    command = shlex.join([sys.executable, "-m", "maillage", *words])
    return f"cd {shlex.quote(str(settings.PROJECT))} && {told} {command}".replace("%", "\\%")
