"""End a run: what is gone, what looks wrong, what a person says of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import BadSource, MaillageError, Refused
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState, RunState, Source
from maillage.harvest.queries import connector_of, is_damaged, previous_run, tally
from maillage.storage.rows import insert_rows

FAR_FEWER = 0.1
"""A source that gives at most this share of what it gave last time is not believed (the issue: 90 % fewer)."""
MOSTLY = 0.5
"""From this share of unreadable records on, when it was not so last time, a source is not believed."""
RUN = "run"
"""The `target_type` of a run's events."""


@transaction.atomic
def finish(current: HarvestRun) -> HarvestRun:
    """The file is read to its end: keep what the source no longer lists as gone, if it lists all it knows."""
    connector = connector_of(current.source)
    if connector.is_whole and not is_damaged(current) and (previous := previous_run(current)):
        _keep_gone(current, previous)
    current.state = RunState.READ
    current.save(update_fields=["state"])
    return current


def check(current: HarvestRun) -> None:
    """Stop a run whose records are not what this source usually gives: nothing follows until a person says so.

    Raises BadSource with why: no record at all, 90 % fewer than last time, half of them unreadable when they were not.
    """
    try:
        _check(current)
    except BadSource as error:
        _stop(current, error, state=RunState.SUSPECT)
        raise


def _check(current: HarvestRun) -> None:
    now = tally(current)
    if not now.records:
        raise BadSource("run_empty", source=current.source.name)
    previous = previous_run(current)
    if previous is None:
        return
    before = tally(previous)
    if now.readable <= before.readable * FAR_FEWER:
        raise BadSource("run_far_fewer", source=current.source.name, now=now.readable, before=before.readable)
    if now.unreadable >= now.records * MOSTLY and before.unreadable < before.records * MOSTLY:
        raise BadSource("run_mostly_unreadable", source=current.source.name, now=now.unreadable, count=now.records)


@transaction.atomic
def believe(current: HarvestRun, *, by: User) -> HarvestRun:
    """A person says that a suspect run is right: what it says can be proposed. Raises Refused("run_not_suspect")."""
    state = HarvestRun.objects.select_for_update().values_list("state", flat=True).get(pk=current.pk)
    if state != RunState.SUSPECT:
        raise Refused("run_not_suspect", run=current.pk)
    current.error, current.error_facts, current.finished_at = "", {}, None
    current.save(update_fields=["error", "error_facts", "finished_at"])
    facts = {"source": current.source.slug}
    happened = Happened(verb=Verb.DECIDED, target_type=RUN, target_key=str(current.pk), facts=facts)
    record_events(by=by, happened=[happened])
    return finish(current)


@transaction.atomic
def close(current: HarvestRun) -> HarvestRun:
    """Everything to propose from this run has been proposed; what the source said of its answer is kept with it.

    Suspect runs of the source before this one wait for nobody any more.
    """
    current.state = RunState.DONE
    current.finished_at = timezone.now()
    current.save(update_fields=["state", "finished_at"])
    earlier = HarvestRun.objects.filter(source=current.source_id, state=RunState.SUSPECT, pk__lt=current.pk)
    earlier.update(state=RunState.FAILED)
    if current.url:
        said = {name: current.headers.get(name, "") for name in ("etag", "last_modified")}
        Source.objects.filter(pk=current.source_id).update(last_success_at=current.finished_at, **said)
    return current


def fail(current: HarvestRun, error: MaillageError) -> None:
    """The run stops there, with why; what it kept is kept, nothing is concluded from it."""
    _stop(current, error, state=RunState.FAILED)


def _stop(current: HarvestRun, error: MaillageError, *, state: RunState) -> None:
    current.state = state
    current.error = error.code
    current.error_facts = {name: str(value) for name, value in error.facts.items()}
    current.finished_at = timezone.now()
    current.save(update_fields=["state", "error", "error_facts", "finished_at"])


def _keep_gone(current: HarvestRun, previous: HarvestRun) -> None:
    """What the source listed last time and no longer lists."""
    kept = [ItemState.DONE, ItemState.SKIPPED]
    here = set(current.items.filter(state__in=kept).values_list("origin_id", flat=True))
    listed = previous.items.filter(state__in=kept).order_by("position").values_list("origin_id", flat=True)
    last = current.items.aggregate(last=Max("position"))["last"] or 0
    now = timezone.now()
    gone = [name for name in listed if name not in here]
    insert_rows(
        [
            HarvestItem(run=current, position=last + place, state=ItemState.GONE, origin_id=name, harvested_at=now)
            for place, name in enumerate(gone, start=1)
        ]
    )
