"""What is done alone about sources: ask those whose time has come, compare what they say, stop when it is nonsense."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import BadSource, MaillageError
from maillage.curation.actions.proposals import propose
from maillage.curation.actions.sources import REFRESH
from maillage.curation.queries import Summary, summary
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestRun, RunState, Source
from maillage.harvest.outside import polite_client
from maillage.harvest.queries import OpenedFile, connector_of, due_sources, open_usual_file, unfinished_run
from maillage.storage.trial import on_a_copy
from maillage.work.actions import enqueue
from maillage.work.registry import InHand

if TYPE_CHECKING:
    from maillage.harvest.outside import Client

READING, COMPARING = "Lecture", "Comparaison"
Watch = Callable[[str, int, int], None]
"""Told the step, how many records it did, and of how many (0 when unknown)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How one source is refreshed. `file`: read instead of asking its address; `as_of`: the day of that file."""

    file: Path | None = None
    as_of: dt.date | None = None
    by: User | None = None


def _unwatched(_step: str, _done: int, _total: int) -> None:
    """Progress nobody watches."""


def refresh(source: Source, *, wish: Wish | None = None, watch: Watch = _unwatched) -> HarvestRun | None:
    """Ask a source, keep its answer, read it, and propose what it would change; None when nothing has changed.

    A refresh that was killed goes on where it stopped, without asking again. What looks wrong stops there, nothing
    being concluded from it. Raises Refused("import_running") when another process refreshes it, Unreachable, Invalid,
    UnreadableFile or BadSource when the source does not answer as it should: the run says why.
    """
    wish = wish or Wish()
    with harvest.only_reader(source):
        source.refresh_from_db()
        if wish.file is not None:
            return _followed(_read_file(source, wish, watch), wish, watch)
        if current := unfinished_run(source):
            return _resumed(current, wish, watch)
        return _asked_now(source, wish, watch)


def tried(source: Source, *, wish: Wish | None = None, watch: Watch = _unwatched) -> Summary | None:
    """What refreshing this source now would do; everything is undone. None when nothing has changed.

    Raises what `refresh` raises, OSError when the disk cannot hold a copy of the database.
    """
    wish = wish or Wish()
    with on_a_copy() as folder:
        if wish.file is not None:
            run: HarvestRun | None = _followed(_read_file(source, wish, watch), wish, watch)
        else:
            with polite_client() as client:
                run = _asked(source, client, wish, watch, folder=folder)
        return summary(run) if run else None


def go_on(run: HarvestRun, *, wish: Wish, watch: Watch = _unwatched) -> HarvestRun:
    """Propose what a run says, once a person believes it; nothing when that was done. Raises like `refresh`."""
    with harvest.only_reader(run.source):
        run.refresh_from_db()
        return run if run.state == RunState.DONE else _followed(run, wish, watch)


def _asked(
    source: Source, client: Client, wish: Wish, watch: Watch, *, folder: Path | None = None
) -> HarvestRun | None:
    try:
        answer = harvest.answered(source, client=client, folder=folder)
    except MaillageError as error:
        harvest.refuse_answer(source, error, columns={"url": source.address, "fetched_at": timezone.now()})
        raise
    if answer.path is None:
        harvest.note_nothing_new(source)
        return None
    opened = _opened(source, answer.path, answer.columns)
    run = harvest.read(source=source, file=opened, by=wish.by, answer=answer.columns, progress=_reading(watch))
    return _followed(run, wish, watch)


def _opened(source: Source, path: Path, columns: Mapping[str, Any]) -> OpenedFile:
    try:
        return open_usual_file(path, wanted=connector_of(source).mapping.columns)
    except MaillageError as error:
        harvest.refuse_answer(source, error, columns=columns)
        raise


def _read_file(source: Source, wish: Wish, watch: Watch) -> HarvestRun:
    path = wish.file or Path()
    opened = _opened(source, path, {})
    return harvest.read(source=source, file=opened, by=wish.by, as_of=wish.as_of, progress=_reading(watch))


def _resumed(current: HarvestRun, wish: Wish, watch: Watch) -> HarvestRun | None:
    """Go on with a run that a process left half-way: its answer is on this machine, or it is given up."""
    if current.state == RunState.READ:
        return _followed(current, wish, watch)
    path = harvest.kept_folder(current.source).parent / current.kept
    if not path.is_file():
        harvest.give_up(current)
        return _asked_now(current.source, wish, watch)
    file = _opened(current.source, path, {})
    return _followed(harvest.read(source=current.source, file=file, by=wish.by, progress=_reading(watch)), wish, watch)


def _asked_now(source: Source, wish: Wish, watch: Watch) -> HarvestRun | None:
    harvest.note_trial(source)
    with polite_client() as client:
        return _asked(source, client, wish, watch)


def _followed(run: HarvestRun, wish: Wish, watch: Watch) -> HarvestRun:
    """Check what was read, then propose it. Raises BadSource for a run that waits for a person."""
    if run.state == RunState.SUSPECT:
        raise BadSource(run.error, **run.error_facts)
    if run.state == RunState.RUNNING:
        harvest.check(run)
        harvest.finish(run)
    count = run.items.count()
    propose(run, by=wish.by, progress=lambda done: watch(COMPARING, done, count))
    watch(COMPARING, count, count)
    return run


def _reading(watch: Watch) -> Callable[[int], None]:
    return lambda done: watch(READING, done, 0)


def harvest_due(_job: InHand) -> Mapping[str, int]:
    """The job that asks for the sources whose time has come, each a job of its own."""
    due = due_sources(timezone.now())
    for source in due:
        enqueue(REFRESH, key=source.slug)
    return {"sources à récolter": len(due)}


def harvest_one(job: InHand) -> Mapping[str, int]:
    """The job that refreshes one source, or goes on with what a person believed of it."""
    source = Source.objects.get(slug=job.key)

    def watch(_step: str, done: int, total: int) -> None:
        job.progress(done, total)

    wish = Wish(by=job.by)
    if believed := job.arguments.get("run"):
        return told(go_on(HarvestRun.objects.get(pk=believed, source=source), wish=wish, watch=watch))
    return told(refresh(source, wish=wish, watch=watch))


def told(run: HarvestRun | None) -> Mapping[str, int]:
    """The counts of a refresh, under their French names."""
    return counted(summary(run) if run else None)


def counted(counts: Summary | None) -> Mapping[str, int]:
    """These counts under their French names; None when the source has nothing new."""
    if counts is None:
        return {"sans nouveauté": 1}
    return {
        "lues": counts.read,
        "nouvelles": counts.new,
        "modifiées": counts.updated,
        "inchangées": counts.same,
        "douteuses": counts.doubtful,
        "refusées": counts.refused,
        "disparues": counts.gone,
        "à trancher": counts.waiting,
    }
