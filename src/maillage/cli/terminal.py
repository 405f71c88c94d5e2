"""What every command shares: waking Django, exit codes, and errors said in French."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer

from maillage.core.errors import Ambiguous, MaillageError, Unknown
from maillage.core.wording import error_sentence


class Exit(IntEnum):
    """Exit codes, the same for every command; each command's help names those it uses."""

    DONE = 0
    NOTHING = 1
    USAGE = 2
    UNKNOWN = 3
    UNAVAILABLE = 4
    INTERRUPTED = 5


UNAVAILABLE = {"index_missing", "index_broken", "index_busy", "port_busy", "coverage_busy", "coverage_missing"}


def wake_django() -> None:
    """Load settings and models; commands call it first, so that `--help` stays instant."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    import django

    django.setup()


def fail(sentence: str, code: Exit) -> NoReturn:
    """Say what happened on the error stream and leave with this code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


@contextmanager
def in_french() -> Iterator[None]:
    """Turn our own errors into a French sentence and an exit code; a broken pipe or Ctrl-C ends quietly."""
    try:
        yield
    except (Unknown, Ambiguous) as error:
        fail(error_sentence(error), Exit.UNKNOWN)
    except MaillageError as error:
        fail(error_sentence(error), Exit.UNAVAILABLE if error.code in UNAVAILABLE else Exit.USAGE)
    except KeyboardInterrupt:
        fail("Interrompu ; ce qui était écrit est gardé.", Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(Exit.DONE) from None


def told_to_stop() -> Callable[[], bool]:
    """From now on Ctrl-C and SIGTERM only note the wish to stop; the function given back says whether it came."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return lambda: stopped


def let_index_follow() -> None:
    """Bring the search index up to the last change; without server nobody else does."""
    from maillage.search.actions import catch_up

    try:
        while catch_up():
            pass
    except MaillageError:
        typer.echo("L’index de recherche suivra de lui-même, dès que le serveur tourne.", err=True)
